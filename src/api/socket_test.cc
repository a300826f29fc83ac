#include "unetns/socket.h"

#include "api/api_fixture.h"
#include "packet/packet.h"

namespace unetns {
namespace {

using std::chrono::seconds;

TEST_F(ApiTest, ADatagramArrivesWithWhoSentItAndWhereTo) {
  auto server = must(DatagramSocket::udp(h2, {ip("0.0.0.0"), 7}));
  auto client = must(DatagramSocket::udp(h1));
  must(client.send_to(text("hello"), {ip("10.0.0.2"), 7}));
  ASSERT_TRUE(world.run_until([&] { return server.readable(); }, seconds(1)));
  const Datagram got = must(server.receive());
  EXPECT_EQ(std::string(got.data.begin(), got.data.end()), "hello");
  EXPECT_EQ(got.from, SocketAddress(ip("10.0.0.1"), must(client.local()).port));
  EXPECT_EQ(got.to, ip("10.0.0.2"));
  EXPECT_EQ(got.device_index, d2.index());
  EXPECT_EQ(code_of(server.receive()), EAGAIN);
}

TEST_F(ApiTest, ServersOfTheOtherFamilyTakeClientsOfIpv4) {
  auto server = must(DatagramSocket::udp(h2, {ip("::"), 7}));
  auto client = must(DatagramSocket::udp(h1));
  must(client.send_to(text("hello"), {ip("10.0.0.2"), 7}));
  ASSERT_TRUE(world.run_until([&] { return server.readable(); }, seconds(1)));
  const SocketAddress from = must(server.receive()).from;
  EXPECT_EQ(from, SocketAddress(ip("::ffff:10.0.0.1"), must(client.local()).port));
  must(server.send_to(text("back"), from));
  ASSERT_TRUE(world.run_until([&] { return client.readable(); }, seconds(1)));

  auto listener = must(TcpListener::listen(h2, {ip("::"), 80}));
  auto stream = must(TcpStream::connect(h1, {ip("::ffff:10.0.0.2"), 80}));
  ASSERT_TRUE(world.run_until([&] { return stream.connected(); }, seconds(1)));
  EXPECT_EQ(must(must(listener.accept()).remote()), must(stream.local()));
  EXPECT_EQ(code_of(TcpListener::listen(h2, {ip("0.0.0.0"), 80})), EADDRINUSE);
  EXPECT_EQ(code_of(TcpListener::listen(h2, {ip("::1"), 81})), EADDRNOTAVAIL);
}

TEST_F(ApiTest, ARefusedDatagramIsToldToItsSender) {
  auto client = must(DatagramSocket::udp(h1));
  must(client.connect({ip("10.0.0.2"), 9}));
  must(client.send(text("x")));
  ASSERT_TRUE(world.run_until([&] { return client.readable(); }, seconds(1)));
  EXPECT_EQ(code_of(client.receive()), ECONNREFUSED);
}

TEST_F(ApiTest, AStreamCarriesBytesInOrderAndSaysWhenItEnds) {
  auto listener = must(TcpListener::listen(h2, {ip("10.0.0.2"), 80}));
  auto client = must(TcpStream::connect(h1, {ip("10.0.0.2"), 80}));
  ASSERT_TRUE(world.run_until([&] { return client.connected(); }, seconds(1)));
  auto server = must(listener.accept());
  EXPECT_EQ(must(server.remote()), must(client.local()));
  uint8_t buffer[100];
  EXPECT_EQ(code_of(server.read(buffer)), EAGAIN);

  // Until the send buffer is full.
  ByteVector block(10000);
  for (size_t i = 0; i < block.size(); i++) block[i] = static_cast<uint8_t>(i * 7);
  size_t sent = 0;
  while (true) {
    const auto n = client.write(Bytes(block).subspan(sent % block.size()));
    if (!n) {
      EXPECT_EQ(n.error().code, EAGAIN);
      break;
    }
    sent += *n;
  }
  EXPECT_GT(sent, block.size());
  must(client.shutdown_write());
  EXPECT_EQ(code_of(client.write(block)), EPIPE);

  size_t got = 0;
  world.run_until(
      [&] {
        for (;;) {
          const auto n = server.read(buffer);
          if (!n) return false;
          if (*n == 0) return true;
          for (size_t i = 0; i < *n; i++)
            EXPECT_EQ(buffer[i], block[(got + i) % block.size()]) << got + i;
          got += *n;
        }
      },
      seconds(10));
  EXPECT_EQ(got, sent);
  EXPECT_TRUE(server.at_end());
}

TEST_F(ApiTest, AStreamMayBeShutInEachOfItsEvents) {
  auto listener = must(TcpListener::listen(h2, {ip("10.0.0.2"), 80}));
  auto client = must(TcpStream::connect(h1, {ip("10.0.0.2"), 80}));
  int events = 0;
  client.on_event([&] {
    if (client.connected() && events++ < 1000) {
      EXPECT_TRUE(client.shutdown_write());
    }
  });
  ASSERT_TRUE(world.run_until([&] { return listener.readable(); }, seconds(1)));
  auto server = must(listener.accept());
  EXPECT_TRUE(world.run_until([&] { return server.at_end(); }, seconds(1)));
  EXPECT_LT(events, 10);
}

TEST_F(ApiTest, AConnectionThatIsRefusedSaysSo) {
  auto client = must(TcpStream::connect(h1, {ip("10.0.0.2"), 81}));
  ASSERT_TRUE(world.run_until([&] { return client.readable(); }, seconds(1)));
  EXPECT_FALSE(client.connected());
  uint8_t byte;
  EXPECT_EQ(code_of(client.read({&byte, 1})), ECONNREFUSED);
}

TEST_F(ApiTest, PacketsGoThroughAStreamWithoutCopies) {
  auto listener = must(TcpListener::listen(h2, {ip("10.0.0.2"), 80}));
  auto client = must(TcpStream::connect(h1, {ip("10.0.0.2"), 80}));
  ASSERT_TRUE(world.run_until([&] { return client.connected(); }, seconds(1)));
  auto server = must(listener.accept());
  Packet out = Packet::allocate(machine.packets(), 0, 40000);
  std::fill(out.head().begin(), out.head().end(), 'x');
  must(client.write(std::move(out)));
  size_t got = 0;
  world.run_until(
      [&] {
        while (const Packet piece = server.read(SIZE_MAX)) got += piece.size();
        return got == 40000;
      },
      seconds(1));
  EXPECT_EQ(got, 40000u);
}

TEST_F(ApiTest, EventsComeFromTheLoopAndMayDestroyTheSocket) {
  auto server = std::make_unique<DatagramSocket>(must(DatagramSocket::udp(h2, {ip("0.0.0.0"), 7})));
  int calls = 0;
  server->on_event([&] {
    calls++;
    if (server->receive()) server.reset();
  });
  world.settle();
  EXPECT_EQ(calls, 1) << "once soon, for what has happened already";
  auto client = must(DatagramSocket::udp(h1));
  must(client.send_to(text("x"), {ip("10.0.0.2"), 7}));
  EXPECT_NE(server, nullptr) << "never from inside of another call";
  world.run_for(ms(10));
  EXPECT_EQ(server, nullptr);
}

TEST_F(ApiTest, OptionsAreThoseOfSetsockopt) {
  auto socket = must(DatagramSocket::udp(h1));
  must(socket.set_option(SOL_SOCKET, SO_BROADCAST, 1));
  EXPECT_EQ(load<int>(must(socket.get_option(SOL_SOCKET, SO_BROADCAST)).data()), 1);
  EXPECT_EQ(code_of(socket.set_option(SOL_SOCKET, 9999, 1)), ENOPROTOOPT);
}

TEST_F(ApiTest, APingSaysWhatWasLostAndHowLongItTook) {
  const Wire wire =
      must(machine.connect({h1, "eth1"}, {h2, "eth1"}, {.impairments = {.delay = ms(10)}}));
  must(wire.a().add_address({ip("10.0.1.1"), 24}));
  must(wire.b().add_address({ip("10.0.1.2"), 24}));
  const PingReport good = must(ping(world, h1, ip("10.0.1.2"), {.count = 3}));
  EXPECT_EQ(good.received, 3);
  EXPECT_EQ(good.round_trips.at(1), ms(20));
  EXPECT_EQ(must(ping(world, h1, ip("10.0.1.9"), {.count = 2})).received, 0);
  EXPECT_EQ(code_of(ping(world, h1, ip("203.0.113.1"))), ENETUNREACH);
}

}  // namespace
}  // namespace unetns
