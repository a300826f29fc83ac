#include "link/veth.h"

#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint32_t kLowerUp = 1 << 16;  // IFF_LOWER_UP

class VethTest : public NetdevTest {
 protected:
  VethTest() { EXPECT_TRUE(layer_->register_kind(veth_)); }

  Result<NetDevice*> make(NewLink request, const NewLink& peer) {
    request.peer = &peer;
    return layer_->add_link(veth_, request);
  }
  // v0 in a_, v1 in `other`.
  void pair(Net& other) {
    v0_ = *make(request_for(*a_, "v0"), request_for(other, "v1"));
    v1_ = VethKind::peer_of(*v0_);
  }
  void watch_all() {
    watch(log_);
    log_.events = false;
  }

  VethKind veth_;
  NetDevice* v0_ = nullptr;
  NetDevice* v1_ = nullptr;
  EventLog log_;
};

TEST_F(VethTest, PeerIsAnnouncedFirstAndHasNoOtherEndThen) {
  watch_all();
  pair(*b_);
  EXPECT_THAT(log_.take(), ElementsAre("net3: NEW v1 0xffffffff", "net2: NEW v0 0xffffffff"));
  EXPECT_EQ(v0_->iflink(), v1_->ifindex());
  EXPECT_EQ(v1_->iflink(), v0_->ifindex());
  EXPECT_EQ(&v1_->net(), b_.get());
  EXPECT_NE(v0_->address, v1_->address);
  EXPECT_EQ(v0_->carrier_down_count, 1u);
  EXPECT_EQ(v0_->reported_flags(), uint32_t{IFF_BROADCAST | IFF_MULTICAST});
  EXPECT_EQ(VethKind::peer_of(add(*a_, "x")), nullptr);
}

TEST_F(VethTest, WithoutAPeerDescriptionItIsMadeAlike) {
  NewLink request = request_for(*a_, "v9");
  request.mtu = 1300;
  NetDevice* dev = *layer_->add_link(veth_, request);
  NetDevice* peer = VethKind::peer_of(*dev);
  EXPECT_EQ(peer->name(), "veth0");
  EXPECT_EQ(peer->mtu, 1300u);
  EXPECT_EQ(&peer->net(), a_.get());
}

TEST_F(VethTest, CarrierNeedsBothEndsUp) {
  pair(*a_);
  env_.settle();
  watch_all();
  up(*v0_);
  env_.settle();
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x1"));
  EXPECT_EQ(v0_->operstate, OperState::kLowerLayerDown);
  EXPECT_EQ(v0_->reported_flags() & (IFF_RUNNING | kLowerUp), 0u);
  up(*v1_);
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v1 0x1"));
  EXPECT_EQ(v1_->reported_flags() & (IFF_RUNNING | kLowerUp), kLowerUp) << "not told yet";
  env_.settle();
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v1 0x0", "net2: NEW v0 0x0"));
  EXPECT_EQ(v0_->operstate, OperState::kUp);
  down(*v1_);
  EXPECT_FALSE(v0_->carrier);
  env_.settle();
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v1 0x1", "net2: NEW v0 0x0"));
  EXPECT_EQ(v0_->operstate, OperState::kLowerLayerDown);
  EXPECT_EQ(v0_->carrier_down_count, 2u);
}

TEST_F(VethTest, PeerInAnotherNamespaceMakesItDownInstead) {
  pair(*b_);
  add(*b_, "spare");
  up(*v0_);
  up(*v1_);
  env_.settle();
  ASSERT_TRUE(layer_->move(*v1_, *init_, {}, 40));
  watch_all();
  env_.settle();
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x0"));
  EXPECT_EQ(v0_->operstate, OperState::kDown);
  EXPECT_EQ(v0_->iflink(), 40);
}

TEST_F(VethTest, DeletionTakesTheOtherEndAlong) {
  pair(*b_);
  up(*v0_);
  up(*v1_);
  env_.settle();
  watch_all();
  ASSERT_TRUE(veth_.delete_link(*layer_, *v0_));
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x41", "net3: NEW v1 0x41", "net2: DEL v0",
                                       "net3: DEL v1"));
  EXPECT_EQ(layer_->device_count(*a_) + layer_->device_count(*b_), 0u);
  env_.settle();
  EXPECT_THAT(log_.take(), IsEmpty());
}

TEST_F(VethTest, DyingNamespaceTakesTheOtherEndAlong) {
  pair(*b_);
  up(*v0_);
  up(*v1_);
  env_.settle();
  watch_all();
  b_ = NetRef();
  env_.settle();
  EXPECT_THAT(log_.take(), ElementsAre("net3: NEW v1 0x41", "net2: NEW v0 0x41", "net3: DEL v1",
                                       "net2: DEL v0"));
  EXPECT_EQ(layer_->device_count(*a_), 0u);
}

