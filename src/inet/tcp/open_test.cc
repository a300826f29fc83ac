#include <gtest/gtest.h>
#include <poll.h>

#include "inet/tcp/send_queue.h"
#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
constexpr uint8_t kSyn = TcpFlag::kSyn, kAck = TcpFlag::kAck, kRst = TcpFlag::kRst;
const ByteVector kCookie(8, 1);

TEST(TcpOpen, AFreshConnectionHangsUpAndMayBeWrittenTo) {
  TcpWire w;
  w.a.connection = w.make_active(w.a);
  EXPECT_EQ(w.a->poll(), uint32_t{POLLOUT | POLLWRNORM | POLLHUP});
  EXPECT_FALSE(w.a->dead());
  w.a->connect(w.now);
  EXPECT_EQ(w.a->poll(), 0u);
}

TEST(TcpOpen, ASynOffersWhatTheSettingsAllow) {
  TcpHand h;
  h.w.open_a();
  const TcpSegmentOut syn = h.last();
  EXPECT_EQ(syn.flags, kSyn);
  EXPECT_EQ(syn.seq, 1000u);
  EXPECT_EQ(syn.options.mss, 1460);
  EXPECT_TRUE(syn.options.sack_permitted && syn.options.has_ts && syn.options.has_wscale);
  EXPECT_EQ(syn.options.wscale, 7);
  EXPECT_EQ(syn.window, 64240);
}

TEST(TcpOpen, ARefusedSynIsConnectionRefused) {
  TcpHand h;
  h.w.open_a();
  h.give(TcpHand::make(0, 1001, kRst | kAck));
  EXPECT_EQ(h.w.a->state(), TcpState::kClose);
  EXPECT_EQ(h.w.a->poll() & (POLLERR | POLLHUP), uint32_t{POLLERR | POLLHUP});
  EXPECT_EQ(h.w.a->take_error(), ECONNREFUSED);
  EXPECT_EQ(h.w.a->take_error(), 0);
}

TEST(TcpOpen, ResetsAndAcksOfOtherConnectionsAreNotTaken) {
  TcpHand h;
  h.w.open_a();
  h.out.clear();
  h.give(TcpHand::make(0, 999, kRst | kAck));
  h.give(TcpHand::make(0, 0, kRst));
  EXPECT_EQ(h.w.a->state(), TcpState::kSynSent);
  EXPECT_TRUE(h.out.empty());
  h.give(TcpHand::make(7, 4242, kAck));
  const TcpSegmentOut reset = h.last();
  EXPECT_EQ(reset.flags, kRst);
  EXPECT_EQ(reset.seq, 4242u);
  EXPECT_EQ(h.w.a->state(), TcpState::kSynSent);
}

TEST(TcpOpen, SynsAreRepeatedWithBackoffThenGivenUp) {
  TcpHand h;
  h.w.a.settings.syn_linear_timeouts = 0;
  h.w.open_a();
  const Nanos start = h.w.now;
  std::vector<int> at;
  h.w.filter = [&](int, TcpSegmentOut& s) {
    EXPECT_EQ(s.flags, kSyn);
    at.push_back(static_cast<int>((h.w.now - start) / 1s));
    return false;
  };
  h.w.run_until([&] { return h.w.a->state() == TcpState::kClose; }, 1000s);
  EXPECT_EQ(at, (std::vector<int>{1, 3, 7, 15, 31, 63}));
  EXPECT_EQ((h.w.now - start) / 1s, 127);
  EXPECT_EQ(h.w.a->take_error(), ETIMEDOUT);
}

// tcp_syn_linear_timeouts: the first pauses don't double, and the time as a whole is no shorter.
TEST(TcpOpen, SynsAreRepeatedSteadilyAtFirst) {
  const std::vector<std::vector<int>> expected = {{1, 2}, {1, 2, 3, 4, 5}, {1, 2, 3, 4, 5, 7, 11}};
  for (uint8_t retries : {1, 2, 3}) {
    TcpHand h;
    h.w.a.settings.syn_retries = retries;
    h.w.open_a();
    const Nanos start = h.w.now;
    std::vector<int> at;
    h.w.filter = [&](int, TcpSegmentOut&) {
      at.push_back(static_cast<int>((h.w.now - start) / 1s));
      return false;
    };
    h.w.run_until([&] { return h.w.a->state() == TcpState::kClose; }, 1000s);
    EXPECT_EQ(at, expected[retries - 1]);
    EXPECT_EQ((h.w.now - start) / 1s, retries == 1 ? 3 : retries == 2 ? 7 : 19);
  }
}

