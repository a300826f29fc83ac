// Two namespaces joined by a cable, v0 in a and v1 in b, for the tests of packet sockets.
#ifndef UNETNS_SOCKET_PACKET_PACKET_FIXTURE_H_
#define UNETNS_SOCKET_PACKET_PACKET_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "link/loopback.h"
#include "link/veth.h"
#include "socket/ioctl/device_ioctls.h"
#include "socket/packet/packet_family.h"
#include "socket/packet/packet_socket.h"

namespace unetns {

class PacketSocketTest : public ::testing::Test {
 protected:
  static constexpr uint16_t kType = 0x88b5;  // IEEE local experimental

  PacketSocketTest() : registry_(env_.env(), pool_) {
    nsids_ = *NsidLayer::create(registry_);
    netdevs_ = *NetdevLayer::create(registry_, *nsids_);
    EXPECT_TRUE(registry_.register_device(*netdevs_));
    loopback_ = std::make_unique<LoopbackModule>(*netdevs_);
    EXPECT_TRUE(registry_.register_device(*loopback_));
    EXPECT_TRUE(netdevs_->register_kind(veth_));
    ioctls_ = std::make_unique<DeviceIoctls>(*netdevs_, nullptr);
    family_ = *PacketFamily::create(*netdevs_, *ioctls_);
    init_ = *registry_.create();
    a_ = *registry_.create();
    b_ = *registry_.create();
    NewLink request{};
    request.net = request.source_net = a_.get();
    request.caller = &root_;
    request.name = "v0";
    v0_ = *veth_.new_link(*netdevs_, request);
    v1_ = VethKind::peer_of(*v0_);
    EXPECT_TRUE(netdevs_->move(*v1_, *b_, "v1"));
    for (NetDevice* dev : {v0_, v1_, netdevs_->loopback(*a_)}) up(*dev, true);
    env_.settle();
  }
  ~PacketSocketTest() override {
    for (auto* net : {&a_, &b_, &init_}) *net = NetRef();
    env_.settle();
    registry_.run_cleanup();
    loopback_.reset();
    EXPECT_EQ(pool_.live(), 0u) << "packets leak";
  }

  void up(NetDevice& dev, bool on) {
    EXPECT_TRUE(netdevs_->change_flags(dev, on ? uint32_t{IFF_UP} : 0u, IFF_UP));
  }
  std::unique_ptr<Socket> packet(Net& net, uint16_t protocol, NetDevice* dev = nullptr,
                                 int type = SOCK_RAW) {
    auto s = *family_->create(net, root_, type, to_be16(protocol));
    if (dev) {
      EXPECT_TRUE(s->bind(root_, bytes_of(name(*dev, protocol))));
    }
    return s;
  }
  static sockaddr_ll name(const NetDevice& dev, uint16_t protocol = 0, MacAddress to = {}) {
    sockaddr_ll out{};
    out.sll_family = AF_PACKET;
    out.sll_protocol = to_be16(protocol);
    out.sll_ifindex = dev.ifindex();
    out.sll_halen = 6;
    std::memcpy(out.sll_addr, to.bytes.data(), 6);
    return out;
  }
  static ByteVector frame(const MacAddress& to, const MacAddress& from, uint16_t type = kType,
                          size_t payload = 46) {
    ByteVector out(14 + payload, 0xab);
    std::memcpy(out.data(), to.bytes.data(), 6);
    std::memcpy(out.data() + 6, from.bytes.data(), 6);
    store_be16(out.data() + 12, type);
    return out;
  }
  // From b to a.
  void arrive(uint16_t type = kType, size_t payload = 46) {
    arrive(frame(v0_->address.mac(), v1_->address.mac(), type, payload));
  }
  void arrive(const ByteVector& bytes) {
    netdevs_->transmit(*v1_, Packet::copy_of(pool_, bytes));
    env_.settle();
  }
  Result<size_t> send(Socket& s, const ByteVector& data, Bytes to = {}) {
    auto n = s.send(root_, {.data = data, .name = to, .control = {}, .flags = 0});
    env_.settle();
    return n;
  }
  template <class T>
  Result<void> set(Socket& s, int option, const T& value) {
    return s.set_option(root_, SOL_PACKET, option, bytes_of(value));
  }
  static sockaddr_ll address(const Message& m) { return load<sockaddr_ll>(m.name.bytes.data()); }
  static size_t waiting(Socket& s) {
    size_t n = 0;
    while (s.receive(0)) ++n;
    return n;
  }

  FakeEnv env_;
  PacketPool pool_;
  NetRegistry registry_;
  SystemCaller root_;
  std::unique_ptr<NsidLayer> nsids_;
  VethKind veth_;
  std::unique_ptr<NetdevLayer> netdevs_;
  std::unique_ptr<LoopbackModule> loopback_;
  std::unique_ptr<DeviceIoctls> ioctls_;
  std::unique_ptr<PacketFamily> family_;
  NetRef init_, a_, b_;
  NetDevice* v0_ = nullptr;
  NetDevice* v1_ = nullptr;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_PACKET_PACKET_FIXTURE_H_
