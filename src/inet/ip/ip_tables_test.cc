// Paths and group memberships, for both families.
#include <gtest/gtest.h>

#include "inet/ip/memberships.h"
#include "inet/ip/path_table.h"

namespace unetns {
namespace {

using std::chrono::seconds;

template <class F>
class IpTablesTest : public ::testing::Test {
 protected:
  static typename F::Address addr(uint32_t n) {
    typename F::Address a;
    store_be32(a.bytes.data(), n);
    return a;
  }
};
using Families = ::testing::Types<V4, V6>;
TYPED_TEST_SUITE(IpTablesTest, Families);

TYPED_TEST(IpTablesTest, WhatIsKnownOfAPathHoldsUntilItExpires) {
  PathTable<TypeParam> t;
  t.learn_mtu(this->addr(1), 2, 1400, false, seconds(0), seconds(600));
  t.learn_gateway(this->addr(1), 2, this->addr(9), seconds(0), seconds(300));
  const auto* p = t.find(this->addr(1), 2, seconds(299));
  ASSERT_NE(p, nullptr);
  EXPECT_TRUE(p->has_mtu(seconds(299)));
  EXPECT_TRUE(p->has_gateway(seconds(299)));
  EXPECT_FALSE(p->has_gateway(seconds(300)));
  EXPECT_EQ(t.find(this->addr(1), 3, seconds(1)), nullptr) << "another device";
  EXPECT_EQ(t.find(this->addr(2), 2, seconds(1)), nullptr) << "another destination";
  EXPECT_NE(t.find(this->addr(1), 2, seconds(599)), nullptr);
  EXPECT_EQ(t.find(this->addr(1), 2, seconds(600)), nullptr);
}

TYPED_TEST(IpTablesTest, PathsAreBoundedInNumber) {
  PathTable<TypeParam> t;
  for (uint32_t i = 0; i < 10'000; i++)
    t.learn_mtu(this->addr(i), 2, 1000, false, seconds(0), seconds(600));
  EXPECT_LE(t.size(), PathTable<TypeParam>::kMax);
}

TYPED_TEST(IpTablesTest, AGroupIsHeardUntilItsLastMemberLeaves) {
  Memberships<TypeParam> m;
  m.join(2, this->addr(0xef000001));
  m.join(2, this->addr(0xef000001));
  m.leave(2, this->addr(0xef000001));
  EXPECT_TRUE(m.member(2, this->addr(0xef000001)));
  EXPECT_FALSE(m.member(3, this->addr(0xef000001))) << "another device";
  m.leave(2, this->addr(0xef000001));
  EXPECT_FALSE(m.member(2, this->addr(0xef000001)));
  EXPECT_EQ(m.size(), 0u);
}

TEST(IpMembershipsTest, AllHostsNeedsNoJoining) {
  EXPECT_TRUE(Memberships<V4>().member(2, Ipv4Address(0xe0000001)));
  EXPECT_FALSE(Memberships<V4>().member(2, Ipv4Address(0xe0000002)));
  Ipv6Address all;
  all.bytes[0] = 0xff;
  all.bytes[1] = 2;
  all.bytes[15] = 1;
  EXPECT_TRUE(Memberships<V6>().member(2, all));
}

}  // namespace
}  // namespace unetns
