// TCP over wires that lose, delay, double, mix up and spoil: what arrives is what was sent, or the
// program is told why not.
#include <linux/tcp.h>

#include "link/emulated_link.h"
#include "socket/inet/inet_fixture.h"
#include "socket/inet/tcp_transfer.h"

namespace unetns {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr size_t kMega = 1 << 20;
// Nothing of IP passes, but neighbours are found: without them it would be EHOSTUNREACH.
constexpr Impairments kOnlyArp{.black_hole = 30};

struct Wire {
  const char* name;
  Impairments what;
  size_t bytes = 2 * kMega;
};
void PrintTo(const Wire& wire, std::ostream* out) { *out << wire.name; }

// Beside the good network of the fixture:
//   a: wire0 10.0.9.1/24 -- b: wire0 10.0.9.2/24, and
//   r: wire1 10.0.8.254/24 -- b: wire1 10.0.8.1/24
class TcpFaultsTest : public InetSocketTest {
 protected:
  TcpFaultsTest() {
    direct_ = join(*a_, "10.0.9.1", *b_, "10.0.9.2", "wire0", seed());
    behind_router_ = join(*r_, "10.0.8.254", *b_, "10.0.8.1", "wire1", seed() + 1);
    RouteConfig back;  // the answers come over the bad wire as well
    back.dst = IpAddress(ip("10.0.1.0"));
    back.dst_len = 24;
    NexthopConfig nh;
    nh.gateway = ip("10.0.8.254");
    back.nexthops.push_back(nh);
    EXPECT_TRUE(inet_->route_add(*b_, back, NLM_F_CREATE | NLM_F_EXCL));
    env_.settle();
  }
  ~TcpFaultsTest() override {
    client_.reset();
    server_.reset();
    listener_.reset();
    env_.advance(minutes(10));  // TIME-WAIT, and what is left of orphans
    for (NetDevice* dev : {direct_, behind_router_}) (void)wires_.delete_link(*netdevs_, *dev);
  }

  // UNETNS_TEST_SEED=N tries other fates.
  static uint64_t seed() {
    const char* given = ::getenv("UNETNS_TEST_SEED");
    return given ? std::strtoull(given, nullptr, 10) : 1;
  }
  NetDevice* join(Net& x, const char* of_x, Net& y, const char* of_y, const char* name,
                  uint64_t seed) {
    NetDevice* dev = *wires_.connect(*netdevs_, x, name, y, name, seed);
    up(*dev);
    up(*EmulatedLinkKind::peer_of(*dev));
    address(x, name, of_x);
    address(y, name, of_y);
    return dev;
  }
  // b listens at `to`, a connects. The errno of the connect.
  int open(const char* to) {
    listener_ = stream(*b_);
    EXPECT_EQ(bind(*listener_, to, 5001), 0);
    EXPECT_TRUE(listener_->listen(8));
    client_ = stream(*a_);
    const int begun = connect(*client_, to, 5001);
    EXPECT_EQ(begun, EINPROGRESS);
    env_.settle();
    const Nanos end = now() + hours(1);
    while (client_->state() == StreamState::kConnecting && now() < end) wait();
    if (client_->state() != StreamState::kConnected) return client_->take_error();
    while (!server_ && now() < end) {
      if (auto child = listener_->accept())
        server_.reset(static_cast<StreamSocket*>(child->release()));
      else
        wait();
    }
    return server_ ? 0 : ETIME;
  }
  void wait() { env_.advance(milliseconds(10)); }
  Nanos now() { return env_.clock().monotonic(); }
  std::unique_ptr<StreamSocket> stream(Net& net) {
    return std::unique_ptr<StreamSocket>(
        static_cast<StreamSocket*>(make(net, SOCK_STREAM).release()));
  }
  void sysctl(const char* name, int64_t value) {
    for (Net* net : {a_.get(), b_.get()}) EXPECT_TRUE(inet_->sysctl_set(*net, name, {value}));
  }
  void transfer(NetDevice* wire, const char* to, const Impairments& what, size_t bytes) {
    EmulatedLinkKind::impair_both(*wire, what);
    ASSERT_EQ(open(to), 0);
    TcpTransfer t(env_, pool_, *client_, *server_);
    const Nanos start = now();
    EXPECT_TRUE(t.run(bytes, bytes / 2, hours(20))) << t.story();
    RecordProperty("virtual_ms", static_cast<int>((now() - start).count() / 1'000'000));
  }

