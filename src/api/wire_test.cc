#include "unetns/wire.h"

#include "api/api_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;

class WireTest : public ApiTest {
 protected:
  Wire connect(const Impairments& what, uint64_t seed = 5) {
    Wire wire =
        must(machine.connect({h1, "w%d"}, {h2, "w%d"}, {.impairments = what, .seed = seed}));
    must(wire.a().add_address({ip("10.0.1.1"), 24}));
    must(wire.b().add_address({ip("10.0.1.2"), 24}));
    must(wire.a().set_neighbour(ip("10.0.1.2"), wire.b().mac()));
    return wire;
  }
  // Datagrams of that many bytes, all at once; when they arrived.
  std::vector<Nanos> send(int count, size_t size) {
    auto server = must(DatagramSocket::udp(h2, {ip("10.0.1.2"), 7}));
    auto client = must(DatagramSocket::udp(h1));
    must(client.set_option(SOL_SOCKET, SO_SNDBUF, 1 << 22));
    std::vector<Nanos> arrived;
    const Nanos start = world.now();
    server.on_event([&] {
      while (server.receive()) arrived.push_back(world.now() - start);
    });
    const ByteVector data(size);
    for (int i = 0; i < count; i++) must(client.send_to(data, {ip("10.0.1.2"), 7}));
    world.run_for(10s);
    return arrived;
  }
};

TEST_F(WireTest, DelayAndRateSayWhenAFrameArrives) {
  Wire wire = connect({.delay = 10ms, .rate = 1'000'000});
  // 958 + 28 + 14 bytes take 8 ms at 1 Mbit/s.
  EXPECT_EQ(send(3, 958), (std::vector<Nanos>{18ms, 26ms, 34ms}));
  must(wire.set({.delay = 1ms}));  // at run time
  EXPECT_EQ(send(1, 958), (std::vector<Nanos>{1ms}));
}

TEST_F(WireTest, AFullQueueLosesWhatComes) {
  Wire wire = connect({.rate = 1'000'000, .queue_limit = 2});
  EXPECT_EQ(send(5, 958).size(), 2u);
  EXPECT_EQ(must(wire.counts(Wire::kFromA)).queue_full, 3u);
  EXPECT_EQ(must(wire.counts(Wire::kFromB)).queue_full, 0u);
}

TEST_F(WireTest, LossDuplicationAndReorderingAreCountedAndTheirOwnOfADirection) {
  Wire wire = connect({});
  must(wire.set(Wire::kFromA,
                {.delay = 1ms, .loss = 0.2, .duplicate = 0.1, .reorder = 0.1, .reorder_by = 5ms}));
  const size_t arrived = send(500, 100).size();
  const ImpairmentCounts c = must(wire.counts(Wire::kFromA));
  EXPECT_EQ(c.frames, 500u);
  EXPECT_NEAR(static_cast<double>(c.lost), 100, 35);
  EXPECT_GT(c.duplicated, 10u);
  EXPECT_GT(c.reordered, 10u);
  EXPECT_EQ(arrived, 500 - c.lost + c.duplicated);
  EXPECT_EQ(must(wire.impairments(Wire::kFromB)), Impairments{});
}

TEST_F(WireTest, CorruptionIsFoundByChecksums) {
  Wire wire = connect({.corrupt = 1});
  EXPECT_EQ(send(50, 1000).size(), 0u);
  EXPECT_EQ(must(wire.counts(Wire::kFromA)).corrupted, 50u);
}

TEST_F(WireTest, TheSameSeedIsTheSameFate) {
  const Impairments bad{.delay = 5ms, .jitter = 4ms, .keep_order = false, .loss = 0.3};
  connect(bad, 11);
  const auto first = send(100, 50);
  must(must(h1.device("w0")).remove());
  connect(bad, 11);
  EXPECT_EQ(send(100, 50), first);
  must(must(h1.device("w0")).remove());
  connect(bad, 12);
  EXPECT_NE(send(100, 50), first);
}

TEST_F(WireTest, WhatNoWireCanDoIsRefused) {
  Wire wire = connect({});
  EXPECT_EQ(code_of(wire.set({.loss = 1.5})), EINVAL);
  EXPECT_EQ(code_of(wire.set({.delay = -1ms})), EINVAL);
  EXPECT_EQ(must(wire.impairments(Wire::kFromA)), Impairments{});
  EXPECT_EQ(code_of(machine.connect({h1, "x"}, {h2, "x"}, {.impairments = {.corrupt = -0.1}})),
            EINVAL);
  EXPECT_EQ(code_of(machine.connect({h1, "x"}, {h2, "eth0"})), EEXIST);
  EXPECT_EQ(code_of(h1.device("x")), ENODEV) << "nothing is left of it";
}

TEST_F(WireTest, ItIsRemovedWithBothEnds) {
  Wire wire = connect({.delay = 1s});
  must(wire.remove());
  EXPECT_FALSE(wire.a().exists());
  EXPECT_FALSE(wire.b().exists());
  EXPECT_EQ(code_of(wire.set({})), ENODEV);
  EXPECT_EQ(code_of(wire.counts(Wire::kFromA)), ENODEV);
}

}  // namespace
}  // namespace unetns
