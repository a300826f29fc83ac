// HostRng: randomness of the kernel by getrandom(2), read in blocks.
//
// Not shared between processes: a child that goes on using a copy after fork(2) repeats its
// parent's stream.
#ifndef UNETNS_HOST_HOST_RNG_H_
#define UNETNS_HOST_HOST_RNG_H_

#include <array>
#include <cstddef>

#include "env/rng.h"

namespace unetns {

class HostRng final : public Rng {
 public:
  void fill(MutableBytes out) override;

 private:
  std::array<uint8_t, 512> block_{};
  size_t used_ = sizeof(block_);  // bytes already given out; they are zeroed
};

}  // namespace unetns

#endif  // UNETNS_HOST_HOST_RNG_H_
