// tcp_stream_library SECONDS: Gbit/s of one TCP stream between two namespaces of a machine, in process,
// on one core. Every byte is written once by the sender and looked at once by the receiver, as by
// programs that produce and use it.
#include <chrono>
#include <cstring>

#include "bench/tcp_hosts.h"

namespace {

constexpr size_t kPiece = 65536;

double seconds_since(std::chrono::steady_clock::time_point t) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - t).count();
}

// Sums the bytes by words, so that they are really read.
uint64_t use(const unetns::Packet& packet) {
  uint64_t sum = 0;
  unetns::Bytes pieces[16];
  for (size_t done = 0; done < packet.size();) {
    const size_t n = packet.pieces(pieces, done);
    for (const unetns::Bytes& piece : std::span(pieces).first(n)) {
      size_t i = 0;
      for (; i + 8 <= piece.size(); i += 8) {
        uint64_t word;
        std::memcpy(&word, piece.data() + i, 8);
        sum += word;
      }
      for (; i < piece.size(); i++) sum += piece[i];
      done += piece.size();
    }
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  const double limit = argc > 1 ? std::atof(argv[1]) : 2;
  unetns::TcpHosts hosts;
  auto listener = hosts.listener(5001, 8);
  auto [client, server] = hosts.connect(*listener, 5001);
  unetns::PacketPool& pool = hosts.machine().packets();

  uint64_t sent = 0, got = 0, sum = 0;
  uint8_t fill = 0;
  const auto start = std::chrono::steady_clock::now();
  while (seconds_since(start) < limit) {
    while (client->send_room() >= kPiece) {
      unetns::Packet data = unetns::Packet::allocate(pool, 0, kPiece);
      std::memset(data.head().data(), fill++, kPiece);
      unetns::require(client->write(std::move(data), false, false).has_value(), "write");
      sent += kPiece;
    }
    while (unetns::Packet piece = server->read(SIZE_MAX)) {
      sum += use(piece);
      got += piece.size();
    }
    hosts.settle();
  }
  const double took = seconds_since(start);
  unetns::require(got > 0 && sum > 0, "the stream");
  std::printf("%.2f\n", static_cast<double>(got) * 8 / took / 1e9);
  std::fprintf(stderr, "sent %llu, received %llu bytes\n", static_cast<unsigned long long>(sent),
               static_cast<unsigned long long>(got));
  client.reset();
  server.reset();
  listener.reset();
  return 0;
}
