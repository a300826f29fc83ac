// The queues of a socket, for both families.
#include <gtest/gtest.h>

#include "packet/packet_pool.h"
#include "socket/inet/error_queue.h"
#include "socket/inet/receive_queue.h"

namespace unetns {
namespace {

template <class F>
class QueuesTest : public ::testing::Test {
 protected:
  bool push(uint16_t port, int limit, bool strict = true, uint32_t elsewhere = 0) {
    QueuedDatagram<F> d;
    d.packet = Packet::allocate(pool_, 0, 10);
    d.src_port = port;
    return queue_.push(d, limit, elsewhere, strict);
  }
  PacketPool pool_;
  ReceiveQueue<F> queue_;
  ErrorQueue<F> errors_;
};
using Families = ::testing::Types<V4, V6>;
TYPED_TEST_SUITE(QueuesTest, Families);

TYPED_TEST(QueuesTest, DatagramsLeaveInOrderOfArrival) {
  for (uint16_t round = 0; round < 5; round++) {
    for (uint16_t i = 0; i < 7; i++) ASSERT_TRUE(this->push(i, 1 << 20));
    for (uint16_t i = 0; i < 7; i++) EXPECT_EQ(this->queue_.pop().src_port, i);
  }
  EXPECT_TRUE(this->queue_.empty());
  EXPECT_EQ(this->queue_.memory(), 0u);
}

TYPED_TEST(QueuesTest, ADatagramMayOvershootTheLimitAndTheNextIsLost) {
  EXPECT_TRUE(this->push(1, 900, false));
  EXPECT_TRUE(this->push(2, 900, false));
  EXPECT_FALSE(this->push(3, 900, false));
  EXPECT_EQ(this->queue_.drops(), 1u);
  this->queue_.pop();
  EXPECT_TRUE(this->push(4, 900, false));
}

TYPED_TEST(QueuesTest, AStrictLimitIsOverstepedByASingleDatagramAlone) {
  EXPECT_TRUE(this->push(1, 100)) << "the only one";
  EXPECT_FALSE(this->push(2, 1663));
  EXPECT_TRUE(this->push(3, 1664));
  EXPECT_EQ(this->queue_.pop().drops, 0u);
  EXPECT_EQ(this->queue_.pop().drops, 1u) << "lost before it came";
}

TYPED_TEST(QueuesTest, WhatWaitsWithTheProgramCounts) {
  EXPECT_FALSE(this->push(1, 1600, true, 832));
  EXPECT_TRUE(this->push(1, 1664, true, 832));
  EXPECT_FALSE(this->push(2, 832, false, 832));
}

TEST(LinuxCharge, GrowsInPowersOfTwo) {  // as SO_MEMINFO of Linux 6.18 says
  for (const auto& [bytes, charge] : {std::pair<size_t, size_t>{0, 832},
                                      {128, 832},
                                      {200, 1280},
                                      {600, 1280},
                                      {700, 2304},
                                      {1664, 2304},
                                      {1670, 4352},
                                      {3700, 4352},
                                      {3800, 8448},
                                      {8000, 16640},
                                      {16000, 16640},
                                      {17000, 17832},
                                      {65507, 66339}})
    EXPECT_EQ(linux_charge(bytes), charge) << bytes;
}

TYPED_TEST(QueuesTest, ErrorsAreBoundedAndTheNextIcmpErrorIsKnown) {
  QueuedError<TypeParam> e;
  EXPECT_EQ(this->errors_.next_icmp_error(), 0);
  e.err.ee_origin = SO_EE_ORIGIN_ICMP;
  e.err.ee_errno = 111;
  for (size_t i = 0; i < ErrorQueue<TypeParam>::kMax; i++) EXPECT_TRUE(this->errors_.push(e));
  EXPECT_FALSE(this->errors_.push(e));
  EXPECT_EQ(this->errors_.next_icmp_error(), 111);
}

}  // namespace
}  // namespace unetns
