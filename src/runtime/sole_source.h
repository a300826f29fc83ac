// SoleSource: from whom all datagrams come that lie in a program's end, as far as one alone has
// sent for a while. It is told to the accelerator, which then reads them natively and knows the
// name.
#ifndef UNETNS_RUNTIME_SOLE_SOURCE_H_
#define UNETNS_RUNTIME_SOLE_SOURCE_H_

#include <algorithm>
#include <cstdint>

namespace unetns {

class SoleSource {
 public:
  // unetns_hot_source(): it changes with each change of what is told, also back to the same. 0:
  // none is told.
  uint64_t told() const { return told_; }
  bool ever() const { return generation_ > 0; }  // one was told

  // Before datagrams from `peer` (unetns_hot_peer(); 0: from several, or none that could be told)
  // are laid behind those that are there, if any are. True: told() changed, which programs must
  // know first.
  bool next(uint64_t peer, bool any_there) {
    if (told_ && same(told_, peer)) return false;
    if (told_) {
      told_ = 0;
      needed_ = std::min(needed_ * 2, kMostNeeded);
      before_ = peer;
      in_a_row_ = 0;
      return true;
    }
    in_a_row_ = peer && peer == before_ ? in_a_row_ + 1 : 0;
    before_ = peer;
    if (in_a_row_ < needed_ || any_there) return false;
    generation_ = generation_ == UINT16_MAX ? 1 : generation_ + 1;
    told_ = (peer & ~kGeneration) | generation_;
    return true;
  }

 private:
  static constexpr uint32_t kFirstNeeded = 8, kMostNeeded = 1 << 16;
  static constexpr uint64_t kGeneration = 0xffff;  // the bits of no meaning in a peer
  static bool same(uint64_t a, uint64_t b) { return (a | kGeneration) == (b | kGeneration); }

  uint64_t told_ = 0, before_ = 0;
  uint32_t in_a_row_ = 0, needed_ = kFirstNeeded;
  uint16_t generation_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_SOLE_SOURCE_H_