TEST(TcpOpen, AUserTimeoutEndsAConnectToTheMoment) {
  TcpHand h;
  h.w.a.settings.user_timeout = 1500ms;
  h.w.open_a();
  const Nanos start = h.w.now;
  h.w.run_until([&] { return h.w.a->state() == TcpState::kClose; }, 100s);
  EXPECT_EQ(h.w.now - start, 1500ms);
}

TEST(TcpOpen, ASoftErrorIsToldInPlaceOfATimeout) {
  TcpHand h;
  h.w.open_a();
  h.w.a->icmp_error(h.w.now, ENETUNREACH, false, 77);
  h.w.a->icmp_error(h.w.now, EHOSTUNREACH, false, 1000);
  h.w.run(200s);
  EXPECT_EQ(h.w.a->take_error(), EHOSTUNREACH);
}

TEST(TcpOpen, AHardErrorEndsTheHandshake) {
  TcpHand h;
  h.w.open_a();
  h.w.a->icmp_error(h.w.now, ECONNREFUSED, true, 1000);
  EXPECT_EQ(h.w.a->take_error(), ECONNREFUSED);
}

TEST(TcpOpen, BothEndsMayOpenAtOnce) {
  TcpWire w;
  w.b.listening = false;
  w.a.connection = w.make_active(w.a);
  w.b.connection = w.make_active(w.b);
  w.a->connect(w.now);
  w.b->connect(w.now);
  w.run(1s);
  EXPECT_TRUE(TcpWire::up(w.a) && TcpWire::up(w.b));
  EXPECT_TRUE(w.exchange(100'000, 100'000, 10s));
  EXPECT_TRUE(w.a.intact && w.b.intact);
}

TEST(TcpOpen, BothEndsMayOpenAtOnceOverABadLink) {
  for (uint64_t seed = 1; seed <= 20; seed++) {
    TcpWire w(20, seed);
    w.b.listening = false;
    w.link.loss = 0.3;
    w.a.connection = w.make_active(w.a);
    w.b.connection = w.make_active(w.b);
    w.a->connect(w.now);
    w.b->connect(w.now);
    w.run_until([&] { return TcpWire::up(w.a) && TcpWire::up(w.b); }, 100s);
    w.link.loss = 0;
    EXPECT_TRUE(w.exchange(10'000, 10'000, 100s)) << seed;
  }
}

TEST(TcpOpen, AHalfOpenConnectionMayBeClosed) {
  for (bool lossy : {false, true}) {
    TcpWire w(20, 9);
    w.b.listening = false;
    w.a.connection = w.make_active(w.a);
    w.b.connection = w.make_active(w.b);
    w.a->connect(w.now);
    w.b->connect(w.now);
    w.run_until([&] { return w.a->state() == TcpState::kSynRecv; }, 1s);
    w.write(w.a, 3000);
    w.a->close(w.now);
    if (lossy) w.link.loss = 0.3;
    w.run(30s);
    EXPECT_EQ(w.read(w.b), 3000u);
    EXPECT_TRUE(w.b.intact && w.b->peer_closed());
    w.b->close(w.now);
    w.run(200s);
    EXPECT_TRUE(w.a->dead() && w.b->dead());
    EXPECT_EQ(w.a->error(), 0);
  }
}

