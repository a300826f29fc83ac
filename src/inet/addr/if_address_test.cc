#include "inet/addr/if_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace unetns {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

template <class F>
class IfAddressTest : public ::testing::Test {
 protected:
  using Address = typename F::Address;
  using Entry = IfAddress<F>;

  // 10.0.0.last, or a00::last: of the subnet of all that have the same prefix_len.
  static Address at(uint8_t last) {
    Address a;
    a.bytes.front() = 10;
    a.bytes.back() = last;
    return a;
  }
  static constexpr uint8_t kBits = 8 * sizeof(Address::bytes);

  static std::unique_ptr<Entry> entry(uint8_t last, uint8_t scope = RT_SCOPE_UNIVERSE,
                                      uint32_t flags = 0, uint8_t prefix_len = kBits - 8) {
    auto e = std::make_unique<Entry>();
    e->local = e->address = at(last);
    e->scope = scope;
    e->flags = flags;
    e->prefix_len = prefix_len;
    return e;
  }
  Entry& add(uint8_t last, uint8_t scope = RT_SCOPE_UNIVERSE, uint32_t flags = 0) {
    return list.insert(entry(last, scope, flags));
  }
  std::vector<int> order() const {
    std::vector<int> out;
    for (const auto& e : list.items()) out.push_back(e->local.bytes.back());
    return out;
  }
  AddressList<F> list;
};

using Families = ::testing::Types<V4, V6>;
TYPED_TEST_SUITE(IfAddressTest, Families);

TYPED_TEST(IfAddressTest, PrimariesStandByScopeThenInOrderOfAddition) {
  this->add(1, RT_SCOPE_UNIVERSE);
  this->add(2, RT_SCOPE_LINK);
  this->add(3, RT_SCOPE_UNIVERSE);
  this->add(4, RT_SCOPE_HOST);
  this->add(5, RT_SCOPE_LINK);
  EXPECT_THAT(this->order(), ElementsAre(4, 2, 5, 1, 3));
}

TYPED_TEST(IfAddressTest, SecondariesStandBehindThemWhateverTheirScope) {
  this->add(1, RT_SCOPE_UNIVERSE);
  this->add(2, RT_SCOPE_HOST, IFA_F_SECONDARY);
  this->add(3, RT_SCOPE_UNIVERSE, IFA_F_SECONDARY);
  this->add(4, RT_SCOPE_UNIVERSE);
  EXPECT_THAT(this->order(), ElementsAre(1, 4, 2, 3));
}

TYPED_TEST(IfAddressTest, APromotedOneGoesBehindTheOtherPrimaries) {
  this->add(1);
  this->add(2, RT_SCOPE_UNIVERSE, IFA_F_SECONDARY);
  auto& heir = this->add(3, RT_SCOPE_UNIVERSE, IFA_F_SECONDARY | IFA_F_NODAD);
  this->list.promote(heir);
  EXPECT_THAT(this->order(), ElementsAre(1, 3, 2));
  EXPECT_EQ(heir.flags, uint32_t{IFA_F_NODAD}) << "all else stays";
}

TYPED_TEST(IfAddressTest, RemovalHandsTheEntryOver) {
  auto& gone = this->add(1);
  this->add(2);
  auto own = this->list.remove(gone);
  EXPECT_EQ(own.get(), &gone);
  EXPECT_THAT(this->order(), ElementsAre(2));
  EXPECT_EQ(this->list.find_local(this->at(1)), nullptr);
  EXPECT_NE(this->list.find_local(this->at(2)), nullptr);
}

TYPED_TEST(IfAddressTest, ASubnetIsAPrefixAndItsLength) {
  auto& primary = this->add(1);
  auto secondary = this->entry(200, RT_SCOPE_UNIVERSE, IFA_F_SECONDARY);
  EXPECT_EQ(this->list.primary_of(*secondary), &primary);
  secondary->prefix_len--;
  EXPECT_EQ(this->list.primary_of(*secondary), nullptr);
  EXPECT_TRUE(primary.covers(this->at(255)));
  auto elsewhere = this->at(1);
  elsewhere.bytes[elsewhere.bytes.size() - 2] = 1;
  EXPECT_FALSE(primary.covers(elsewhere));
  EXPECT_EQ(primary.network(), this->at(0));
}

TYPED_TEST(IfAddressTest, ThePeersPrefixCountsOnAPointToPointLink) {
  auto e = this->entry(1);
  e->address.bytes.front() = 20;
  EXPECT_FALSE(e->covers(this->at(2)));
  auto peer = this->at(2);
  peer.bytes.front() = 20;
  EXPECT_TRUE(e->covers(peer));
}

TYPED_TEST(IfAddressTest, AnInfiniteLifetimeIsAPermanentAddress) {
  auto& e = this->add(1);
  e.set_lifetime(kInfiniteLifetime, kInfiniteLifetime, 5s);
  EXPECT_TRUE(e.permanent());
  EXPECT_EQ(this->list.next_change(), Nanos::max());
  EXPECT_FALSE(e.expired(1000000h));
  EXPECT_EQ(e.remaining(e.valid_lft, 1000000h), kInfiniteLifetime);
}

TYPED_TEST(IfAddressTest, ItIsDeprecatedFirstThenExpires) {
  auto& e = this->add(1);
  e.set_lifetime(20, 10, 100s);
  EXPECT_FALSE(e.permanent());
  EXPECT_EQ(this->list.next_change(), Nanos(110s));
  EXPECT_FALSE(e.deprecates(110s - 1ns));
  EXPECT_TRUE(e.deprecates(110s));
  e.flags |= IFA_F_DEPRECATED;
  EXPECT_FALSE(e.deprecates(110s)) << "once";
  EXPECT_EQ(this->list.next_change(), Nanos(120s));
  EXPECT_EQ(e.remaining(e.valid_lft, 118500ms), 2u) << "whole seconds are counted off";
  EXPECT_FALSE(e.expired(120s - 1ns));
  EXPECT_TRUE(e.expired(120s));
}

TYPED_TEST(IfAddressTest, NewLifetimesCountFromNow) {
  auto& e = this->add(1);
  e.set_lifetime(20, 0, 100s);
  EXPECT_TRUE(e.flags & IFA_F_DEPRECATED) << "a preferred lifetime of 0";
  e.set_lifetime(20, 20, 110s);
  EXPECT_FALSE(e.flags & IFA_F_DEPRECATED);
  EXPECT_EQ(this->list.next_change(), Nanos(130s));
  e.set_lifetime(kInfiniteLifetime, 5, 110s);
  EXPECT_TRUE(e.permanent()) << "though it will be deprecated";
  EXPECT_EQ(this->list.next_change(), Nanos(115s));
}

TYPED_TEST(IfAddressTest, TheListChangesWithTheFirstOfItsAddresses) {
  EXPECT_EQ(this->list.next_change(), Nanos::max());
  this->add(1).set_lifetime(30, 30, 0s);
  this->add(2).set_lifetime(20, 20, 0s);
  this->add(3).set_lifetime(kInfiniteLifetime, kInfiniteLifetime, 0s);
  EXPECT_EQ(this->list.next_change(), Nanos(20s));
}

}  // namespace
}  // namespace unetns
