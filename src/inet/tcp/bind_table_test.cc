#include "inet/tcp/bind_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "inet/tcp/listener_table.h"

namespace unetns {
namespace {

Ipv4Address addr(uint8_t last) { return Ipv4Address(0x7f000000u | last); }

class BindTableTest : public ::testing::Test {
 protected:
  ~BindTableTest() override {
    for (auto& r : records_) table_.remove(*r);
    EXPECT_TRUE(table_.empty());
  }
  TcpRecord<V4>& make(uint8_t local, bool reuse_addr = false, bool reuse_port = false) {
    records_.push_back(std::make_unique<TcpRecord<V4>>(TcpRecordKind::kEndpoint));
    TcpRecord<V4>& r = *records_.back();
    if (local) r.key.local = addr(local);
    r.reuse_addr = reuse_addr;
    r.reuse_port = reuse_port;
    return r;
  }
  TcpRecord<V4>& hold(TcpRecord<V4>& r, uint16_t port) {
    r.key.local_port = port;
    table_.insert(r);
    return r;
  }
  BindTable<V4> table_;
  std::vector<std::unique_ptr<TcpRecord<V4>>> records_;
  SeededRng rng_{1};
};

TEST_F(BindTableTest, AddressesThatOverlapConflict) {
  hold(make(1), 7);
  EXPECT_TRUE(table_.conflicts(make(1), 7));
  EXPECT_TRUE(table_.conflicts(make(0), 7));
  EXPECT_FALSE(table_.conflicts(make(2), 7));
  EXPECT_FALSE(table_.conflicts(make(1), 8));
}

TEST_F(BindTableTest, ReuseAddrShareWhileNobodyListens) {
  TcpRecord<V4>& first = hold(make(1, true), 7);
  EXPECT_TRUE(table_.conflicts(make(1), 7)) << "both must ask for it";
  EXPECT_FALSE(table_.conflicts(make(1, true), 7));
  first.listening = true;
  EXPECT_TRUE(table_.conflicts(make(1, true), 7));
}

TEST_F(BindTableTest, ReusePortSharesAmongOneUser) {
  hold(make(1, false, true), 7).listening = true;
  TcpRecord<V4>& other = make(1, false, true);
  EXPECT_FALSE(table_.conflicts(other, 7));
  other.uid = 5;
  EXPECT_TRUE(table_.conflicts(other, 7));
  EXPECT_TRUE(table_.conflicts(make(1, true), 7));
}

TEST_F(BindTableTest, DevicesKeepApart) {
  hold(make(0), 7).ifindex = 2;
  TcpRecord<V4>& other = make(0);
  EXPECT_TRUE(table_.conflicts(other, 7));
  other.ifindex = 3;
  EXPECT_FALSE(table_.conflicts(other, 7));
}

TEST_F(BindTableTest, PickFindsEveryPortAndThenNone) {
  std::set<uint16_t> seen;
  for (int i = 0; i < 10; i++) {
    TcpRecord<V4>& r = make(0);
    const uint16_t port = table_.pick(r, 100, 109, rng_);
    EXPECT_TRUE(seen.insert(port).second) << port;
    hold(r, port);
  }
  EXPECT_EQ(table_.pick(make(0), 100, 109, rng_), 0);
  EXPECT_NE(table_.pick(make(0), 100, 110, rng_), 0);
  EXPECT_EQ(table_.pick(make(0), 9, 8, rng_), 0) << "an empty range";
}

TEST_F(BindTableTest, PickSharesOnlyWhenAskedToAndWithReuseAddr) {
  hold(make(1, true), 100);
  EXPECT_EQ(table_.pick(make(1, true), 100, 100, rng_), 0);
  EXPECT_EQ(table_.pick(make(1, true), 100, 100, rng_, {}, true), 100);
  EXPECT_EQ(table_.pick(make(1), 100, 100, rng_, {}, true), 0);
  EXPECT_EQ(table_.pick(make(2), 100, 100, rng_), 100) << "another address is not in the way";
}

TEST_F(BindTableTest, ConnectSharesPortsThatNobodyBound) {
  auto free = [](uint16_t) { return false; };
  TcpRecord<V4>& c = make(1);
  c.by_connect = true;
  hold(c, 100);
  EXPECT_EQ(table_.pick_for_connect(100, 100, rng_, {}, free), 100);
  EXPECT_EQ(table_.pick_for_connect(100, 100, rng_, {}, [](uint16_t) { return true; }), 0);
  TcpRecord<V4>& bound = make(2);
  hold(bound, 100);
  EXPECT_EQ(table_.pick_for_connect(100, 100, rng_, {}, free), 0);
  table_.remove(bound);
  EXPECT_EQ(table_.pick_for_connect(100, 100, rng_, {}, free), 100);
}

TEST_F(BindTableTest, BindAndConnectBeginWithPortsOfTheirOwn) {
  for (int i = 0; i < 20; i++) {
    TcpRecord<V4>& r = make(0);
    const uint16_t port = table_.pick(r, 1000, 1999, rng_);
    EXPECT_EQ(port & 1, 1);
    hold(r, port);
    EXPECT_EQ(table_.pick_for_connect(1000, 1999, rng_, {}, [](uint16_t) { return false; }) & 1, 0);
  }
}

TEST_F(BindTableTest, TheListenerThatFitsBestIsFound) {
  ListenerTable<V4> listeners;
  auto put = [&](TcpRecord<V4>& r) -> TcpRecord<V4>& {
    r.key.local_port = 7;
    listeners.insert(r);
    return r;
  };
  TcpRecord<V4>&any = put(make(0)), &exact = put(make(1)), &device = put(make(0));
  device.ifindex = 2;
  const TcpKey<V4> key{addr(1), addr(9), 7, 99};
  EXPECT_EQ(listeners.find(key, 2), &device);
  EXPECT_EQ(listeners.find(key, 3), &exact);
  EXPECT_EQ(listeners.find({addr(4), addr(9), 7, 99}, 3), &any);
  EXPECT_EQ(listeners.find({addr(4), addr(9), 8, 99}, 3), nullptr);
  listeners.remove(exact);
  EXPECT_EQ(listeners.find(key, 3), &any);
}

}  // namespace
}  // namespace unetns