TEST(TcpOpen, AFastOpenServerMayAnswerAndCloseAtOnce) {
  TcpWire w(20, 5);
  w.b.listening = false;
  w.a.connection = w.make_active(w.a);
  w.filter = [&](int from, TcpSegmentOut& s) {
    if (from == 1 || !(s.flags & kSyn) || w.b.connection) return true;
    TcpSegmentIn in = TcpHand::make(s.seq, 0, kSyn, s.window);
    in.options = s.options;
    Packet data = Packet::allocate(w.pool, 0, 0);
    data.append_shared(s.payload, 0, s.payload.size());
    w.b.connection = TcpConnection::passive_fastopen(
        {w.b, w.pool, w.b.settings}, w.now, tcp_negotiate(w.b.settings, in, w.b.iss, 0), w.mtu,
        w.overhead, w.make_control(), std::move(data), false);
    w.b->connect(w.now);
    w.read(w.b);
    w.write(w.b, 50);
    w.b->close(w.now);
    return false;
  };
  w.a->connect_fastopen(w.now, {.cookie = kCookie}, w.data(0, 100));
  w.run(1s);
  EXPECT_EQ(w.read(w.a), 50u);
  EXPECT_TRUE(w.a->peer_closed());
  EXPECT_EQ(w.b->state(), TcpState::kFinWait2);
  w.a->close(w.now);
  w.run(100s);
  EXPECT_TRUE(w.a->dead() && w.b->dead());
}

TEST(TcpOpen, ASmallerPathMtuFindsAFastOpenServersDataBehindItsSyn) {
  TcpHand h;
  const TcpSegmentIn syn = TcpHand::make(5000, 0, kSyn);
  h.w.a.connection = TcpConnection::passive_fastopen(
      {h.w.a, h.w.pool, h.w.a.settings}, h.w.now, tcp_negotiate(h.w.a.settings, syn, 1000, 0),
      h.w.mtu, h.w.overhead, h.w.make_control(), {}, false);
  h.w.a->connect(h.w.now);
  h.w.write(h.w.a, 3000);
  h.out.clear();
  EXPECT_TRUE(h.w.a->in_flight(1000) && h.w.a->in_flight(1001));
  EXPECT_FALSE(h.w.a->in_flight(999) || h.w.a->in_flight(1001 + 3001));
  h.w.a->path_mtu(h.w.now, 500);
  ASSERT_FALSE(h.out.empty());
  EXPECT_EQ(h.out[0].seq, 1001u);
  EXPECT_GT(TcpHand::size(h.out[0]), 400u);
  EXPECT_EQ(h.out[0].payload.to_vector()[0], TcpWire::byte_at(0));
}

TEST(TcpSendQueue, SharesNothingThatIsNotThere) {
  PacketPool pool;
  SendQueue q(pool);
  q.start(1000);
  Packet p = Packet::allocate(pool, 0, 100);
  q.append(std::move(p));
  EXPECT_EQ(q.share(1000, 100).size(), 100u);
  EXPECT_EQ(q.share(999, 10).size(), 0u);
  EXPECT_EQ(q.share(1001, 100).size(), 0u);
  q.acked(1050);
  EXPECT_EQ(q.share(1049, 10).size(), 0u);
  EXPECT_EQ(q.share(1050, 50).size(), 50u);
}

TEST(TcpOpen, OptionsThePeerDoesNotKnowAreNotUsed) {
  TcpHand h;
  h.connect();
  h.w.write(h.w.a, 10);
  const TcpSegmentOut s = h.last();
  EXPECT_FALSE(s.options.has_ts);
  EXPECT_EQ(s.options.sack_count, 0);
  EXPECT_EQ(s.ack, 5001u);
}

TEST(TcpOpen, ThePeersMssBoundsSegments) {
  TcpHand h;
  TcpOptions o;
  o.mss = 1000;
  h.connect(o);
  h.w.write(h.w.a, 5000);
  for (auto& s : h.out) EXPECT_LE(s.gso_size ? s.gso_size : TcpHand::size(s), 1000u);
}

TEST(TcpOpen, EcnIsAgreedOnWhenBothWant) {
  TcpWire w;
  w.a.settings.ecn = 1;
  w.keep_sent = true;
  ASSERT_TRUE(w.connect());
  w.write(w.a, 100);
  w.run(1s);
  bool ect = false;
  for (auto& s : w.sent) ect |= s.from == 0 && s.size && s.ip_ecn == 2;
  EXPECT_TRUE(ect);
}

