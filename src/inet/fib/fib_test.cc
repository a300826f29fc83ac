#include "inet/fib/fib.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

template <class F>
class FibTest : public ::testing::Test {
 protected:
  struct NoPolicy final : FibPolicy {
    bool ignores_linkdown(const NetDevice&) const override { return ignore; }
    bool ignore = false;
  } policy;
  Fib<F> fib{policy};
  NetDevice d1{nullptr, nullptr}, d2{nullptr, nullptr};

  Route<F>& add(uint32_t table, int len, uint8_t type, std::initializer_list<NetDevice*> devs,
                uint8_t tos = 0) {
    auto r = std::make_unique<Route<F>>();
    r->type = type;
    r->tos = tos;
    for (NetDevice* d : devs) {
      Nexthop<F> nh;
      nh.dev = d;
      nh.scope = type == RTN_LOCAL ? RT_SCOPE_NOWHERE : RT_SCOPE_HOST;
      r->nexthops.push_back(nh);
    }
    return fib.insert(fib.make_table(table), typename F::Address(), len, std::move(r));
  }
  FlowKey<F> key;
};
using Families = ::testing::Types<V4, V6>;
TYPED_TEST_SUITE(FibTest, Families);

TYPED_TEST(FibTest, NothingAtAllIsUnreachable) {
  EXPECT_EQ(this->fib.lookup(this->key).error(), ENETUNREACH);
}

TYPED_TEST(FibTest, OfLocalAndMainTheLongerPrefixCountsAndDefaultComesLast) {
  auto& dflt = this->add(RT_TABLE_DEFAULT, 16, RTN_UNICAST, {&this->d1});
  EXPECT_EQ(this->fib.lookup(this->key)->route, &dflt);
  auto& main = this->add(RT_TABLE_MAIN, 8, RTN_UNICAST, {&this->d1});
  EXPECT_EQ(this->fib.lookup(this->key)->route, &main);
  this->add(RT_TABLE_LOCAL, 0, RTN_LOCAL, {&this->d1});
  EXPECT_EQ(this->fib.lookup(this->key)->route, &main) << "as Linux without rules of the user's";
  auto& local = this->add(RT_TABLE_LOCAL, 8, RTN_LOCAL, {&this->d1});
  EXPECT_EQ(this->fib.lookup(this->key)->route, &local);
}

TYPED_TEST(FibTest, TablesStayAndAreShownByTheLowByteOfTheirIdsNewerFirst) {
  for (uint32_t id : {1000u, 100u, 356u, 510u, 511u, 254u, 255u, 612u}) this->fib.make_table(id);
  std::vector<uint32_t> ids;
  for (auto* t : this->fib.tables()) ids.push_back(t->id());
  EXPECT_EQ(ids, (std::vector<uint32_t>{612, 356, 100, 1000, 510, 254, 511, 255}));
  for (uint32_t id : ids) EXPECT_EQ(this->fib.table(id)->id(), id);
  EXPECT_EQ(this->fib.table(868), nullptr) << "same bucket, another table";
  this->fib.remove(this->add(100, 8, RTN_UNICAST, {&this->d1}));
  EXPECT_NE(this->fib.table(100), nullptr);
}

TYPED_TEST(FibTest, TypesThatAreNoWayGiveTheirErrno) {
  struct {
    uint8_t type;
    int error;
  } const cases[] = {
      {RTN_BLACKHOLE, EINVAL}, {RTN_UNREACHABLE, EHOSTUNREACH}, {RTN_PROHIBIT, EACCES}};
  for (const auto& c : cases) {
    auto& r = this->add(RT_TABLE_MAIN, 0, c.type, {});
    EXPECT_EQ(this->fib.lookup(this->key).error(), c.error);
    this->fib.remove(r);
  }
}

