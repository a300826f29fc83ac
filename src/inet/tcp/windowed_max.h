// WindowedMax: the largest value of the last rounds.
#ifndef UNETNS_INET_TCP_WINDOWED_MAX_H_
#define UNETNS_INET_TCP_WINDOWED_MAX_H_

#include <algorithm>
#include <array>
#include <cstdint>

namespace unetns {

template <uint32_t kRounds>
class WindowedMax {
 public:
  // `round` never goes back, but may wrap. Values are not negative.
  void update(uint32_t round, double value) {
    const uint32_t passed = std::min(round - round_, kRounds);
    if (passed != 0) {
      for (uint32_t i = 0; i < passed; ++i) {
        slot_ = (slot_ + 1) % kRounds;
        of_round_[slot_] = 0;
      }
      best_ = *std::max_element(of_round_.begin(), of_round_.end());
      round_ = round;
    }
    double& now = of_round_[slot_];
    now = std::max(now, value);
    best_ = std::max(best_, value);
  }
  double best() const { return best_; }  // 0: there is none yet

 private:
  std::array<double, kRounds> of_round_{};
  double best_ = 0;
  uint32_t round_ = 0;
  uint32_t slot_ = 0;  // of round_: apart from it, as 2^32 is no multiple of kRounds
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_WINDOWED_MAX_H_
