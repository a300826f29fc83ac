#include "socket/inet/tcp_stamps.h"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include <gtest/gtest.h>

#include "socket/inet/tcp_fixture.h"
#include "socket/sol_socket.h"

namespace unetns {
namespace {

constexpr Nanos kFirst{1}, kSecond{2};

TEST(TcpStamps, AByteHasTheStampOfThePieceThatBroughtIt) {
  TcpStamps s;
  s.note_arrival(10, kFirst);
  s.note_arrival(5, kSecond);
  EXPECT_EQ(s.arrival(3, 3), kFirst);
  EXPECT_EQ(s.arrival(3, 10), kFirst);
  EXPECT_EQ(s.arrival(3, 11), kSecond);
  EXPECT_EQ(s.arrival(15, 15), kSecond);
  EXPECT_EQ(s.arrived.size(), 1u);  // what was read is forgotten
}

TEST(TcpStamps, WhatCameUnstampedHasNone) {
  TcpStamps s;
  s.note_arrival(10, {});
  s.note_arrival(5, kSecond);
  EXPECT_EQ(s.arrival(4, 4), Nanos{});
  EXPECT_EQ(s.arrival(10, 10), Nanos{});
  EXPECT_EQ(s.arrival(12, 12), kSecond);
  EXPECT_EQ(s.arrival(16, 16), Nanos{});
}

TEST(TcpStamps, WhoNeverReadsThemKeepsFew) {
  TcpStamps s;
  for (int i = 0; i < 5000; i++) s.note_arrival(1, kFirst);
  EXPECT_EQ(s.arrived.size(), TcpStamps::kMost);
}

class TcpStampsTest : public TcpSocketTest {
 protected:
  static constexpr int kTold =
      SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;
  // SCM_TSTAMP_* and ids, as they come from the error queue.
  static std::vector<std::pair<int, int>> told(TcpSocket& s) {
    std::vector<std::pair<int, int>> out;
    for (;;) {
      const auto m = s.receive(MSG_ERRQUEUE);
      if (!m) return out;
      const auto err = load<sock_extended_err>(m->extended_err.data());
      EXPECT_EQ(err.ee_errno, static_cast<uint32_t>(ENOMSG));
      out.emplace_back(err.ee_info, err.ee_data);
    }
  }
};

TEST_F(TcpStampsTest, WhatIsSentIsToldOfAgainWhenItIsAcknowledged) {
  auto [c, s] = joined();
  ASSERT_EQ(set(*c, SOL_SOCKET, kSoTimestampingOld,
                kTold | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_ACK),
            0);
  ASSERT_EQ(send(*c, "hello"), 0);
  using Stamps = std::vector<std::pair<int, int>>;
  EXPECT_TRUE(c->poll() & POLLERR);
  EXPECT_EQ(told(*c), (Stamps{{SCM_TSTAMP_SND, 4}, {SCM_TSTAMP_ACK, 4}}));
  EXPECT_FALSE(c->poll() & POLLERR);
  ASSERT_EQ(send(*c, "again"), 0);
  EXPECT_EQ(told(*c), (Stamps{{SCM_TSTAMP_SND, 9}, {SCM_TSTAMP_ACK, 9}}));
  // A send that is lost is told of each time, and acknowledged once.
  ASSERT_TRUE(netdevs_->change_flags(dev(*b_, "eth0"), 0, IFF_UP));
  ASSERT_EQ(send(*c, "lost"), 0);
  EXPECT_EQ(told(*c), (Stamps{{SCM_TSTAMP_SND, 13}}));
}

TEST_F(TcpStampsTest, OneThatDoesNotEndASendIsNotToldOf) {
  auto [c, s] = joined();
  ASSERT_EQ(set(*c, SOL_SOCKET, kSoTimestampingOld, kTold | SOF_TIMESTAMPING_TX_SOFTWARE), 0);
  c->next_write(false, {});
  ASSERT_TRUE(c->write(Packet::copy_of(pool_, bytes_of(uint32_t{1})), false, false));
  EXPECT_TRUE(told(*c).empty());
  c->next_write(true, SOF_TIMESTAMPING_TX_SCHED);
  ASSERT_TRUE(c->write(Packet::copy_of(pool_, bytes_of(uint32_t{1})), false, false));
  EXPECT_EQ(told(*c), (std::vector<std::pair<int, int>>{{SCM_TSTAMP_SCHED, 7}}));
}

TEST_F(TcpStampsTest, WhatIsReceivedSaysWhenItCame) {
  auto [c, s] = joined();
  ASSERT_EQ(set(*s, SOL_SOCKET, kSoTimestampNsOld, 1), 0);
  const Nanos before = env_.env().clock.realtime();
  ASSERT_EQ(send(*c, "hello"), 0);
  env_.advance(std::chrono::seconds(5));
  const auto m = s->receive(0);
  ASSERT_TRUE(m);
  EXPECT_GE(m->tstamp, before);
  EXPECT_LT(m->tstamp, before + std::chrono::seconds(5));
}

TEST_F(TcpStampsTest, IdsNeedAConnection) {
  Ptr s = tcp(*a_);
  EXPECT_EQ(set(*s, SOL_SOCKET, kSoTimestampingOld, kTold), EINVAL);
  EXPECT_EQ(set(*s, SOL_SOCKET, kSoTimestampingOld, SOF_TIMESTAMPING_SOFTWARE), 0);
}

}  // namespace
}  // namespace unetns