TYPED_TEST(FibTest, ThrowGoesOnWithTheNextRule) {
  this->add(RT_TABLE_MAIN, 8, RTN_THROW, {});
  this->add(RT_TABLE_MAIN, 0, RTN_UNICAST, {&this->d1});
  EXPECT_EQ(this->fib.lookup(this->key).error(), ENETUNREACH);
  auto& r = this->add(RT_TABLE_DEFAULT, 0, RTN_UNICAST, {&this->d1});
  EXPECT_EQ(this->fib.lookup(this->key)->route, &r);
}

TYPED_TEST(FibTest, ARouteWithTosServesOnlyThatTos) {
  this->add(RT_TABLE_MAIN, 0, RTN_UNICAST, {&this->d1}, 0x10);
  EXPECT_EQ(this->fib.lookup(this->key).error(), ENETUNREACH);
  this->key.tos = 0x10;
  EXPECT_TRUE(this->fib.lookup(this->key));
}

TYPED_TEST(FibTest, DeviceDownRemovesItsRoutesButThoseOfHostScope) {
  this->add(RT_TABLE_MAIN, 0, RTN_UNICAST, {&this->d1});
  this->add(RT_TABLE_LOCAL, 8, RTN_LOCAL, {&this->d1});
  auto& both = this->add(RT_TABLE_MAIN, 16, RTN_UNICAST, {&this->d1, &this->d2});
  this->fib.device_down(this->d1, false, false);
  EXPECT_EQ(this->fib.size(), 2u);
  EXPECT_FALSE(both.nexthops[0].usable());
  EXPECT_TRUE(both.nexthops[1].usable());
  this->fib.device_up(this->d1, true);
  EXPECT_TRUE(both.nexthops[0].usable());
}

TYPED_TEST(FibTest, ADeviceThatLeavesTakesMultipathRoutesAlong) {
  this->add(RT_TABLE_MAIN, 16, RTN_UNICAST, {&this->d1, &this->d2});
  this->add(RT_TABLE_LOCAL, 8, RTN_LOCAL, {&this->d1});
  this->fib.device_down(this->d1, true, true);
  EXPECT_EQ(this->fib.size(), 0u);
}

TYPED_TEST(FibTest, RoutesWithoutCarrierArePassedOverIfAskedFor) {
  this->add(RT_TABLE_MAIN, 0, RTN_UNICAST, {&this->d1});
  this->fib.carrier_lost(this->d1);
  EXPECT_TRUE(this->fib.lookup(this->key));
  this->policy.ignore = true;
  EXPECT_FALSE(this->fib.lookup(this->key));
  EXPECT_TRUE(this->fib.lookup(this->key, true));
}

TYPED_TEST(FibTest, FlowsSpreadOverNextHopsByWeight) {
  auto& r = this->add(RT_TABLE_MAIN, 0, RTN_UNICAST, {&this->d1, &this->d2});
  r.nexthops[0].weight = 3;
  int first = 0;
  for (int i = 0; i < 4000; i++) {
    store_be32(this->key.dst.bytes.data(), static_cast<uint32_t>(i) * 7919);
    auto m = this->fib.lookup(this->key);
    const auto* nh = this->fib.choose_nexthop(*m, this->key);
    EXPECT_EQ(nh, this->fib.choose_nexthop(*m, this->key)) << "a flow stays on its path";
    first += nh == &r.nexthops[0];
  }
  EXPECT_NEAR(first, 3000, 150);
}

TYPED_TEST(FibTest, RoutesGoWithTheirPreferredSource) {
  auto& r = this->add(RT_TABLE_MAIN, 0, RTN_UNICAST, {&this->d1});
  auto copy = this->fib.remove(r);
  copy->prefsrc.bytes[0] = 9;
  const auto source = copy->prefsrc;
  this->fib.insert(this->fib.make_table(RT_TABLE_MAIN), typename TypeParam::Address(), 0,
                   std::move(copy));
  EXPECT_EQ(this->fib.remove_by_prefsrc(source).size(), 1u);
  EXPECT_EQ(this->fib.size(), 0u);
}

}  // namespace
}  // namespace unetns
