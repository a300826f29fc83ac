#include "inet/tcp/prr.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

TEST(Prr, SendsInProportionWhileMoreIsInFlightThanSsthresh) {
  Prr prr;
  prr.begin(100);
  // cwnd 100, ssthresh 70; each ack delivers one segment: 7 of 10 let one out (RFC 6937, 3).
  uint32_t flying = 96, sent = 0;
  for (uint32_t i = 1; i <= 20; ++i) {
    const uint32_t cwnd = prr.on_acked(1, true, --flying, 70);
    const uint32_t n = cwnd - flying;
    prr.on_sent(n);
    sent += n;
    flying += n;
    EXPECT_EQ(sent, (i * 70 + 99) / 100) << i;
  }
}

TEST(Prr, TheFirstRetransmissionAlwaysGoes) {
  Prr prr;
  prr.begin(10);
  EXPECT_EQ(prr.on_acked(0, false, 9, 5), 10u);
}

TEST(Prr, BelowSsthreshItGivesOutWhatWasDelivered) {
  Prr prr;
  prr.begin(20);
  prr.on_acked(1, false, 4, 10);
  prr.on_sent(1);
  EXPECT_EQ(prr.on_acked(2, false, 3, 10), 3u + 2);  // delivered 3, sent 1
}

TEST(Prr, BelowSsthreshASafeAckGivesOneMore) {
  Prr prr;
  prr.begin(20);
  prr.on_acked(1, false, 4, 10);
  prr.on_sent(1);
  EXPECT_EQ(prr.on_acked(2, true, 3, 10), 3u + 3);
}

TEST(Prr, NeverGoesAboveSsthresh) {
  Prr prr;
  prr.begin(20);
  prr.on_sent(1);
  EXPECT_EQ(prr.on_acked(15, true, 8, 10), 10u);
}

}  // namespace
}  // namespace unetns
