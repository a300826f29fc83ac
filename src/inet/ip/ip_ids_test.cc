// The identification of what is sent from here.
#include "inet/ip/ip_fixture.h"

namespace unetns {
namespace {

class IpIdsTest : public IpTest {
 protected:
  static constexpr uint32_t kOther = kFar + 1;
  struct Sent {
    uint8_t mode = IP_PMTUDISC_WANT;
    uint16_t* ids = nullptr;
    bool never_cut = false;
    size_t size = 100;
    uint16_t gso_size = 0;
    uint32_t to = kFar;
  };
  // The id of it.
  uint16_t send(const Sent& s) {
    IpTx<V4> tx;
    tx.dst = Ipv4Address(s.to);
    tx.proto = s.gso_size ? 6 : 17;
    tx.pmtu_mode = s.mode;
    tx.ids = s.ids;
    tx.never_cut = s.never_cut;
    ByteVector payload(s.size);
    if (s.gso_size) payload[12] = 5 << 4;
    Packet p = Packet::copy_of(pool_, payload);
    p.meta().gso_size = s.gso_size;
    const auto route = stack_->ip().output().route(*net_, tx);
    EXPECT_TRUE(stack_->ip().output().send(*net_, tx, *route, std::move(p)));
    return sent().back().ip().id();
  }
  // With a header of the program's own.
  uint16_t send_whole(uint16_t id, bool df) {
    IpTx<V4> tx;
    tx.dst = Ipv4Address(kFar);
    const auto route = stack_->ip().output().route(*net_, tx);
    Packet p = Packet::copy_of(pool_, packet({.dst = kFar, .df = df, .id = id}));
    EXPECT_TRUE(stack_->ip().output().send_with_header(*net_, tx, *route, std::move(p)));
    return sent().back().ip().id();
  }
};

TEST_F(IpIdsTest, DatagramsAreCountedThoughTheyMayNotBeCutOnTheWay) {
  const uint16_t first = send({});
  EXPECT_TRUE(sent().back().ip().dont_fragment());
  EXPECT_EQ(send({}), static_cast<uint16_t>(first + 1));
  EXPECT_EQ(send({.mode = IP_PMTUDISC_DONT}), static_cast<uint16_t>(first + 2));
}

TEST_F(IpIdsTest, WhatNobodyMayCutNeedsNone) {
  EXPECT_EQ(send({.mode = IP_PMTUDISC_DO}), 0);
  EXPECT_EQ(send({.mode = IP_PMTUDISC_PROBE}), 0);
  EXPECT_EQ(send({.never_cut = true}), 0);
}

TEST_F(IpIdsTest, AConnectionCountsItAllTheSame) {
  uint16_t ids = 0xfffe;
  EXPECT_EQ(send({.mode = IP_PMTUDISC_DO, .ids = &ids}), 0xfffe);
  EXPECT_EQ(send({.ids = &ids, .never_cut = true}), 0xffff);
  EXPECT_EQ(send({.mode = IP_PMTUDISC_PROBE, .ids = &ids}), 0);
  const uint16_t first = send({.ids = &ids});  // may be cut here: as those of all
  EXPECT_EQ(send({}), static_cast<uint16_t>(first + 1));
  EXPECT_EQ(ids, 1);
}

TEST_F(IpIdsTest, EachSegmentOfALargePacketHasOne) {
  uint16_t ids = 7;
  EXPECT_EQ(send({.ids = &ids, .never_cut = true, .size = 3020, .gso_size = 540}), 7);
  EXPECT_EQ(ids, 7 + 6);
}

TEST_F(IpIdsTest, HostsAreCountedApart) {
  // Some share a count: of many the first do not.
  int apart = 0;
  for (uint32_t i = 0; i < 16; i++) {
    const uint16_t first = send({.mode = IP_PMTUDISC_DONT});
    send({.mode = IP_PMTUDISC_DONT, .to = kOther + i});
    if (send({.mode = IP_PMTUDISC_DONT}) == static_cast<uint16_t>(first + 1)) ++apart;
  }
  EXPECT_GT(apart, 10);
}

TEST_F(IpIdsTest, OfAHeaderOfTheProgramsOnlyWhatIsMissingIsFilledIn) {
  EXPECT_EQ(send_whole(9, false), 9);
  EXPECT_EQ(send_whole(9, true), 9);
  EXPECT_EQ(send_whole(0, true), 0);
  const uint16_t first = send_whole(0, false);
  EXPECT_EQ(send_whole(0, false), static_cast<uint16_t>(first + 1));
}

}  // namespace
}  // namespace unetns
