#include "inet/ip/memberships.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

class MembershipsTest : public ::testing::Test, public MembershipObserver<V4> {
 protected:
  using Filter = SourceFilter<V4>;
  void group_changed(int, const Ipv4Address&, const Filter& before, const Filter& after) override {
    before_ = before;
    after_ = after;
    told_++;
  }
  MembershipsTest() { groups_.set_observer(this); }
  bool accepts(const Ipv4Address& source) const { return groups_.accepts(2, g_, source); }

  const Ipv4Address g_{0xef010101}, s1_{0x0a000001}, s2_{0x0a000002};
  Memberships<V4> groups_;
  Filter before_, after_;
  int told_ = 0;
};

TEST_F(MembershipsTest, FromTheFirstMemberToTheLastTheGroupIsHeard) {
  EXPECT_FALSE(groups_.member(2, g_));
  groups_.join(2, g_);
  EXPECT_EQ(before_, Filter::nobody());
  groups_.join(2, g_);
  EXPECT_EQ(told_, 1) << "nothing new for the link";
  groups_.leave(2, g_);
  EXPECT_TRUE(groups_.member(2, g_));
  EXPECT_FALSE(groups_.member(3, g_));
  groups_.leave(2, g_);
  EXPECT_FALSE(groups_.member(2, g_));
  EXPECT_EQ(after_, Filter::nobody());
}

TEST_F(MembershipsTest, IncludedSourcesAddUp) {
  groups_.join(2, g_, {false, {s1_}});
  EXPECT_TRUE(accepts(s1_));
  EXPECT_FALSE(accepts(s2_));
  groups_.join(2, g_, {false, {s2_}});
  EXPECT_EQ(after_, (Filter{false, {s1_, s2_}}));
  groups_.leave(2, g_, {false, {s1_}});
  EXPECT_EQ(after_, (Filter{false, {s2_}}));
}

TEST_F(MembershipsTest, ASourceIsShutOutOnlyWhenNobodyWantsIt) {
  groups_.join(2, g_, {true, {s1_, s2_}});
  EXPECT_FALSE(accepts(s1_));
  groups_.join(2, g_, {true, {s1_}});
  EXPECT_EQ(after_, (Filter{true, {s1_}}));
  EXPECT_TRUE(accepts(s2_));
  groups_.join(2, g_, {false, {s1_}});
  EXPECT_EQ(after_, Filter{}) << "one member asked for it";
  EXPECT_TRUE(accepts(s1_));
}

TEST_F(MembershipsTest, AMemberMayChangeItsMind) {
  groups_.join(2, g_, {true, {}});
  groups_.change(2, g_, {true, {}}, {false, {s1_}});
  EXPECT_EQ(after_, (Filter{false, {s1_}}));
  groups_.leave(2, g_, {false, {s1_}});
  EXPECT_EQ(groups_.size(), 0u);
}

TEST_F(MembershipsTest, AllHostsNeedsNoJoining) {
  EXPECT_TRUE(groups_.member(2, Ipv4Address(0xe0000001)));
  EXPECT_TRUE(groups_.accepts(2, Ipv4Address(0xe0000001), s1_));
}

}  // namespace
}  // namespace unetns
