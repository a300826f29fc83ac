// One packet of each malformation, layer by layer: it is dropped for its own reason, no other
// packet is lost, and what comes next is served.
#include "packet/wire/arp.h"
#include "packet/wire/ethernet.h"
#include "packet/wire/icmp.h"
#include "packet/wire/ipv4.h"
#include "packet/wire/tcp.h"
#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

using Edit = std::function<void(ByteVector&)>;

class MalformedTest : public InetSocketTest {
 protected:
  static Edit set8(size_t at, uint8_t value) {
    return [=](ByteVector& b) { b[at] = value; };
  }
  static Edit set16(size_t at, uint16_t value) {
    return [=](ByteVector& b) { store_be16(&b[at], value); };
  }
  static Edit cut(size_t size) {
    return [=](ByteVector& b) { b.resize(size); };
  }
  static Edit both(Edit x, Edit y) {
    return [=](ByteVector& b) {
      x(b);
      y(b);
    };
  }
  static void fix_ip(ByteVector& p) {
    const size_t header = std::clamp<size_t>(size_t{p[0] & 15u} * 4, 20, p.size());
    store_be16(&p[10], 0);
    store_be16(&p[10], internet_checksum({p.data(), header}));
  }
  // An IPv4 packet for b. `change` happens before the header's checksum is made, `spoil` after.
  static ByteVector ip4(uint8_t protocol, ByteVector payload, const Edit& change = {},
                        const Edit& spoil = {}, ByteVector options = {}) {
    Ipv4Header h;
    h.protocol = protocol;
    h.src = ip("10.0.2.254");
    h.dst = ip("10.0.2.1");
    h.options = options;
    h.total_length = static_cast<uint16_t>(h.size() + payload.size());
    ByteVector p(h.size());
    h.emit(p);
    p.insert(p.end(), payload.begin(), payload.end());
    if (change) {
      change(p);
      fix_ip(p);
    }
    if (spoil) spoil(p);
    return p;
  }
  static ByteVector summed(ByteVector message) {
    store_be16(&message[2], 0);
    store_be16(&message[2], internet_checksum(message));
    return message;
  }
  static ByteVector udp(uint16_t length, bool good = true) {
    ByteVector d(16);
    store_be16(d.data(), 5000);
    store_be16(&d[2], 7);
    store_be16(&d[4], length);
    if (!good) store_be16(&d[6], 0x1234);
    return d;
  }
  static ByteVector tcp(uint8_t offset, bool good = true) {
    ByteVector t(20);
    store_be16(t.data(), 5000);
    store_be16(&t[2], 80);
    t[12] = static_cast<uint8_t>(offset << 4);
    t[13] = TcpFlag::kSyn;
    InternetSum sum = pseudo_header_sum<V4>(ip("10.0.2.254"), ip("10.0.2.1"), IPPROTO_TCP, 20);
    sum.add(t);
    store_be16(&t[16], static_cast<uint16_t>(sum.checksum() ^ (good ? 0 : 1)));
    return t;
  }
  static ByteVector arp(const Edit& change) {
    ByteVector a(ArpHeader::kSize);
    ArpHeader h;
    h.sender_mac = MacAddress{{2, 0, 0, 0, 0, 9}};
    h.sender_ip = ip("10.0.2.9");
    h.target_ip = ip("10.0.2.1");
    h.emit(a);
    change(a);
    return a;
  }

  void arrives(ByteVector payload, uint16_t ethertype = 0x800) {
    NetDevice& to = dev(*b_, "eth0");
    ByteVector frame(EthernetHeader::kSize);
    EthernetHeader{MacAddress::from(to.address.bytes.data()), MacAddress{{2, 0, 0, 0, 0, 9}},
                   ethertype}
        .emit(frame);
    frame.insert(frame.end(), payload.begin(), payload.end());
    netdevs_->receive(to, Packet::copy_of(pool_, frame));
    env_.settle();
  }
  uint64_t lost(DropReason reason) const { return b_->drops(reason); }
  void expect(const char* what, DropReason reason, ByteVector payload, uint16_t ethertype = 0x800) {
    std::array<uint64_t, kDropReasonCount> before{};
    for (size_t i = 0; i < kDropReasonCount; i++) before[i] = lost(static_cast<DropReason>(i));
    arrives(std::move(payload), ethertype);
    for (size_t i = 0; i < kDropReasonCount; i++) {
      const auto r = static_cast<DropReason>(i);
      EXPECT_EQ(lost(r) - before[i], r == reason ? 1u : 0u) << what << ": " << drop_reason_name(r);
    }
    EXPECT_EQ(pool_.live(), 0u) << what;
  }
};

