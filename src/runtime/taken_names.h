// TakenNames: the sources of datagrams that native reads took last, for a program that can't tell
// from the accelerator's table which one it got.
#ifndef UNETNS_RUNTIME_TAKEN_NAMES_H_
#define UNETNS_RUNTIME_TAKEN_NAMES_H_

#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace unetns {

class TakenNames {
 public:
  static constexpr size_t kCompared = 2048;  // bytes of a datagram that are looked at, at most

  // `data`: the first kCompared bytes of it.
  void add(uint64_t peer, ByteVector data) {
    if (taken_.size() == kKept) taken_.erase(taken_.begin());
    taken_.push_back({peer, std::move(data)});
  }
  // Whose datagram begins with what a program read of it; it is forgotten. 0: of none that is
  // known.
  uint64_t take(Bytes read);

 private:
  static constexpr size_t kKept = 64;
  struct Taken {
    uint64_t peer;
    ByteVector data;
  };
  std::vector<Taken> taken_;  // the oldest first; a deque would take room also while it is empty
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_TAKEN_NAMES_H_
