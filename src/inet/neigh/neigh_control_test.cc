// ip-neighbour(8): semantics and errors as on Linux 6.18.
#include "inet/inet_layer_fixture.h"

namespace unetns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class NeighControlTest : public InetLayerTest {
 protected:
  NeighControlTest() : v0(device(*a_, "v0")) {
    up(lo(*a_));
    up(v0);
    EXPECT_TRUE(add_addr(v0, "10.0.0.1/24"));
    log_.take();
  }
  NeighConfig config(std::string_view dst, int mac, uint16_t state = NUD_PERMANENT) {
    NeighConfig c;
    c.ifindex = v0.ifindex();
    c.dst = ip(dst);
    c.state = state;
    if (mac) c.lladdr = MacAddress{{2, 0, 0, 0, 0, static_cast<uint8_t>(mac)}};
    return c;
  }
  std::string add(const NeighConfig& c, uint16_t flags = NLM_F_CREATE | NLM_F_EXCL) {
    return outcome(inet_->neigh_add(*a_, c, flags));
  }
  NetDevice& v0;
};

TEST_F(NeighControlTest, AddReplaceChangeAndDelete) {
  EXPECT_EQ(add(config("10.0.0.9", 9)), "ok");
  EXPECT_EQ(add(config("10.0.0.9", 9)), "EEXIST");
  EXPECT_EQ(add(config("10.0.0.9", 10, NUD_REACHABLE), NLM_F_CREATE | NLM_F_REPLACE), "ok");
  EXPECT_EQ(add(config("10.0.0.10", 10), NLM_F_REPLACE), "ENOENT");
  EXPECT_EQ(outcome(inet_->neigh_del(*a_, config("10.0.0.9", 0))), "ok");
  EXPECT_EQ(outcome(inet_->neigh_del(*a_, config("10.0.0.9", 0))), "ENOENT");
  EXPECT_THAT(log_.take(), ElementsAre("10.0.0.9 dev v0 lladdr 02:00:00:00:00:09 PERMANENT",
                                       "10.0.0.9 dev v0 lladdr 02:00:00:00:00:0a REACHABLE",
                                       "10.0.0.9 dev v0 FAILED", "Deleted 10.0.0.9 dev v0 FAILED"));
}

TEST_F(NeighControlTest, WithoutALinkLayerAddressTheEntryStaysEmpty) {
  EXPECT_EQ(add(config("10.0.0.11", 0)), "EINVAL No link layer address given");
  EXPECT_THAT(neighbours(*a_), ElementsAre("10.0.0.11 dev v0"));
  EXPECT_EQ(add(config("10.0.0.11", 0)), "EEXIST");
}

TEST_F(NeighControlTest, ANamespaceThatNeverHadAnAddressKnowsOnlyBroadcasts) {
  b_ = make_net();
  NetDevice& d = device(*b_, "d0");
  up(d);
  NeighConfig c = config("10.0.0.9", 0);
  c.ifindex = d.ifindex();
  EXPECT_EQ(outcome(inet_->neigh_add(*b_, c, NLM_F_CREATE | NLM_F_EXCL)), "ok");
  EXPECT_THAT(neighbours(*b_), ElementsAre("10.0.0.9 dev d0 lladdr ff:ff:ff:ff:ff:ff PERMANENT"));
}

TEST_F(NeighControlTest, DelayAndProbeStartAtOnce) {
  EXPECT_EQ(add(config("10.0.0.17", 10, NUD_DELAY)), "ok");
  env_.settle();
  EXPECT_THAT(log_.take(), ElementsAre("10.0.0.17 dev v0 lladdr 02:00:00:00:00:0a DELAY",
                                       "10.0.0.17 dev v0 lladdr 02:00:00:00:00:0a PROBE"));
}

TEST_F(NeighControlTest, UseStartsResolution) {
  NeighConfig c = config("10.0.0.20", 0, NUD_NONE);
  c.flags = NTF_USE;
  EXPECT_EQ(add(c), "ok");
  EXPECT_THAT(neighbours(*a_), ElementsAre("10.0.0.20 dev v0 INCOMPLETE"));
  EXPECT_EQ(cable(v0).sent.size(), 1u);
}

TEST_F(NeighControlTest, ErrorsHaveTheKernelsTexts) {
  NeighConfig c = config("10.0.0.5", 5);
  c.ifindex = 99;
  EXPECT_EQ(add(c), "ENODEV");
  EXPECT_EQ(outcome(inet_->neigh_del(*a_, c)), "ENODEV");
  c.ifindex = 0;
  EXPECT_EQ(add(c), "EINVAL Device not specified");
  EXPECT_EQ(outcome(inet_->neigh_get(*a_, c)), "EINVAL No device specified");
  c = config("10.0.0.5", 5);
  c.dst = IpAddress();
  EXPECT_EQ(add(c), "EINVAL Network address not specified");
  c = config("10.0.0.5", 5);
  c.lladdr->len = 5;
  EXPECT_EQ(add(c), "EINVAL Invalid link address");
  c = config("10.0.0.5", 5);
  c.dst = *IpAddress::parse("fe80::1");
  EXPECT_EQ(add(c), "EINVAL Invalid network address");
  EXPECT_EQ(outcome(inet_->neigh_get(*a_, config("10.0.0.77", 0))),
            "ENOENT Neighbour entry not found");
}

TEST_F(NeighControlTest, ProxiesAreKeptApart) {
  NeighConfig c = config("10.0.0.30", 0, 0);
  c.flags = NTF_PROXY;
  EXPECT_EQ(add(c), "ok");
  EXPECT_EQ(add(c), "ok") << "once more is no error";
  NeighConfig any = config("10.0.0.31", 0, 0);
  any.flags = NTF_PROXY;
  any.ifindex = 0;
  EXPECT_EQ(add(any), "ok");
  EXPECT_THAT(neighbours(*a_), IsEmpty());
  EXPECT_THAT(log_.take(), IsEmpty());
  Lines shown;
  inet_->neigh_for_each(*a_, true, [&](const NeighInfo& n) { shown.push_back(InetLog::text(n)); });
  EXPECT_THAT(shown, ElementsAre("10.0.0.30 dev v0 proxy", "10.0.0.31 proxy"));
  EXPECT_EQ(outcome(inet_->neigh_get(*a_, c)), "ok");
  EXPECT_EQ(outcome(inet_->neigh_del(*a_, c)), "ok");
  EXPECT_EQ(outcome(inet_->neigh_del(*a_, c)), "ENOENT");
  EXPECT_EQ(outcome(inet_->neigh_get(*a_, c)), "ENOENT Proxy neighbour entry not found");
}

TEST_F(NeighControlTest, TheLoopbackKnowsOneNeighbour) {
  NeighConfig c = config("127.0.0.5", 0x22);
  c.ifindex = 1;
  EXPECT_EQ(add(c), "ok");
  EXPECT_THAT(neighbours(*a_), ElementsAre("0.0.0.0 dev lo lladdr 02:00:00:00:00:22 PERMANENT"));
}

}  // namespace
}  // namespace unetns
