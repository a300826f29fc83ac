// What a bad wire does to frames, and how often it did.
#ifndef UNETNS_LINK_IMPAIRMENTS_H_
#define UNETNS_LINK_IMPAIRMENTS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace unetns {

// What befalls the frames of one direction. Chances are from 0 to 1, and independent of each other
// and of other frames. Large TCP packets are cut first, and each segment has its own fate.
struct Impairments {
  std::chrono::nanoseconds delay{};
  std::chrono::nanoseconds
      jitter{};               // the delay is longer or shorter by up to this much, uniformly
  bool keep_order = true;     // jitter does not let frames overtake
  uint64_t rate = 0;          // bits a second, Ethernet header included; 0: no limit
  size_t queue_limit = 1000;  // frames that wait for the wire because of the rate; more are lost
  double loss = 0;
  uint32_t lose_every = 0;  // each n-th frame; 0: none
  double duplicate = 0;     // the copy arrives at the same time, behind its original
  double reorder = 0;       // held back by reorder_by, so that others overtake
  std::chrono::nanoseconds reorder_by = std::chrono::milliseconds(1);
  double corrupt = 0;     // one bit of an IP packet, its header included, is flipped
  size_t black_hole = 0;  // IP packets of more bytes vanish; 0: none do

  bool operator==(const Impairments&) const = default;
};

struct ImpairmentCounts {
  uint64_t frames = 0;  // that came to the wire, after segmentation
  uint64_t lost = 0, queue_full = 0, black_holed = 0, duplicated = 0, reordered = 0, corrupted = 0;
};

}  // namespace unetns

#endif  // UNETNS_LINK_IMPAIRMENTS_H_