TEST_F(MalformedTest, FramesAndArp) {
  using enum DropReason;
  netdevs_->receive(dev(*b_, "eth0"), Packet::copy_of(pool_, ByteVector(13)));
  EXPECT_EQ(lost(kPacketTooSmall), 1u) << "no Ethernet header";
  expect("an ethertype that nobody knows", kUnhandledProto, ByteVector(46), 0x9999);
  expect("an ARP packet cut short", kArpMalformed, arp(cut(27)), 0x806);
  expect("of other hardware", kArpMalformed, arp(set16(0, 77)), 0x806);
  expect("for another protocol", kArpMalformed, arp(set16(2, 0x86dd)), 0x806);
  expect("of other address lengths", kArpMalformed, arp(set8(4, 8)), 0x806);
  expect("that asks nothing known", kArpMalformed, arp(set16(6, 9)), 0x806);
}

TEST_F(MalformedTest, Ipv4) {
  using enum DropReason;
  const ByteVector load = udp(16);
  constexpr uint8_t kUdp = IPPROTO_UDP;
  expect("nothing", kPacketTooSmall, {});
  expect("half a header", kPacketTooSmall, ByteVector(10, 0x45));
  expect("another version", kIpHeader, ip4(kUdp, load, set8(0, 0x65)));
  expect("a header of 16 bytes", kIpHeader, ip4(kUdp, load, set8(0, 0x44)));
  expect("options beyond the end", kPacketTooSmall, ip4(kUdp, {}, set8(0, 0x4f)));
  expect("a total length below the header's", kIpHeader, ip4(kUdp, load, set16(2, 19)));
  expect("a total length beyond the frame", kIpHeader, ip4(kUdp, load, set16(2, 100)));
  expect("a wrong checksum", kIpChecksum, ip4(kUdp, load, {}, set16(10, 0)));
  expect("from everybody", kIpMartianSource,
         ip4(kUdp, load, both(set16(12, 0xffff), set16(14, 0xffff))));
  expect("from a group", kIpMartianSource, ip4(kUdp, load, set8(12, 224)));
  expect("from loopback", kIpMartianSource, ip4(kUdp, load, set8(12, 127)));
  expect("from ourselves", kIpMartianSource, ip4(kUdp, load, set16(14, 0x0201)));
  expect("to loopback", kIpMartianDestination, ip4(kUdp, load, set8(16, 127)));
  expect("to another host", kIpForwardingOff, ip4(kUdp, load, set16(18, 0x0909)));
  expect("an option without length", kIpOptions, ip4(kUdp, load, {}, {}, {1, 1, 1, 7}));
  expect("an option that is too long", kIpOptions, ip4(kUdp, load, {}, {}, {7, 40, 4, 0}));
  expect("a record of routes of 3", kIpOptions, ip4(kUdp, load, {}, {}, {7, 3, 1, 0}));
  expect("a source route", kIpSourceRoute, ip4(kUdp, load, {}, {}, {131, 7, 4, 10, 0, 2, 9, 0}));
  expect("a protocol that nobody knows", kIpNoProto, ip4(200, load));
}

TEST_F(MalformedTest, OverlappingFragmentsDieTogether) {
  arrives(ip4(IPPROTO_UDP, ByteVector(16), set16(6, 0x2000)));
  arrives(ip4(IPPROTO_UDP, ByteVector(16), set16(6, 0x2001)));
  EXPECT_EQ(lost(DropReason::kFragOverlap), 2u);
  env_.advance(std::chrono::seconds(60));
}

