#include "runtime/egress.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "host/host_clock.h"
#include "host/host_rng.h"
#include "inet/control.h"
#include "inet/ip/ipv4_stack.h"
#include "link/veth.h"
#include "netdev/netdev_layer.h"

namespace unetns {
namespace {

sockaddr_in address(const char* text, uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  inet_pton(AF_INET, text, &out.sin_addr);
  return out;
}

TEST(EgressResolverTest, TheFirstNameserverOfIPv4) {
  EXPECT_EQ(first_nameserver("# nameserver 1.1.1.1\nsearch x\nnameserver ::1\nnameserver\t9.8.7.6\n"
                             "nameserver 1.2.3.4\n"),
            Ipv4Address(0x09080706));
  EXPECT_EQ(first_nameserver("nameserver fe80::1%eth0\nnameserver\n"), std::nullopt);
  EXPECT_EQ(first_nameserver(""), std::nullopt);
}

TEST(EgressTargetsTest, TheGatewayIsTheLoopbackOfTheHostAndTheResolverHasOnePort) {
  EgressTargets targets{Ipv4Address(0x09080706)};
  EXPECT_EQ(targets.of(kEgressGateway, 80)->sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  EXPECT_EQ(targets.of(kEgressResolver, 53)->sin_addr.s_addr, htonl(0x09080706));
  EXPECT_FALSE(targets.of(kEgressResolver, 80));
  EXPECT_EQ(targets.of(Ipv4Address(0x01020304), 80)->sin_addr.s_addr, htonl(0x01020304));
  targets.resolver.reset();
  EXPECT_FALSE(targets.of(kEgressResolver, 53));
}

class EgressTest : public ::testing::Test {
 protected:
  void SetUp() override {
    machine_ = *Kernel::boot(env_);
    auto made = Egress::create(loop_, *machine_, machine_->init_net(), {});
    ASSERT_TRUE(made) << made.error().message;
    egress_ = std::move(*made);
  }
  void TearDown() override {
    inside_.reset();
    egress_.reset();
    for (int i = 0; i < 5; i++) loop_.run_once(timers_, tasks_, std::chrono::milliseconds(1));
    machine_.reset();
    tasks_.run_pending();
  }
  template <class F>
  bool run_until(F what) {
    for (int i = 0; i < 3000; i++) {
      if (what()) return true;
      loop_.run_once(timers_, tasks_, std::chrono::milliseconds(1));
    }
    return false;
  }
  // A socket of the host's, bound to its loopback address, listening if it can.
  UniqueFd host(int type, uint16_t* port) {
    UniqueFd fd(socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in at = address("127.0.0.1", 0);
    socklen_t length = sizeof at;
    EXPECT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &length), 0);
    if (type == SOCK_STREAM) {
      EXPECT_EQ(listen(fd.get(), 8), 0);
    }
    *port = ntohs(at.sin_port);
    return fd;
  }
  std::unique_ptr<Socket> make(int type) {
    return std::move(*machine_->socket(machine_->init_net(), root_, AF_INET, type, 0));
  }
  // What connect(2) to 10.0.2.2 ends with: 0 or an errno.
  int connect_inside(uint16_t port, const char* to = "10.0.2.2") {
    auto socket = make(SOCK_STREAM);
    inside_.reset(static_cast<StreamSocket*>(socket.release()));
    auto started = inside_->connect(root_, bytes_of(address(to, port)));
    EXPECT_FALSE(started);
    if (started || started.error().code != EINPROGRESS) return started ? 0 : started.error().code;
    EXPECT_TRUE(run_until([&] { return inside_->state() != StreamState::kConnecting; }));
    return inside_->take_error();
  }
  UniqueFd accept(const UniqueFd& listener) {
    UniqueFd fd;
    EXPECT_TRUE(run_until([&] {
      fd.reset(accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      return fd.valid();
    }));
    return fd;
  }

  HostClock clock_;
  HostRng rng_;
  TimerQueue timers_{clock_};
  TaskQueue tasks_;
  Env env_{clock_, rng_, timers_, tasks_};
  EventLoop loop_;
  SystemCaller root_;
  std::unique_ptr<Kernel> machine_;
  std::unique_ptr<Egress> egress_;
  std::unique_ptr<StreamSocket> inside_;
};

TEST_F(EgressTest, BytesAndEndsOfAStreamPassInBothDirections) {
  uint16_t port = 0;
  UniqueFd listener = host(SOCK_STREAM, &port);
  ASSERT_EQ(connect_inside(port), 0);
  UniqueFd peer = accept(listener);
  const std::string sent(3 << 20, 'q');
  size_t out = 0, back = 0;
  std::string buffer(65536, 0);
  ASSERT_TRUE(run_until([&] {
    for (size_t room; out < sent.size() && (room = inside_->send_room()) > 0;) {
      room = std::min({room, sent.size() - out, size_t{65536}});
      EXPECT_TRUE(inside_->write(
          Packet::copy_of(machine_->packets(),
                          Bytes(reinterpret_cast<const uint8_t*>(sent.data()) + out, room)),
          false, false));
      out += room;
      if (out == sent.size()) {
        EXPECT_TRUE(inside_->shutdown(SHUT_WR));
      }
    }
    const ssize_t n = recv(peer.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n > 0) {
      EXPECT_EQ(send(peer.get(), buffer.data(), static_cast<size_t>(n), 0), n);
    }
    if (n == 0) shutdown(peer.get(), SHUT_WR);
    while (Packet p = inside_->read(65536)) back += p.size();
    return inside_->at_eof();
  }));
  EXPECT_EQ(back, sent.size());
  EXPECT_TRUE(run_until([&] { return egress_->connections() == 0; }));
}

TEST_F(EgressTest, WhatTheHostRefusesIsRefused) {
  uint16_t port = 0;
  (void)host(SOCK_STREAM, &port);  // closed again
  EXPECT_EQ(connect_inside(port), ECONNREFUSED);
  EXPECT_EQ(connect_inside(53, "10.0.2.3"), ECONNREFUSED) << "no resolver";
  EXPECT_EQ(egress_->connections(), 0u);
}

TEST_F(EgressTest, ARefusalComesAlsoWhileAnotherHandshakeRuns) {
  uint16_t port = 0;
  UniqueFd listener = host(SOCK_STREAM, &port);
  // One that is answered and never ends its handshake keeps the door open.
  auto first = make(SOCK_STREAM);
  NetDevice* dev = machine_->netdevs().by_name(machine_->init_net(), "egress0");
  EXPECT_FALSE(first->connect(root_, bytes_of(address("10.0.2.2", port))));
  ASSERT_TRUE(machine_->netdevs().change_flags(*dev, 0, IFF_UP));
  (void)accept(listener);
  ASSERT_TRUE(machine_->netdevs().change_flags(*dev, IFF_UP, IFF_UP));
  RouteConfig route;
  route.dst = Ipv4Address();
  route.nexthops.push_back({.gateway = kEgressGateway, .oif = dev->ifindex()});
  ASSERT_TRUE(machine_->inet(AF_INET)->route_add(machine_->init_net(), route, NLM_F_CREATE));
  EXPECT_EQ(egress_->connections(), 1u);
  listener.reset();
  EXPECT_EQ(connect_inside(port), ECONNREFUSED);
}

TEST_F(EgressTest, WhatTheHostHasSentWaitsForItsReaderWithoutWork) {
  uint16_t port = 0;
  UniqueFd listener = host(SOCK_STREAM, &port);
  ASSERT_EQ(connect_inside(port), 0);
  UniqueFd peer = accept(listener);
  ASSERT_TRUE(inside_->shutdown(SHUT_WR));
  char byte;
  ASSERT_TRUE(run_until([&] { return recv(peer.get(), &byte, 1, 0) == 0; }));
  const std::string some(65536, 'w');
  size_t sent = 0, quiet = 0, got = 0;
  // Until no more can be sent: all buffers on the way are full.
  ASSERT_TRUE(run_until([&] {
    ssize_t n;
    while (sent < (64u << 20) && (n = send(peer.get(), some.data(), some.size(), 0)) > 0) {
      sent += static_cast<size_t>(n);
      quiet = 0;
    }
    return ++quiet > 100;
  }));
  peer.reset();
  // What the host has from its peer is read as far as there is room, up to the end of the stream.
  while (got + (1u << 20) < sent)
    ASSERT_TRUE(run_until([&] {
      const Packet p = inside_->read(65536);
      got += p ? p.size() : 0;
      return bool(p);
    }));
  for (int i = 0; i < 200; i++) loop_.run_once(timers_, tasks_, std::chrono::milliseconds(1));
  size_t events = 0;
  for (int i = 0; i < 50; i++)
    events += loop_.run_once(timers_, tasks_, std::chrono::milliseconds(1));
  EXPECT_LT(events, 10u);
  EXPECT_TRUE(run_until([&] {
    while (const Packet p = inside_->read(65536)) got += p.size();
    return inside_->at_eof();
  }));
  EXPECT_EQ(got, sent);
}

TEST_F(EgressTest, ResetsPass) {
  uint16_t port = 0;
  UniqueFd listener = host(SOCK_STREAM, &port);
  ASSERT_EQ(connect_inside(port), 0);
  UniqueFd peer = accept(listener);
  const linger now{1, 0};
  setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  peer.reset();
  EXPECT_TRUE(run_until([&] { return inside_->was_reset(); }));
  ASSERT_EQ(connect_inside(port), 0);
  peer = accept(listener);
  ASSERT_TRUE(inside_->set_option(root_, SOL_SOCKET, SO_LINGER, bytes_of(now)));
  inside_->close();
  char byte;
  EXPECT_TRUE(run_until([&] { return recv(peer.get(), &byte, 1, 0) < 0 && errno == ECONNRESET; }));
  EXPECT_TRUE(run_until([&] { return egress_->connections() == 0; }));
}

TEST_F(EgressTest, DatagramsAndTheirRefusalsPass) {
  uint16_t port = 0;
  UniqueFd server = host(SOCK_DGRAM, &port);
  auto client = make(SOCK_DGRAM);
  ASSERT_TRUE(client->connect(root_, bytes_of(address("10.0.2.2", port))));
  for (const size_t size : {size_t{0}, size_t{5}, size_t{4000}, size_t{65507}}) {
    const ByteVector data(size, 'u');
    ASSERT_TRUE(client->send(root_, {.data = data}));
    std::vector<char> buffer(70000);
    sockaddr_in from{};
    socklen_t length = sizeof from;
    ssize_t n = -1;
    ASSERT_TRUE(run_until([&] {
      n = recvfrom(server.get(), buffer.data(), buffer.size(), 0,
                   reinterpret_cast<sockaddr*>(&from), &length);
      return n >= 0;
    }));
    EXPECT_EQ(n, static_cast<ssize_t>(size));
    EXPECT_EQ(
        sendto(server.get(), buffer.data(), size, 0, reinterpret_cast<sockaddr*>(&from), length),
        n);
    EXPECT_TRUE(run_until([&] {
      auto got = client->receive(0);
      if (got) {
        EXPECT_EQ(got->data.size(), size);
      }
      return got.has_value();
    })) << size;
  }
  EXPECT_EQ(egress_->flows(), 1u);
  server.reset();
  ASSERT_TRUE(client->send(root_, {.data = ByteVector(1)}));
  EXPECT_TRUE(run_until([&] { return client->error() == ECONNREFUSED; }));
}

TEST_F(EgressTest, FlowsAreBounded) {
  uint16_t port = 0;
  UniqueFd server = host(SOCK_DGRAM, &port);
  for (int i = 0; i < 1100; i++) {
    auto client = make(SOCK_DGRAM);
    ASSERT_TRUE(client->connect(root_, bytes_of(address("10.0.2.2", port))));
    ASSERT_TRUE(client->send(root_, {.data = ByteVector(1)}));
  }
  EXPECT_LE(egress_->flows(), 1024u);
}

TEST_F(EgressTest, ASecondOneInANamespaceIsSaid) {
  auto again = Egress::create(loop_, *machine_, machine_->init_net(), {});
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("egress0"), std::string::npos);
  uint16_t port = 0;
  UniqueFd listener = host(SOCK_STREAM, &port);
  EXPECT_EQ(connect_inside(port), 0) << "the first one stays";
}

}  // namespace
}  // namespace unetns
