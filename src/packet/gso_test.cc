#include "packet/gso.h"

#include <gtest/gtest.h>

#include <vector>

#include "env/rng.h"
#include "packet/packet_pool.h"
#include "packet/wire/ipv4.h"

namespace unetns {
namespace {

constexpr size_t kLink = 14, kIp = 20, kTcp = 32;
constexpr uint8_t kFin = 1, kPsh = 8, kAck = 16, kCwr = 128;

class GsoTest : public testing::Test {
 protected:
  ~GsoTest() override { EXPECT_EQ(pool_.live(), 0u); }

  // A frame of TCP over IPv4 with an open checksum, front at its Ethernet header.
  Packet frame(size_t payload, uint16_t gso_size, uint8_t flags = kAck) {
    data_.resize(payload);
    SeededRng(5).fill(data_);
    Packet p = Packet::allocate(pool_, Packet::kHeadroom, kLink + kIp + kTcp);
    MutableBytes b = p.head();
    std::fill(b.begin(), b.end(), 0);
    Ipv4Header ip;
    ip.total_length = static_cast<uint16_t>(kIp + kTcp + payload);
    ip.id = 0xfffe;
    ip.protocol = IpProtocol::kTcp;
    ip.src = Ipv4Address(0x0a000001);
    ip.dst = Ipv4Address(0x0a000002);
    ip.emit(b.subspan(kLink));
    MutableBytes tcp = b.subspan(kLink + kIp);
    store_be32(&tcp[4], 0xffffff00);  // the sequence numbers wrap
    tcp[12] = kTcp / 4 << 4;
    tcp[13] = flags;
    tcp[20] = 1;  // an option, to be found in each segment
    p.pull(kLink + kIp);
    p.set_transport_here();
    p.push(kLink + kIp);
    Packet bytes = Packet::copy_of(pool_, data_);
    p.append_shared(bytes, 0, payload);
    PacketMeta& m = p.meta();
    m.gso_size = gso_size;
    m.mark = 7;
    m.protocol = 0x0800;
    m.checksum = ChecksumState::kPartial;
    m.csum_start = m.transport_offset;
    m.csum_offset = 16;
    return p;
  }
  std::vector<Packet> cut(Packet p, size_t link = kLink) {
    std::vector<Packet> out;
    EXPECT_TRUE(segment_gso(pool_, p, link, [&](Packet s) { out.push_back(std::move(s)); }));
    return out;
  }
  static bool tcp_checksum_ok(const ByteVector& ip) {
    const auto view = *Ipv4View::parse(ip);
    return pseudo_header_sum<V4>(view.src(), view.dst(), IpProtocol::kTcp,
                                 static_cast<uint32_t>(view.payload_size()))
               .add(view.payload())
               .folded() == 0xffff;
  }

