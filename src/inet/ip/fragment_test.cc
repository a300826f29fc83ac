#include "inet/ip/fragment.h"

#include <gtest/gtest.h>

#include "packet/packet_pool.h"

namespace unetns {
namespace {

class FragmentTest : public ::testing::Test {
 protected:
  Packet packet(size_t payload, bool df = false, Bytes options = {}) {
    Ipv4Header h;
    h.options = options;
    h.total_length = static_cast<uint16_t>(h.size() + payload);
    h.id = 77;
    h.dont_fragment = df;
    h.protocol = 200;
    h.dst = Ipv4Address(0x0a000001);
    Packet p = Packet::allocate(pool_, 128, h.total_length);
    h.emit(p.head());
    for (size_t i = 0; i < payload; i++) p.head()[h.size() + i] = static_cast<uint8_t>(i * 13);
    return p;
  }
  PacketPool pool_;
};

TEST_F(FragmentTest, PiecesFitAndAddUp) {
  Fragmenter<V4> f(pool_, packet(4000), 1500);
  ASSERT_TRUE(f.possible());
  size_t at = 0, pieces = 0;
  bool last = false;
  while (Packet p = f.next()) {
    ByteVector b = p.to_vector();
    const auto v = Ipv4View::parse(b);
    ASSERT_TRUE(v);
    EXPECT_TRUE(v->checksum_ok());
    EXPECT_LE(b.size(), 1500u);
    EXPECT_EQ(v->id(), 77);
    EXPECT_EQ(v->fragment_offset(), at);
    for (size_t i = 0; i < v->payload_size(); i++)
      ASSERT_EQ(v->payload()[i], static_cast<uint8_t>((at + i) * 13));
    at += v->payload_size();
    last = !v->more_fragments();
    pieces++;
  }
  EXPECT_EQ(at, 4000u);
  EXPECT_EQ(pieces, 3u);
  EXPECT_TRUE(last);
}

TEST_F(FragmentTest, FragmentsAreFragmentedAgain) {
  Fragmenter<V4> outer(pool_, packet(4000), 1500);
  Packet first = outer.next(), second = outer.next();
  Fragmenter<V4> inner(pool_, std::move(second), 576);
  size_t at = 1480;
  while (Packet p = inner.next()) {
    const ByteVector b = p.to_vector();
    const auto v = Ipv4View::parse(b);
    EXPECT_EQ(v->fragment_offset(), at);
    EXPECT_TRUE(v->more_fragments()) << "it was not the last one";
    at += v->payload_size();
  }
  EXPECT_EQ(at, 2960u);
}

TEST_F(FragmentTest, DontFragmentAndTinyMtusForbidIt) {
  EXPECT_FALSE(Fragmenter<V4>(pool_, packet(4000, true), 1500).possible());
  EXPECT_FALSE(Fragmenter<V4>(pool_, packet(4000), 27).possible());
}

TEST_F(FragmentTest, InLaterPiecesUncopiedOptionsAreNoOperations) {
  const ByteVector rr{7, 7, 4, 0, 0, 0, 0, 0};
  Fragmenter<V4> f(pool_, packet(2000, false, rr), 1500);
  const ByteVector first = f.next().to_vector(), second = f.next().to_vector();
  EXPECT_EQ(Ipv4View::parse(first)->header_size(), 28u);
  EXPECT_EQ(Ipv4View::parse(second)->header_size(), 28u);
  for (size_t i = 20; i < 27; i++) EXPECT_EQ(second[i], 1) << i;
}

}  // namespace
}  // namespace unetns
