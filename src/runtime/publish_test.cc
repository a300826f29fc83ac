#include "runtime/publish.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "host/host_clock.h"
#include "host/host_rng.h"
#include "netdev/netdev_layer.h"

namespace unetns {
namespace {

TEST(PublishRuleTest, LoopbackUnlessAnAddressIsGiven) {
  auto rule = PublishRule::parse("8080:web:80");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->host_address, "127.0.0.1");
  EXPECT_EQ(rule->host_port, 8080);
  EXPECT_EQ(rule->netns, "web");
  EXPECT_EQ(rule->port, 80);
  rule = PublishRule::parse("0.0.0.0:1::2");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->host_address, "0.0.0.0");
  EXPECT_EQ(rule->netns, "");
}

TEST(PublishRuleTest, WhatIsNoRuleIsSaid) {
  for (const char* text : {"", "80", "80:a", "x:a:1", "1:a:0", "1:a:65536", "localhost:1:a:1",
                           "1:2:3:4:5", "1.2.3.4:1:a/b:1"})
    EXPECT_FALSE(PublishRule::parse(text)) << text;
}

class PublisherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto booted = Kernel::boot(env_);
    ASSERT_TRUE(booted);
    machine_ = std::move(*booted);
    Net& net = machine_->init_net();
    NetDevice* lo = machine_->netdevs().by_name(net, "lo");
    ASSERT_NE(lo, nullptr);
    ASSERT_TRUE(machine_->netdevs().change_flags(*lo, IFF_UP, IFF_UP));
    publisher_ = std::make_unique<Publisher>(loop_, *machine_, [&](const std::string& name) {
      return name.empty() ? &machine_->init_net() : nullptr;
    });
  }
  void TearDown() override {
    publisher_.reset();
    peer_.reset();
    server_.reset();
    run(10);
    machine_.reset();
    tasks_.run_pending();
  }
  void run(int ms) {
    const Nanos end = clock_.monotonic() + std::chrono::milliseconds(ms);
    do loop_.run_once(timers_, tasks_, std::chrono::milliseconds(1));
    while (clock_.monotonic() < end);
  }
  template <class F>
  bool run_until(F what) {
    for (int i = 0; i < 3000; i++) {
      if (what()) return true;
      loop_.run_once(timers_, tasks_, std::chrono::milliseconds(1));
    }
    return false;
  }
  // A server in the stack, on port 80.
  void serve() {
    auto socket = machine_->socket(machine_->init_net(), root_, AF_INET, SOCK_STREAM, 0);
    ASSERT_TRUE(socket);
    server_.reset(static_cast<StreamSocket*>(socket->release()));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(80);
    ASSERT_TRUE(server_->bind(root_, bytes_of(at)));
    ASSERT_TRUE(server_->listen(8));
  }
  bool accept() {
    return run_until([&] {
      if (auto got = server_->accept()) peer_.reset(static_cast<StreamSocket*>(got->release()));
      return peer_ != nullptr;
    });
  }
  // A client of the host's.
  UniqueFd client(uint16_t port) {
    UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
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
  std::unique_ptr<Publisher> publisher_;
  std::unique_ptr<StreamSocket> server_, peer_;
};

TEST_F(PublisherTest, BytesAndEndsPassInBothDirections) {
  serve();
  auto port = publisher_->publish(*PublishRule::parse("0::80"));
  ASSERT_TRUE(port) << port.error().message;
  UniqueFd host = client(*port);
  ASSERT_TRUE(accept());
  const std::string sent(3 << 20, 'q');
  size_t out = 0, in = 0, back = 0;
  bool ended = false;
  ASSERT_TRUE(run_until([&] {
    if (out < sent.size()) {
      const ssize_t n = send(host.get(), sent.data() + out, sent.size() - out, MSG_DONTWAIT);
      if (n > 0) out += static_cast<size_t>(n);
      if (out == sent.size()) shutdown(host.get(), SHUT_WR);
    }
    while (Packet p = peer_->read(65536)) {
      in += p.size();
      EXPECT_TRUE(peer_->write(std::move(p), false, false));
    }
    if (peer_->at_eof() && !peer_->send_closed()) (void)peer_->shutdown(SHUT_WR);
    char buffer[65536];
    for (ssize_t n; (n = recv(host.get(), buffer, sizeof buffer, MSG_DONTWAIT)) >= 0;) {
      back += static_cast<size_t>(n);
      ended = n == 0;
      if (ended) break;
    }
    return ended;
  }));
  EXPECT_EQ(in, sent.size());
  EXPECT_EQ(back, sent.size());
  EXPECT_TRUE(run_until([&] { return publisher_->connections() == 0; }));
}

TEST_F(PublisherTest, AResetInsideIsOneOutside) {
  serve();
  auto port = publisher_->publish(*PublishRule::parse("0::80"));
  ASSERT_TRUE(port);
  UniqueFd host = client(*port);
  ASSERT_TRUE(accept());
  const linger now{1, 0};
  ASSERT_TRUE(peer_->set_option(root_, SOL_SOCKET, SO_LINGER, bytes_of(now)));
  peer_->close();
  char byte;
  int error = 0;
  EXPECT_TRUE(run_until([&] {
    error = recv(host.get(), &byte, 1, MSG_DONTWAIT) < 0 ? errno : 0;
    return error != EAGAIN;
  }));
  EXPECT_EQ(error, ECONNRESET);
  EXPECT_TRUE(run_until([&] { return publisher_->connections() == 0; }));
}

TEST_F(PublisherTest, AResetOutsideIsOneInside) {
  serve();
  auto port = publisher_->publish(*PublishRule::parse("0::80"));
  ASSERT_TRUE(port);
  UniqueFd host = client(*port);
  ASSERT_TRUE(accept());
  const linger now{1, 0};
  setsockopt(host.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  host.reset();
  EXPECT_TRUE(run_until([&] { return peer_->was_reset(); }));
}

TEST_F(PublisherTest, WhereNobodyListensInsideTheConnectionIsReset) {
  for (const char* rule : {"0::81", "0:nowhere:80"}) {
    auto port = publisher_->publish(*PublishRule::parse(rule));
    ASSERT_TRUE(port);
    UniqueFd host = client(*port);
    char byte;
    int error = 0;
    EXPECT_TRUE(run_until([&] {
      error = recv(host.get(), &byte, 1, MSG_DONTWAIT) < 0 ? errno : 0;
      return error != EAGAIN;
    }));
    EXPECT_EQ(error, ECONNRESET);
  }
}

TEST_F(PublisherTest, APortThatIsTakenIsSaid) {
  auto port = publisher_->publish(*PublishRule::parse("0::80"));
  ASSERT_TRUE(port);
  auto again = publisher_->publish(*PublishRule::parse(std::to_string(*port) + "::80"));
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("can't publish 127.0.0.1:"), std::string::npos);
}

}  // namespace
}  // namespace unetns