  PacketPool pool_;
  ByteVector data_;
};

TEST_F(GsoTest, SizeOfTheLargestSegmentIsWhatAPathMustHold) {
  Packet p = frame(10000, 1448);
  EXPECT_EQ(gso_segment_size(p, kLink + kIp, IpProtocol::kTcp), kLink + 1500);
  p.pull(kLink);
  EXPECT_EQ(gso_segment_length(p), 1500u);
  EXPECT_EQ(gso_segments(p), 7u);
  p.meta().gso_size = 0;
  EXPECT_EQ(gso_segment_length(p), kIp + kTcp + 10000);
  EXPECT_EQ(gso_segments(p), 1u);
  Packet small = frame(100, 1448);
  EXPECT_EQ(gso_segment_size(small, kLink + kIp, IpProtocol::kTcp), small.size());
}

TEST_F(GsoTest, SegmentsCarryThePayloadOnceAndInOrder) {
  const auto segments = cut(frame(10000, 1448));
  ASSERT_EQ(segments.size(), 7u);
  ByteVector got;
  for (size_t i = 0; i < segments.size(); i++) {
    const Packet& s = segments[i];
    EXPECT_EQ(s.meta().gso_size, 0);
    EXPECT_EQ(s.meta().mark, 7u);
    EXPECT_EQ(s.meta().protocol, 0x0800);
    const ByteVector all = s.to_vector();
    const ByteVector ip(all.begin() + kLink, all.end());
    const auto view = *Ipv4View::parse(ip);
    EXPECT_EQ(view.total_length(), ip.size());
    EXPECT_TRUE(view.checksum_ok());
    EXPECT_EQ(view.id(), static_cast<uint16_t>(0xfffe + i));
    EXPECT_EQ(load_be32(&ip[kIp + 4]), static_cast<uint32_t>(0xffffff00 + i * 1448));
    EXPECT_EQ(ip[kIp + 20], 1);
    EXPECT_EQ(s.network().data() - s.mac().data(), 14);
    got.insert(got.end(), ip.begin() + kIp + kTcp, ip.end());
  }
  EXPECT_EQ(got, data_);
}

TEST_F(GsoTest, ChecksumsStayOpenAndComeOutRight) {
  for (Packet& s : cut(frame(3000, 1448))) {
    EXPECT_EQ(s.meta().checksum, ChecksumState::kPartial);
    ASSERT_TRUE(s.complete_checksum());
    s.pull(kLink);
    EXPECT_TRUE(tcp_checksum_ok(s.to_vector()));
  }
}

TEST_F(GsoTest, ChecksumsThatWereMadeAreMadeAgain) {
  Packet p = frame(3000, 1448);
  p.meta().checksum = ChecksumState::kNone;
  for (Packet& s : cut(std::move(p))) {
    EXPECT_EQ(s.meta().checksum, ChecksumState::kNone);
    s.pull(kLink);
    EXPECT_TRUE(tcp_checksum_ok(s.to_vector()));
  }
}

TEST_F(GsoTest, FlagsOfTheEndsStandAtTheEnds) {
  const auto segments = cut(frame(4000, 1448, kAck | kPsh | kFin | kCwr));
  std::vector<int> flags;
  for (const Packet& s : segments) flags.push_back(s.head()[kLink + kIp + 13]);
  EXPECT_EQ(flags, (std::vector<int>{kAck | kCwr, kAck, kAck | kPsh | kFin}));
}

TEST_F(GsoTest, FrontMayBeTheIpHeader) {
  Packet p = frame(3000, 1448);
  p.pull(kLink);
  const auto segments = cut(std::move(p), 0);
  ASSERT_EQ(segments.size(), 3u);
  EXPECT_EQ(segments[2].size(), kIp + kTcp + 104);
}

TEST_F(GsoTest, SixIsCutLikeFour) {
  Packet p = Packet::allocate(pool_, Packet::kHeadroom, 40 + 20 + 300);
  MutableBytes b = p.head();
  for (size_t i = 0; i < b.size(); i++) b[i] = static_cast<uint8_t>(i * 7);
  b[0] = 0x60;
  store_be16(&b[4], 320);
  b[6] = IpProtocol::kTcp;
  b[52] = 5 << 4;
  p.meta().gso_size = 200;
  const auto segments = cut(std::move(p), 0);
  ASSERT_EQ(segments.size(), 2u);
  const ByteVector s = segments[1].to_vector();
  ASSERT_EQ(s.size(), 160u);
  EXPECT_EQ(load_be16(&s[4]), 120);
  EXPECT_EQ(pseudo_header_sum(Bytes(s).subspan(8, 16), Bytes(s).subspan(24, 16), 6, 120)
                .add(Bytes(s).subspan(40))
                .folded(),
            0xffff);
}

TEST_F(GsoTest, WhatIsNoSegmentOfTcpOrUdpIsLeftAlone) {
  auto refused = [&](auto&& spoil) {
    Packet p = frame(3000, 1448);
    spoil(p);
    const size_t size = p.size();
    const bool cut = segment_gso(pool_, p, kLink, [](Packet) { ADD_FAILURE(); });
    return !cut && p && p.size() == size;
  };
  EXPECT_TRUE(refused([](Packet& p) { p.meta().gso_size = 0; }));
  EXPECT_TRUE(refused([](Packet& p) { p.head()[kLink] = 0x55; }));
  EXPECT_TRUE(refused([](Packet& p) { p.head()[kLink + 9] = 132; }));
  EXPECT_TRUE(refused([](Packet& p) { p.head()[kLink + 6] = 0x20; }));
  EXPECT_TRUE(refused([](Packet& p) { p.head()[kLink + kIp + 12] = 4 << 4; }));
  EXPECT_TRUE(refused([](Packet& p) { p.trim(2000); }));
  EXPECT_TRUE(refused([](Packet& p) { p.trim(20); }));
}

}  // namespace
}  // namespace unetns
