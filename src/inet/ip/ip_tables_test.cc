// Path MTUs and group memberships, for both families.
#include <gtest/gtest.h>

#include "inet/ip/memberships.h"
#include "inet/ip/path_mtu.h"

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

TYPED_TEST(IpTablesTest, APathMtuHoldsUntilItExpires) {
  PathMtuTable<TypeParam> t;
  t.learn(this->addr(1), 1400, seconds(0), seconds(600));
  EXPECT_EQ(t.limit(this->addr(1), 1500, seconds(599)), 1400u);
  EXPECT_EQ(t.limit(this->addr(1), 1300, seconds(599)), 1300u);
  EXPECT_EQ(t.limit(this->addr(2), 1500, seconds(1)), 1500u);
  EXPECT_EQ(t.limit(this->addr(1), 1500, seconds(600)), 1500u);
}

TYPED_TEST(IpTablesTest, APathMtuOnlyShrinks) {
  PathMtuTable<TypeParam> t;
  t.learn(this->addr(1), 1000, seconds(0), seconds(600));
  t.learn(this->addr(1), 1400, seconds(1), seconds(600));
  EXPECT_EQ(t.limit(this->addr(1), 1500, seconds(2)), 1000u);
}

TYPED_TEST(IpTablesTest, PathMtusAreBoundedInNumber) {
  PathMtuTable<TypeParam> t;
  for (uint32_t i = 0; i < 10'000; i++) t.learn(this->addr(i), 1000, seconds(0), seconds(600));
  EXPECT_LE(t.size(), PathMtuTable<TypeParam>::kMax);
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

TEST(MembershipsTest, AllHostsNeedsNoJoining) {
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