  EmulatedLinkKind wires_;
  NetDevice *direct_ = nullptr, *behind_router_ = nullptr;
  std::unique_ptr<StreamSocket> listener_, client_, server_;
};

class TcpOverBadWire : public TcpFaultsTest, public ::testing::WithParamInterface<Wire> {};

TEST_P(TcpOverBadWire, AllArrivesOverALink) {
  transfer(direct_, "10.0.9.2", GetParam().what, GetParam().bytes);
}

TEST_P(TcpOverBadWire, AllArrivesThroughARouter) {
  transfer(behind_router_, "10.0.8.1", GetParam().what, GetParam().bytes);
}

const Wire kWires[] = {
    {"Good", {}, 8 * kMega},
    {"Late", {.delay = milliseconds(50)}, 4 * kMega},
    {"LateAndUnsteady", {.delay = milliseconds(50), .jitter = milliseconds(20)}},
    {"Jitter", {.delay = milliseconds(20), .jitter = milliseconds(5), .keep_order = false}},
    {"Slow", {.delay = milliseconds(10), .rate = 10'000'000, .queue_limit = 50}, 4 * kMega},
    {"VerySlow", {.delay = milliseconds(100), .rate = 64'000, .queue_limit = 8}, kMega / 8},
    {"Loss0_01", {.delay = milliseconds(5), .loss = 0.0001}, 8 * kMega},
    {"Loss0_1", {.delay = milliseconds(5), .loss = 0.001}, 4 * kMega},
    {"Loss1", {.delay = milliseconds(5), .loss = 0.01}, 4 * kMega},
    {"Loss5", {.delay = milliseconds(5), .loss = 0.05}},
    {"Loss10", {.delay = milliseconds(5), .loss = 0.1}, kMega},
    {"Loss20", {.delay = milliseconds(5), .loss = 0.2}, kMega / 2},
    {"Loss30", {.delay = milliseconds(5), .loss = 0.3}, kMega / 8},
    {"EachFifth", {.delay = milliseconds(5), .lose_every = 5}, kMega / 4},
    {"EachTenth", {.delay = milliseconds(5), .lose_every = 10}, kMega},
    {"LossWithoutDelay", {.loss = 0.02}},
    {"Duplicates", {.delay = milliseconds(5), .duplicate = 0.3}},
    {"AllTwice", {.delay = milliseconds(5), .duplicate = 1}},
    {"Reordered", {.delay = milliseconds(10), .reorder = 0.1, .reorder_by = milliseconds(4)}},
    {"HalfReordered", {.delay = milliseconds(10), .reorder = 0.5, .reorder_by = milliseconds(15)}},
    {"Corrupted", {.delay = milliseconds(5), .corrupt = 0.02}},
    {"VeryCorrupted", {.delay = milliseconds(5), .corrupt = 0.15}, kMega / 2},
    {"AllAtOnce",
     {.delay = milliseconds(10),
      .jitter = milliseconds(5),
      .keep_order = false,
      .rate = 20'000'000,
      .queue_limit = 100,
      .loss = 0.03,
      .duplicate = 0.03,
      .reorder = 0.03,
      .corrupt = 0.03},
     kMega},
};
INSTANTIATE_TEST_SUITE_P(Wires, TcpOverBadWire, ::testing::ValuesIn(kWires),
                         [](const auto& info) { return info.param.name; });

// The same without what SACK, timestamps and large windows give, and with small
// buffers.
class TcpOptionsOverBadWire : public TcpFaultsTest,
                              public ::testing::WithParamInterface<const char*> {};

TEST_P(TcpOptionsOverBadWire, AllArrivesWithout) {
  sysctl(GetParam(), 0);
  transfer(
      direct_, "10.0.9.2",
      {.delay = milliseconds(5), .loss = 0.03, .duplicate = 0.02, .reorder = 0.03, .corrupt = 0.01},
      kMega);
}
INSTANTIATE_TEST_SUITE_P(Options, TcpOptionsOverBadWire,
                         ::testing::Values("tcp_sack", "tcp_timestamps", "tcp_window_scaling",
                                           "tcp_dsack", "tcp_frto", "tcp_recovery",
                                           "tcp_early_retrans"),
                         [](const auto& info) { return info.param; });

TEST_F(TcpFaultsTest, AllArrivesThroughSmallBuffers) {
  EmulatedLinkKind::impair_both(*direct_,
                                {.delay = milliseconds(5), .loss = 0.03, .reorder = 0.03});
  ASSERT_EQ(open("10.0.9.2"), 0);
  for (StreamSocket* s : {client_.get(), server_.get()}) {
    ASSERT_EQ(set(*s, SOL_SOCKET, SO_RCVBUF, 4000), 0);
    ASSERT_EQ(set(*s, SOL_SOCKET, SO_SNDBUF, 4000), 0);
  }
  TcpTransfer t(env_, pool_, *client_, *server_);
  EXPECT_TRUE(t.run(kMega / 4, kMega / 8, hours(20))) << t.story();
}

TEST_F(TcpFaultsTest, ABlackHoleIsFoundByProbing) {
  sysctl("tcp_mtu_probing", 1);
  transfer(direct_, "10.0.9.2", {.delay = milliseconds(5), .black_hole = 1100}, kMega);
  EXPECT_GT(EmulatedLinkKind::counts(*direct_).black_holed, 0u);
}

TEST_F(TcpFaultsTest, ABlackHoleBehindARouterIsFoundByProbing) {
  sysctl("tcp_mtu_probing", 2);
  transfer(behind_router_, "10.0.8.1", {.delay = milliseconds(5), .black_hole = 1100}, kMega);
}

TEST_F(TcpFaultsTest, WithoutProbingABlackHoleTimesOut) {
  EmulatedLinkKind::impair_both(*direct_, {.delay = milliseconds(5), .black_hole = 500});
  ASSERT_EQ(open("10.0.9.2"), 0);
  TcpTransfer t(env_, pool_, *client_, *server_);
  EXPECT_FALSE(t.run(kMega, 0, hours(2)));
  EXPECT_EQ(t.error_of_a(), ETIMEDOUT) << t.story();
}

TEST_F(TcpFaultsTest, ASmallerMtuOnTheWayIsLearntFromTheRouter) {
  for (NetDevice* dev : {behind_router_, EmulatedLinkKind::peer_of(*behind_router_)})
    ASSERT_TRUE(netdevs_->set_mtu(*dev, 900));
  transfer(behind_router_, "10.0.8.1", {.delay = milliseconds(5)}, 2 * kMega);
}

TEST_F(TcpFaultsTest, AnMtuThatShrinksUnderwayIsLearnt) {
  ASSERT_EQ(open("10.0.8.1"), 0);
  Timer shrink(env_.env().timers, [&] {
    for (NetDevice* dev : {behind_router_, EmulatedLinkKind::peer_of(*behind_router_)})
      EXPECT_TRUE(netdevs_->set_mtu(*dev, 700));
  });
  EmulatedLinkKind::impair_both(*behind_router_, {.delay = milliseconds(10)});
  shrink.arm_in(milliseconds(200));
  TcpTransfer t(env_, pool_, *client_, *server_);
  EXPECT_TRUE(t.run(12 * kMega, 6 * kMega, hours(1))) << t.story();
  EXPECT_FALSE(shrink.armed()) << "it shrank underway";
}

TEST_F(TcpFaultsTest, AWireThatIsCutTimesOutByRetries) {
  ASSERT_EQ(open("10.0.9.2"), 0);
  EmulatedLinkKind::impair_both(*direct_, kOnlyArp);
  const Nanos start = now();
  TcpTransfer t(env_, pool_, *client_, *server_);
  EXPECT_FALSE(t.run(kMega, 0, hours(2)));
  EXPECT_EQ(t.error_of_a(), ETIMEDOUT) << t.story();
  EXPECT_GT(now() - start, seconds(924)) << "tcp_retries2 of 15: the first timeout after 924.6 s";
  EXPECT_LT(now() - start, seconds(924 + 121));
}

TEST_F(TcpFaultsTest, WithoutANeighbourItIsNoRouteToTheHost) {
  ASSERT_EQ(open("10.0.9.2"), 0);
  EmulatedLinkKind::impair_both(*direct_, {.loss = 1});
  TcpTransfer t(env_, pool_, *client_, *server_);
  EXPECT_FALSE(t.run(kMega, 0, hours(2)));
  EXPECT_EQ(t.error_of_a(), EHOSTUNREACH) << t.story();
}

TEST_F(TcpFaultsTest, UserTimeoutCutsItShort) {
  ASSERT_EQ(open("10.0.9.2"), 0);
  ASSERT_EQ(set(*client_, IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000), 0);
  EmulatedLinkKind::impair_both(*direct_, kOnlyArp);
  const Nanos start = now();
  TcpTransfer t(env_, pool_, *client_, *server_);
  EXPECT_FALSE(t.run(kMega, 0, hours(2)));
  EXPECT_EQ(t.error_of_a(), ETIMEDOUT) << t.story();
  EXPECT_LT(now() - start, seconds(60));
}

TEST_F(TcpFaultsTest, AnOutageIsSurvived) {
  ASSERT_EQ(open("10.0.9.2"), 0);
  EmulatedLinkKind::impair_both(*direct_, {.delay = milliseconds(10), .rate = 50'000'000});
  Timer cut(env_.env().timers, [&] { EmulatedLinkKind::impair_both(*direct_, {.loss = 1}); });
  Timer mend(env_.env().timers, [&] {
    EmulatedLinkKind::impair_both(*direct_, {.delay = milliseconds(10), .rate = 50'000'000});
  });
  cut.arm_in(milliseconds(300));
  mend.arm_in(seconds(60));
  TcpTransfer t(env_, pool_, *client_, *server_);
  EXPECT_TRUE(t.run(8 * kMega, 4 * kMega, hours(1))) << t.story();
  EXPECT_FALSE(cut.armed());
}

TEST_F(TcpFaultsTest, NobodyAnswersAConnect) {
  EmulatedLinkKind::impair_both(*direct_, kOnlyArp);
  const Nanos start = now();
  auto lost = stream(*a_);
  EXPECT_EQ(connect(*lost, "10.0.9.2", 5001), EINPROGRESS);
  while (lost->state() == StreamState::kConnecting && now() - start < hours(1)) wait();
  EXPECT_EQ(lost->take_error(), ETIMEDOUT);
  EXPECT_GT(now() - start, seconds(120)) << "tcp_syn_retries of 6: 127 s";
  EXPECT_LT(now() - start, seconds(140));
}

TEST_F(TcpFaultsTest, ADeadPeerIsFoundByKeepalives) {
  ASSERT_EQ(open("10.0.9.2"), 0);
  ASSERT_EQ(set(*client_, SOL_SOCKET, SO_KEEPALIVE, 1), 0);
  ASSERT_EQ(set(*client_, IPPROTO_TCP, TCP_KEEPIDLE, 10), 0);
  ASSERT_EQ(set(*client_, IPPROTO_TCP, TCP_KEEPINTVL, 5), 0);
  ASSERT_EQ(set(*client_, IPPROTO_TCP, TCP_KEEPCNT, 3), 0);
  env_.advance(seconds(60));
  EXPECT_EQ(client_->state(), StreamState::kConnected) << "while it answers";
  EmulatedLinkKind::impair_both(*direct_, kOnlyArp);
  env_.advance(seconds(40));
  EXPECT_EQ(client_->take_error(), ETIMEDOUT);
}

}  // namespace
}  // namespace unetns