TEST_F(MalformedTest, IcmpAndIgmp) {
  using enum DropReason;
  constexpr uint8_t kIcmp = IPPROTO_ICMP, kIgmp = IPPROTO_IGMP;
  expect("half an ICMP header", kIcmpMalformed, ip4(kIcmp, summed({8, 0, 0, 0})));
  expect("a wrong checksum", kIcmpChecksum, ip4(kIcmp, {8, 0, 1, 2, 0, 0, 0, 0}));
  expect("an unknown type", kIcmpIgnored, ip4(kIcmp, summed({99, 0, 0, 0, 0, 0, 0, 0})));
  expect("a reply that nobody waits for", kIcmpIgnored,
         ip4(kIcmp, summed({0, 0, 0, 0, 0, 0, 0, 0})));
  expect("an error about nothing", kIcmpMalformed, ip4(kIcmp, summed({3, 1, 0, 0, 0, 0, 0, 0})));
  ByteVector error{3, 1, 0, 0, 0, 0, 0, 0};
  const ByteVector quoted = ip4(IPPROTO_UDP, udp(16));
  error.insert(error.end(), quoted.begin(), quoted.begin() + 24);
  expect("that quotes four bytes of the transport", kIcmpMalformed, ip4(kIcmp, summed(error)));
  error[8] = 0x65;
  error.resize(8 + quoted.size());
  expect("that quotes no IPv4", kIcmpMalformed, ip4(kIcmp, summed(error)));
  error[8] = 0x45;
  std::copy(quoted.begin(), quoted.end(), error.begin() + 8);
  expect("about what no socket sent", kNoSocket, ip4(kIcmp, summed(error)));
  error[1] = 77;
  expect("with an unknown code", kIcmpIgnored, ip4(kIcmp, summed(error)));
  expect("half a time stamp request", kIcmpMalformed,
         ip4(kIcmp, summed({13, 0, 0, 0, 0, 0, 0, 0})));

  expect("half an IGMP message", kIgmpMalformed, ip4(kIgmp, summed({0x11, 0, 0, 0})));
  expect("a wrong checksum", kIgmpChecksum, ip4(kIgmp, {0x11, 0, 1, 2, 0, 0, 0, 0}));
  expect("a query for no group", kIgmpMalformed, ip4(kIgmp, summed({0x11, 5, 0, 0, 10, 0, 0, 1})));
  expect("a query of no version", kIgmpMalformed,
         ip4(kIgmp, summed({0x11, 5, 0, 0, 0, 0, 0, 0, 0, 0})));
  expect("a query with sources missing", kIgmpMalformed,
         ip4(kIgmp, summed({0x11, 5, 0, 0, 239, 1, 1, 1, 2, 0, 0, 9})));
  expect("an unknown type", kIgmpIgnored, ip4(kIgmp, summed({0x77, 0, 0, 0, 0, 0, 0, 0})));
  expect("a leave", kIgmpIgnored, ip4(kIgmp, summed({0x17, 0, 0, 0, 239, 1, 1, 1})));
}

TEST_F(MalformedTest, UdpAndTcp) {
  using enum DropReason;
  constexpr uint8_t kUdp = IPPROTO_UDP, kTcp = IPPROTO_TCP;
  auto reader = make(*b_);
  ASSERT_EQ(bind(*reader, "10.0.2.1", 7), 0);
  expect("half a UDP header", kUdpMalformed, ip4(kUdp, ByteVector(7)));
  expect("a length below the header's", kUdpMalformed, ip4(kUdp, udp(7)));
  expect("a length beyond the packet", kUdpMalformed, ip4(kUdp, udp(17)));
  expect("a wrong checksum", kUdpChecksum, ip4(kUdp, udp(16, false)));
  expect("half a TCP header", kPacketTooSmall, ip4(kTcp, ByteVector(19)));
  expect("a data offset of 16", kTcpMalformed, ip4(kTcp, tcp(4)));
  expect("a data offset beyond the end", kTcpMalformed, ip4(kTcp, tcp(6)));
  expect("a wrong TCP checksum", kTcpChecksum, ip4(kTcp, tcp(5, false)));
  EXPECT_EQ(receive(*reader), "errno 11") << "nothing of that reached the program";
  arrives(ip4(kUdp, udp(16)));
  EXPECT_EQ(receive(*reader).size(), 8u) << "and what is sound does";
}

}  // namespace
}  // namespace unetns
