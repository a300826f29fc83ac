// Creds: who a program believes to be, when it sees itself as root (as after `unshare -r`).
#ifndef UNETNS_RUNTIME_CREDS_H_
#define UNETNS_RUNTIME_CREDS_H_

#include <cstdint>
#include <vector>

namespace unetns {

inline constexpr uint64_t kAllCaps =
    (1ull << 41) - 1;  // CAP_LAST_CAP is CAP_CHECKPOINT_RESTORE (40)

struct Creds {
  uint32_t ruid = 0, euid = 0, suid = 0, fsuid = 0;
  uint32_t rgid = 0, egid = 0, sgid = 0, fsgid = 0;
  std::vector<uint32_t> groups{0};
  uint64_t permitted = kAllCaps, effective = kAllCaps, inheritable = 0, bounding = kAllCaps;
  bool keep_caps = false;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_CREDS_H_
