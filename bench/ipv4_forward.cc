// ipv4_forward SECONDS: packets a second through a router namespace, in process, on one core.
//
// Three namespaces in a row, joined by veth pairs: a, r, b. Frames of 64 bytes (without the check
// sequence that wires add) leave a's device; r routes them to b, which has no addresses and drops
// them. The neighbour is set by hand. What is counted has arrived at b's device.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench/host_env.h"
#include "inet/control.h"
#include "machine/machine.h"
#include "netdev/ethernet.h"

namespace {

using namespace unetns;

void require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "%s failed\n", what);
  std::exit(1);
}

class Row {
 public:
  Row() {
    auto booted = Kernel::boot(outside_.env());
    require(booted.has_value(), "boot");
    kernel_ = std::move(*booted);
    for (NetRef* net : {&a_, &r_, &b_}) {
      auto made = kernel_->nets().create();
      require(made.has_value(), "a namespace");
      *net = std::move(*made);
    }
    auto [v0, v1] = cable(*a_, *r_);
    auto [v2, v3] = cable(*r_, *b_);
    source = v0;
    router = v1;
    sink = v3;
    address(*v1, "10.0.1.2");
    address(*v2, "10.0.2.2");
    InetControl& inet = *kernel_->inet(AF_INET);
    require(inet.sysctl_set(*r_, "ip_forward", {1}).has_value(), "ip_forward");
    NeighConfig neighbour;
    neighbour.ifindex = v2->ifindex();
    neighbour.dst = *IpAddress::parse("10.0.2.1");
    neighbour.lladdr = v3->address;
    neighbour.state = 0x80;  // NUD_PERMANENT
    require(inet.neigh_add(*r_, neighbour, 0x400).has_value(), "a neighbour");
  }
  ~Row() {
    a_ = r_ = b_ = NetRef();
    settle();
  }

  PacketPool& pool() { return kernel_->packets(); }
  NetdevLayer& netdevs() { return kernel_->netdevs(); }
  void settle() { outside_.settle(); }

  NetDevice *source = nullptr, *router = nullptr, *sink = nullptr;

 private:
  std::pair<NetDevice*, NetDevice*> cable(Net& left, Net& right) {
    NewLink request{};
    request.net = request.source_net = &left;
    request.caller = &root_;
    auto made = netdevs().add_link(*netdevs().find_kind("veth"), request);
    require(made.has_value(), "veth");
    NetDevice* peer = (*made)->ops().link(**made);
    require(netdevs().move(*peer, right).has_value(), "the move of veth");
    for (NetDevice* dev : {*made, peer})
      require(netdevs().change_flags(*dev, IFF_UP, IFF_UP).has_value(), "link up");
    settle();
    return {*made, peer};
  }
  void address(NetDevice& dev, const char* text) {
    AddrConfig config;
    config.ifindex = dev.ifindex();
    config.local = config.address = *IpAddress::parse(text);
    config.prefix_len = 24;
    require(kernel_->inet(AF_INET)->addr_add(dev.net(), config, 0x600).has_value(), "an address");
    settle();
  }

  HostEnv outside_;
  SystemCaller root_;
  std::unique_ptr<Kernel> kernel_;
  NetRef a_, r_, b_;
};

// An Ethernet frame with a UDP packet from 10.0.1.1 to 10.0.2.1, with a right IP checksum and none
// of UDP.
std::array<uint8_t, 64> frame_between(const NetDevice& from, const NetDevice& to) {
  std::array<uint8_t, 64> frame{};
  write_ethernet(frame.data(), to.address.mac(), from.address.mac(), ETH_P_IP);
  uint8_t* ip = frame.data() + kEthernetHeader;
  ip[0] = 0x45;
  store_be16(ip + 2, 64 - kEthernetHeader);
  ip[8] = 64;  // TTL
  ip[9] = 17;  // UDP
  store_be32(ip + 12, 0x0a000101);
  store_be32(ip + 16, 0x0a000201);
  InternetSum sum;
  sum.add(Bytes(ip, 20));
  store_be16(ip + 10, sum.checksum());
  store_be16(ip + 20, 9);
  store_be16(ip + 22, 9);
  store_be16(ip + 24, 64 - kEthernetHeader - 20);
  return frame;
}

}  // namespace

int main(int argc, char** argv) {
  const double limit = argc > 1 ? std::atof(argv[1]) : 2;
  Row row;
  const auto frame = frame_between(*row.source, *row.router);
  auto send = [&] { row.netdevs().transmit(*row.source, Packet::copy_of(row.pool(), frame)); };
  for (int i = 0; i < 1000; i++) send();
  row.settle();
  require(row.sink->stats.rx_packets == 1000, "forwarding");

  const uint64_t before = row.sink->stats.rx_packets;
  const auto start = std::chrono::steady_clock::now();
  double took = 0;
  while (took < limit) {
    for (int i = 0; i < 4096; i++) send();
    row.settle();
    took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  std::printf("%.0f\n", static_cast<double>(row.sink->stats.rx_packets - before) / took);
  return 0;
}