TEST(TcpOpen, CongestionMarksAreEchoedUntilTheSenderReduced) {
  TcpWire w;
  w.a.settings.ecn = 1;
  ASSERT_TRUE(w.connect());
  w.exchange(100'000, 0, 10s);
  w.set_ecn = 3;
  w.keep_sent = true;
  w.write(w.a, 1000);
  w.run(100ms);
  w.set_ecn = 0;
  w.write(w.a, 1000);
  w.run(100ms);
  bool ece = false, cwr = false, after = false;
  for (auto& s : w.sent) {
    if (s.from == 1) ece |= s.flags & TcpFlag::kEce;
    if (s.from == 0 && s.size) cwr |= s.flags & TcpFlag::kCwr;
    if (s.from == 1) after = s.flags & TcpFlag::kEce;
  }
  EXPECT_TRUE(ece);
  EXPECT_TRUE(cwr);
  EXPECT_FALSE(after);
}

TEST(TcpOpen, AFastOpenCookieIsAskedForAndKept) {
  TcpHand h;
  h.w.a.connection = h.w.make_active(h.w.a);
  h.w.a->connect_fastopen(h.w.now, {.cookie = Bytes()}, h.w.data(0, 100));
  const TcpSegmentOut syn = h.last();
  EXPECT_TRUE(syn.options.has_fastopen);
  EXPECT_EQ(syn.options.fastopen_len, 0);
  EXPECT_EQ(TcpHand::size(syn), 0u);
  TcpSegmentIn s = TcpHand::make(5000, 1001, kSyn | kAck);
  s.options.mss = 1460;
  s.options.has_fastopen = true;
  s.options.fastopen_len = 8;
  s.options.fastopen[0] = 9;
  h.give(std::move(s));
  ASSERT_EQ(h.w.a.fastopen_cookie.size(), 8u);
  EXPECT_EQ(h.w.a.fastopen_cookie[0], 9);
  const TcpSegmentOut data = h.last();
  EXPECT_EQ(TcpHand::size(data), 100u);
  EXPECT_EQ(data.seq, 1001u);
}

TEST(TcpOpen, WithACookieTheSynCarriesData) {
  const ByteVector cookie(8, 1);
  for (bool taken : {true, false}) {
    TcpHand h;
    h.w.a.connection = h.w.make_active(h.w.a);
    h.w.a->connect_fastopen(h.w.now, {.cookie = cookie}, h.w.data(0, 3000));
    const TcpSegmentOut syn = h.last();
    const auto n = static_cast<uint32_t>(TcpHand::size(syn));
    EXPECT_GT(n, 1300u);
    TcpSegmentIn s = TcpHand::make(5000, taken ? 1001 + n : 1001, kSyn | kAck);
    s.options.mss = 1460;
    h.give(std::move(s));
    ASSERT_FALSE(h.out.empty());
    EXPECT_EQ(h.out[0].seq, taken ? 1001 + n : 1001);
    EXPECT_EQ(TcpHand::size(h.out[0]), taken ? 3000 - n : n);
  }
}

TEST(TcpOpen, AFastOpenServerReadsBeforeTheHandshakeEnds) {
  for (double loss : {0.0, 0.3}) {
    TcpWire w(20, 5);
    w.b.listening = false;
    w.a.connection = w.make_active(w.a);
    w.filter = [&](int from, TcpSegmentOut& s) {
      if (from == 0 && (s.flags & kSyn) && !w.b.connection) {
        TcpSegmentIn in = TcpHand::make(s.seq, 0, kSyn, s.window);
        in.options = s.options;
        Packet data = Packet::allocate(w.pool, 0, 0);
        data.append_shared(s.payload, 0, s.payload.size());
        w.b.connection = TcpConnection::passive_fastopen(
            {w.b, w.pool, w.b.settings}, w.now, tcp_negotiate(w.b.settings, in, w.b.iss, 0), w.mtu,
            w.overhead, w.make_control(), std::move(data), false);
        w.b->connect(w.now);
        w.read(w.b);
        w.link.loss = loss;
        w.write(w.b, 50);
        return false;
      }
      return true;
    };
    w.a->connect_fastopen(w.now, {.cookie = kCookie}, w.data(0, 100));
    w.a.written = 100;
    EXPECT_EQ(w.b.taken, 100u);
    EXPECT_TRUE(w.exchange(10'000, 10'000, 100s)) << loss;
    EXPECT_TRUE(w.a.intact && w.b.intact);
    EXPECT_EQ(w.b->state(), TcpState::kEstablished);
  }
}

}  // namespace
}  // namespace unetns
