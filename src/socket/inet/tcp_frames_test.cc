// How large the packets of a stream are when nothing but its ends limits it.
#include "socket/inet/tcp_fixture.h"

namespace unetns {
namespace {

constexpr size_t kMega = 1 << 20;

// The frames with data that leave by a device.
class Frames final : public PacketTap {
 public:
  Frames(NetdevLayer& layer, NetDevice& dev) : layer_(layer), dev_(dev) {
    layer_.add_tap(&dev_, *this);
  }
  ~Frames() override { layer_.remove_tap(&dev_, *this); }
  void tapped(NetDevice&, const Packet& frame, bool outgoing) override {
    if (!outgoing || frame.size() <= 100) return;
    count++;
    bytes += frame.size();
  }
  size_t mean() const { return count ? bytes / count : 0; }
  size_t count = 0, bytes = 0;

 private:
  NetdevLayer& layer_;
  NetDevice& dev_;
};

class TcpFramesTest : public TcpSocketTest {
 protected:
  // The mean frame of a stream whose writer fills its buffer by writes of `piece` bytes, and whose
  // reader takes at most `per_read` bytes in at most 32 pieces at a time.
  size_t mean_frame(TcpSocket& from, TcpSocket& to, NetDevice& dev, size_t piece, size_t per_read) {
    size_t got = 0;
    auto turn = [&] {
      while (from.send_room() > 0) {
        Packet p = Packet::allocate(pool_, Packet::kHeadroom, piece);
        if (!from.write(std::move(p), false, false)) break;
      }
      env_.settle();
      size_t left = per_read;
      for (int i = 0; i < 32 && left > 0; i++) {
        const Packet p = to.read(left);
        if (!p) break;
        left -= p.size();
        got += p.size();
      }
      env_.settle();
      env_.advance(std::chrono::microseconds(20));
    };
    while (got < 64 * kMega) turn();  // until the buffers have grown
    Frames frames(*netdevs_, dev);
    got = 0;
    while (got < 64 * kMega) turn();
    return frames.mean();
  }
};

TEST_F(TcpFramesTest, AStreamBetweenNamespacesGoesInLargePackets) {
  auto [c, s] = joined();
  for (const size_t piece : {size_t{1448}, size_t{20'000}, size_t{65'536}, size_t{131'072}})
    for (const size_t per_read : {size_t{10'000}, size_t{65'536}, size_t{131'072}, kMega})
      EXPECT_GT(mean_frame(*c, *s, dev(*a_, "eth0"), piece, per_read), 60'000u)
          << piece << " a write, " << per_read << " a read";
}

TEST_F(TcpFramesTest, AndSoItDoesOverTheLoopback) {
  Ptr l = listener(*a_, 7001);
  Ptr c = tcp(*a_);
  EXPECT_EQ(connect(*c, "127.0.0.1", 7001), EINPROGRESS);
  env_.settle();
  EXPECT_EQ(connect(*c, "127.0.0.1", 7001), 0);
  Ptr s = accept(*l);
  ASSERT_NE(s, nullptr);
  for (const size_t piece : {size_t{1448}, size_t{20'000}, size_t{65'536}, size_t{131'072}})
    for (const size_t per_read : {size_t{10'000}, size_t{65'536}, size_t{131'072}, kMega})
      EXPECT_GT(mean_frame(*c, *s, *netdevs_->loopback(*a_), piece, per_read), 60'000u)
          << piece << " a write, " << per_read << " a read";
}

class TcpTailTest : public TcpSocketTest {
 protected:
  static constexpr size_t kSize = 65'536;  // no multiple of any MSS
  bool write(TcpSocket& s, size_t size, bool more = false) {
    return s.write(Packet::allocate(pool_, Packet::kHeadroom, size), more, false).has_value();
  }
};

TEST_F(TcpTailTest, TheTailOfALargeWriteGoesWhenTheTurnIsOver) {
  auto [c, s] = joined();
  ASSERT_TRUE(write(*c, kSize));
  EXPECT_LT(s->readable(), kSize);
  env_.settle();
  EXPECT_EQ(receive_all(*s).size(), kSize);
}

TEST_F(TcpTailTest, ItGoesWithWhatIsWrittenNext) {
  auto [c, s] = joined();
  ASSERT_TRUE(write(*c, kSize));
  ASSERT_TRUE(write(*c, 1));
  EXPECT_EQ(receive_all(*s).size(), kSize + 1);
  ASSERT_TRUE(write(*c, kSize));
  ASSERT_TRUE(write(*c, 1, true));  // MSG_MORE
  env_.settle();
  EXPECT_LT(receive_all(*s).size(), kSize);
  env_.advance(std::chrono::milliseconds(300));
  EXPECT_NE(s->readable(), 0u) << "tcp(7): no longer than 200 ms";
}

TEST_F(TcpTailTest, AClosePushesIt) {
  auto [c, s] = joined();
  ASSERT_TRUE(write(*c, kSize));
  c.reset();
  EXPECT_EQ(receive_all(*s).size(), kSize);
  EXPECT_TRUE(s->at_eof());
  env_.settle();
}

TEST_F(TcpTailTest, AResetForgetsIt) {
  auto [c, s] = joined();
  ASSERT_TRUE(write(*c, kSize));
  c->options().linger = {1, 0};
  c.reset();
  env_.settle();
  EXPECT_TRUE(s->was_reset());
}

}  // namespace
}  // namespace unetns
