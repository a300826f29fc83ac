#include "inet/demux/port_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace unetns {
namespace {

template <class F>
class PortTableTest : public ::testing::Test {
 protected:
  class Fake final : public Endpoint<F> {
   public:
    Binding<F>& b() { return this->binding_; }
    void deliver(Packet, const IpRx<F>&) override {}
    void icmp_error(const IcmpErrorRx<F>&) override {}
    bool wants_group(const typename F::Address&, const typename F::Address&, int) const override {
      return true;
    }
  };
  static typename F::Address addr(uint8_t last) {
    typename F::Address a;
    a.bytes[0] = 10;
    a.bytes.back() = last;
    return a;
  }
  Fake& add(uint16_t port, uint8_t local = 0, uint8_t remote = 0, uint16_t rport = 0, int dev = 0) {
    auto e = std::make_unique<Fake>();
    if (local) e->b().local = addr(local);
    if (remote) e->b().remote = addr(remote);
    e->b().local_port = port;
    e->b().remote_port = rport;
    e->b().ifindex = dev;
    table_.insert(port, *e);
    all_.push_back(std::move(e));
    return *all_.back();
  }
  Endpoint<F>* find(uint8_t local, uint16_t port, uint8_t remote = 9, uint16_t rport = 99,
                    int dev = 2) {
    return table_.find({addr(local), addr(remote), port, rport, dev});
  }
  PortTable<F> table_;
  std::vector<std::unique_ptr<Fake>> all_;
  SeededRng rng_{1};
};
using Families = ::testing::Types<V4, V6>;
TYPED_TEST_SUITE(PortTableTest, Families);

TYPED_TEST(PortTableTest, TheMostSpecificEndpointWins) {
  auto& any = this->add(7);
  auto& local = this->add(7, 1);
  auto& connected = this->add(7, 1, 9, 99);
  EXPECT_EQ(this->find(2, 7), &any);
  EXPECT_EQ(this->find(1, 7, 8), &local);
  EXPECT_EQ(this->find(1, 7), &connected);
  EXPECT_EQ(this->find(1, 8), nullptr);
}

TYPED_TEST(PortTableTest, ABoundDeviceCountsAndExcludes) {
  auto& any = this->add(7);
  auto& dev = this->add(7, 0, 0, 0, 2);
  EXPECT_EQ(this->find(1, 7), &dev);
  EXPECT_EQ(this->find(1, 7, 9, 99, 3), &any);
}

TYPED_TEST(PortTableTest, WildcardsConflictWithEverything) {
  this->add(7, 1);
  Binding<TypeParam> any, other;
  other.local = this->addr(2);
  EXPECT_TRUE(this->table_.conflicts(any, 7, nullptr));
  EXPECT_FALSE(this->table_.conflicts(other, 7, nullptr));
  EXPECT_FALSE(this->table_.conflicts(any, 8, nullptr));
}

TYPED_TEST(PortTableTest, ReuseNeedsBothAndReusePortTheSameUser) {
  auto& e = this->add(7);
  Binding<TypeParam> b;
  b.reuse_addr = true;
  EXPECT_TRUE(this->table_.conflicts(b, 7, nullptr));
  e.b().reuse_addr = true;
  EXPECT_FALSE(this->table_.conflicts(b, 7, nullptr));
  e.b().reuse_addr = b.reuse_addr = false;
  e.b().reuse_port = b.reuse_port = true;
  EXPECT_FALSE(this->table_.conflicts(b, 7, nullptr));
  b.uid = 5;
  EXPECT_TRUE(this->table_.conflicts(b, 7, nullptr));
}

TYPED_TEST(PortTableTest, DifferentDevicesDoNotConflict) {
  this->add(7, 0, 0, 0, 2);
  Binding<TypeParam> b;
  b.ifindex = 3;
  EXPECT_FALSE(this->table_.conflicts(b, 7, nullptr));
  b.ifindex = 0;
  EXPECT_TRUE(this->table_.conflicts(b, 7, nullptr));
}

TYPED_TEST(PortTableTest, PickFindsEveryFreePortAndThenNone) {
  std::set<uint16_t> seen;
  for (int i = 0; i < 10; i++) {
    const uint16_t port = this->table_.pick({}, {100, 109}, this->rng_);
    EXPECT_GE(port, 100);
    EXPECT_LE(port, 109);
    EXPECT_TRUE(seen.insert(port).second);
    this->add(port);
  }
  EXPECT_EQ(this->table_.pick({}, {100, 109}, this->rng_), 0);
  EXPECT_EQ(this->table_.pick({}, {9, 8}, this->rng_), 0) << "an empty range";
}

TYPED_TEST(PortTableTest, AReusePortGroupSharesFlowsAndKeepsEachInPlace) {
  for (int i = 0; i < 3; i++) this->add(7).b().reuse_port = true;
  std::set<Endpoint<TypeParam>*> used;
  for (uint16_t port = 1; port < 100; port++) {
    auto* e = this->find(1, 7, 9, port);
    EXPECT_EQ(e, this->find(1, 7, 9, port));
    used.insert(e);
  }
  EXPECT_EQ(used.size(), 3u);
}

TYPED_TEST(PortTableTest, RemovedEndpointsAreNotFound) {
  auto& e = this->add(7);
  this->table_.remove(7, e);
  EXPECT_EQ(this->find(1, 7), nullptr);
  EXPECT_TRUE(this->table_.empty());
}

TYPED_TEST(PortTableTest, GroupsReachAllThatMatch) {
  this->add(7);
  this->add(7, 1);
  this->add(7, 2);
  int n = 0;
  this->table_.for_each_match({this->addr(1), this->addr(9), 7, 99, 2}, [&](auto&) { n++; });
  EXPECT_EQ(n, 2);
}

}  // namespace
}  // namespace unetns
