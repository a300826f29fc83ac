// RenoControl: AIMD as of RFC 5681, counting bytes (RFC 3465) in segments.
#ifndef UNETNS_INET_TCP_CONGESTION_RENO_H_
#define UNETNS_INET_TCP_CONGESTION_RENO_H_

#include "inet/tcp/congestion.h"

namespace unetns {

class RenoControl final : public CongestionControl {
 public:
  std::string_view name() const override { return "reno"; }
  void on_acked(const CongestionSample& sample) override;
  uint32_t reduced(Nanos) override {
    acked_ = 0;
    return std::max(cwnd_ / 2, 2u);
  }
  void on_rto(Nanos) override { acked_ = 0; }
  size_t memory() const override { return sizeof(*this); }

 private:
  uint32_t acked_ = 0;  // segments since cwnd last grew by one
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_CONGESTION_RENO_H_
