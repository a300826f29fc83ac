#include "socket/socket_filter.h"

#include <gtest/gtest.h>

#include "env/rng.h"
#include "packet/packet_pool.h"

namespace unetns {
namespace {

Result<std::unique_ptr<SocketFilter>> make(const std::vector<sock_filter>& code) {
  return SocketFilter::create(
      {reinterpret_cast<const uint8_t*>(code.data()), code.size() * sizeof(sock_filter)});
}

TEST(SocketFilterTest, ComparesAndJumps) {
  // tcpdump's "byte 9 is 17": keep all, else drop.
  auto f = make({{BPF_LD | BPF_B | BPF_ABS, 0, 0, 9},
                 {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 17},
                 {BPF_RET | BPF_K, 0, 0, 0xffff},
                 {BPF_RET | BPF_K, 0, 0, 0}});
  ASSERT_TRUE(f);
  ByteVector p(20);
  EXPECT_EQ((*f)->run(p, {}), 0u);
  p[9] = 17;
  EXPECT_EQ((*f)->run(p, {}), 0xffffu);
  EXPECT_EQ((*f)->run(Bytes(p).first(5), {}), 0u) << "a load beyond the data drops";
}

TEST(SocketFilterTest, ArithmeticScratchAndIndexes) {
  auto f = make({{BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0},  // header length
                 {BPF_LD | BPF_H | BPF_IND, 0, 0, 2},
                 {BPF_ST, 0, 0, 3},
                 {BPF_LD | BPF_IMM, 0, 0, 10},
                 {BPF_LDX | BPF_MEM, 0, 0, 3},
                 {BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0},
                 {BPF_RET | BPF_A, 0, 0, 0}});
  ASSERT_TRUE(f);
  ByteVector p(24);
  p[0] = 0x45;
  p[23] = 7;
  EXPECT_EQ((*f)->run(p, {}), 17u);
}

TEST(SocketFilterTest, AncillaryLoadsAskAboutThePacket) {
  auto f =
      make({{BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_IFINDEX)},
            {BPF_RET | BPF_A, 0, 0, 0}});
  ASSERT_TRUE(f);
  EXPECT_EQ((*f)->run({}, {.ifindex = 42}), 42u);
}

TEST(SocketFilterTest, ScratchMustBeStoredToOnEveryWay) {
  EXPECT_FALSE(make({{BPF_LD | BPF_MEM, 0, 0, 0}, {BPF_RET | BPF_A, 0, 0, 0}}));
  const sock_filter branch{BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0}, store{BPF_ST, 0, 0, 0};
  const sock_filter load{BPF_LD | BPF_MEM, 0, 0, 0}, end{BPF_RET | BPF_A, 0, 0, 0};
  EXPECT_FALSE(make({branch, store, load, end}));
  EXPECT_TRUE(make({store, branch, {BPF_LD | BPF_IMM, 0, 0, 1}, load, end}));
}

TEST(SocketFilterTest, LoadsReachBeyondTheLinearPartAndBeforeTheData) {
  PacketPool pool;
  const Packet tail = Packet::copy_of(pool, ByteVector(3000, 7));
  Packet packet = Packet::copy_of(pool, ByteVector(20, 1));
  packet.append_shared(tail, 0, tail.size());
  FilterFacts facts;
  facts.packet = &packet;
  facts.packet_offset = 14;
  facts.link = packet.head();
  facts.network = packet.head().subspan(14);
  const auto result = [&](uint32_t offset) {
    auto f = make({{BPF_LD | BPF_B | BPF_ABS, 0, 0, offset}, {BPF_RET | BPF_A, 0, 0, 0}});
    return (*f)->run(packet.head().subspan(14), facts);
  };
  EXPECT_EQ(result(0), 1u);
  EXPECT_EQ(result(2000), 7u);
  EXPECT_EQ(result(3006), 0u) << "beyond the end";
  EXPECT_EQ(result(static_cast<uint32_t>(SKF_LL_OFF) + 3), 1u);
  EXPECT_EQ(result(static_cast<uint32_t>(SKF_NET_OFF) + 5), 1u);
  EXPECT_EQ(result(static_cast<uint32_t>(SKF_NET_OFF) + 6), 0u) << "not linear";
}

TEST(SocketFilterTest, UnknownAncillaryLoadsAreRefused) {
  const auto with = [](int offset) {
    return make({{BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<uint32_t>(SKF_AD_OFF + offset)},
                 {BPF_RET | BPF_A, 0, 0, 0}});
  };
  EXPECT_TRUE(with(SKF_AD_VLAN_TPID));
  EXPECT_FALSE(with(SKF_AD_VLAN_TPID + 4));
  EXPECT_FALSE(with(1));
}

TEST(SocketFilterTest, DivisionByZeroEndsTheProgram) {
  EXPECT_FALSE(make({{BPF_ALU | BPF_DIV | BPF_K, 0, 0, 0}, {BPF_RET | BPF_K, 0, 0, 1}}));
  auto f = make({{BPF_LDX | BPF_IMM, 0, 0, 0},
                 {BPF_ALU | BPF_DIV | BPF_X, 0, 0, 0},
                 {BPF_RET | BPF_K, 0, 0, 1}});
  ASSERT_TRUE(f);
  EXPECT_EQ((*f)->run({}, {}), 0u);
}

TEST(SocketFilterTest, RandomProgramsAreRefusedOrHarmless) {
  SeededRng rng(7);
  int accepted = 0;
  for (int i = 0; i < 20000; i++) {
    std::vector<sock_filter> code(1 + rng.below(6));
    for (auto& c : code)
      c = {static_cast<uint16_t>(rng.below(256)), static_cast<uint8_t>(rng.below(4)),
           static_cast<uint8_t>(rng.below(4)), rng.below(20)};
    code.back() = {BPF_RET | BPF_A, 0, 0, 0};
    auto f = make(code);
    if (!f) continue;
    accepted++;
    ByteVector data(rng.below(40));
    (*f)->run(data, {});
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace unetns
