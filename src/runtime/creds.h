// Creds: who a program believes to be, when it sees itself as root (as after `unshare -r`).
#ifndef UNETNS_RUNTIME_CREDS_H_
#define UNETNS_RUNTIME_CREDS_H_

#include <cstdint>
#include <vector>

namespace unetns {

inline constexpr int kCapCount = 41;  // the last one is CAP_CHECKPOINT_RESTORE (40)
inline constexpr uint64_t kAllCaps = (1ull << kCapCount) - 1;

struct Creds {
  uint32_t ruid = 0, euid = 0, suid = 0, fsuid = 0;
  uint32_t rgid = 0, egid = 0, sgid = 0, fsgid = 0;
  std::vector<uint32_t> groups{0};
  uint64_t permitted = kAllCaps, effective = kAllCaps, inheritable = 0, bounding = kAllCaps;
  uint64_t ambient = 0;
  bool keep_caps = false;
  bool operator==(const Creds&) const = default;
};

// All credentials that processes of a run have taken on, by small numbers that a mark can carry.
// The first, 0, are those of root, with which every program starts.
class CredsTable {
 public:
  static constexpr size_t kMax = 4096;
  // 0 too when there is no room for more.
  uint32_t number_of(const Creds& creds) {
    for (size_t i = 0; i < all_.size(); i++)
      if (all_[i] == creds) return static_cast<uint32_t>(i);
    if (all_.size() == kMax) return 0;
    all_.push_back(creds);
    return static_cast<uint32_t>(all_.size() - 1);
  }
  // Root's for a number that was never given.
  const Creds& operator[](uint32_t number) const { return all_[number < all_.size() ? number : 0]; }

 private:
  std::vector<Creds> all_{Creds{}};
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_CREDS_H_