TEST_F(VethTest, BothNamespacesMayDieAtOnce) {
  pair(*b_);
  watch_all();
  a_ = b_ = NetRef();
  env_.settle();
  EXPECT_EQ(log_.take().size(), 2u);
}

TEST_F(VethTest, FailureLeavesNothing) {
  add(*a_, "taken");
  EXPECT_EQ(outcome(make(request_for(*a_, "taken"), request_for(*b_, "v1"))), "17");
  EXPECT_EQ(outcome(make(request_for(*a_, "v0"), request_for(*a_, "taken"))), "17");
  EXPECT_EQ(outcome(make(request_for(*a_, "v0"), request_for(*a_, "v0"))), "17");
  NewLink opened = request_for(*b_, "v1");
  opened.flags = IFF_UP;
  EXPECT_EQ(outcome(make(request_for(*a_, "v0"), opened)), std::to_string(ENOTCONN));
  NewLink numbered = request_for(*a_, "v0"), same = request_for(*a_, "v1");
  numbered.ifindex = same.ifindex = 50;
  EXPECT_EQ(outcome(make(numbered, same)), std::to_string(EBUSY));
  EXPECT_EQ(layer_->device_count(*a_), 1u);
  EXPECT_EQ(layer_->device_count(*b_), 0u);
}

TEST_F(VethTest, BadAttributesAreRefused) {
  NewLink request = request_for(*a_, "v0"), peer = request_for(*a_, "v1");
  request.mtu = 67;
  EXPECT_EQ(outcome(make(request, peer)), "22");
  request.mtu.reset();
  peer.mtu = 65536;
  EXPECT_EQ(outcome(make(request, peer)), "22");
  peer.mtu.reset();
  peer.address = MacAddress{{1, 0, 0, 0, 0, 1}};
  EXPECT_EQ(outcome(make(request, peer)), std::to_string(EADDRNOTAVAIL));
  EXPECT_EQ(layer_->device_count(*a_), 0u);
}

class Catch final : public EtherTypeHandler {
 public:
  void receive(NetDevice& dev, Packet packet) override {
    devs.push_back(&dev);
    meta = packet.meta();
    storage = packet.head().data();
  }
  std::vector<NetDevice*> devs;
  PacketMeta meta;
  const uint8_t* storage = nullptr;
};

TEST_F(VethTest, FramesCrossWithoutACopyAndForgetTheirSide) {
  pair(*b_);
  up(*v0_);
  up(*v1_);
  Catch handler;
  layer_->register_ethertype(0x0800, handler);
  Packet packet = frame(v1_->address.mac(), 0x0800, 1000);
  packet.meta().mark = 7;
  packet.meta().priority = 6;
  packet.meta().flags = PacketMeta::kForwarded;
  packet.meta().gso_size = 1400;
  packet.meta().checksum = ChecksumState::kPartial;
  const uint8_t* payload = packet.head().data() + 14;
  layer_->transmit(*v0_, std::move(packet));
  EXPECT_THAT(handler.devs, ElementsAre(v1_));
  EXPECT_EQ(handler.storage, payload);
  EXPECT_EQ(handler.meta.mark, 0u);
  EXPECT_EQ(handler.meta.priority, 0u);
  EXPECT_EQ(handler.meta.flags, 0u);
  EXPECT_EQ(handler.meta.type, PacketType::kHost);
  EXPECT_EQ(handler.meta.gso_size, 1400) << "segments stay large";
  EXPECT_EQ(handler.meta.checksum, ChecksumState::kPartial);
  EXPECT_EQ(v0_->stats.tx_bytes, 1014u);
  EXPECT_EQ(v1_->stats.rx_bytes, 1014u);
}

TEST_F(VethTest, MarkStaysWithinANamespace) {
  pair(*a_);
  up(*v0_);
  up(*v1_);
  Catch handler;
  layer_->register_ethertype(0x0800, handler);
  Packet packet = frame(v1_->address.mac(), 0x0800);
  packet.meta().mark = 7;
  layer_->transmit(*v0_, std::move(packet));
  EXPECT_EQ(handler.meta.mark, 7u);
}

TEST_F(VethTest, FrameLargerThanThePeersMtuIsDropped) {
  pair(*b_);
  ASSERT_TRUE(layer_->set_mtu(*v1_, 1000));
  up(*v0_);
  up(*v1_);
  layer_->transmit(*v0_, frame(v1_->address.mac(), 0x0800, 1005));
  EXPECT_EQ(a_->drops(DropReason::kMtuExceeded), 1u);
  EXPECT_EQ(v0_->stats.tx_dropped, 1u);
}

}  // namespace
}  // namespace unetns
