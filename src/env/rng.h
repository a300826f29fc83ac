// Randomness as the stack sees it.
#ifndef UNETNS_ENV_RNG_H_
#define UNETNS_ENV_RNG_H_

#include <cstdint>

#include "base/bytes.h"

namespace unetns {

class Rng {
 public:
  virtual ~Rng() = default;
  virtual void fill(MutableBytes out) = 0;
  uint32_t u32() {
    uint32_t v;
    fill(mutable_bytes_of(v));
    return v;
  }
  uint64_t u64() {
    uint64_t v;
    fill(mutable_bytes_of(v));
    return v;
  }
  // Uniform in [0, bound); bound > 0.
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>((uint64_t{u32()} * bound) >> 32); }
};

// splitmix64: the same seed gives the same stream; for tests and simulations.
class SeededRng final : public Rng {
 public:
  explicit SeededRng(uint64_t seed) : state_(seed) {}
  void fill(MutableBytes out) override {
    for (size_t i = 0; i < out.size(); i += 8) {
      uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
      z ^= z >> 31;
      std::memcpy(out.data() + i, &z, out.size() - i < 8 ? out.size() - i : 8);
    }
  }

 private:
  uint64_t state_;
};

}  // namespace unetns

#endif  // UNETNS_ENV_RNG_H_
