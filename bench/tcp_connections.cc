// tcp_connections SECONDS: connections a second in the library, each with a request and an answer,
// as of a server without keep-alive: what the stack alone takes of http-close.
#include <vector>

#include "bench/tcp_hosts.h"

namespace unetns {
namespace {

constexpr uint16_t kPort = 5001;

void write(TcpHosts& hosts, StreamSocket& socket, size_t bytes) {
  Packet packet = Packet::allocate(hosts.machine().packets(), 0, bytes);
  require(socket.write(std::move(packet), false, false).has_value(), "write");
}

void read(StreamSocket& socket, size_t bytes) {
  for (size_t got = 0; got < bytes;) {
    const Packet piece = socket.read(bytes - got);
    require(static_cast<bool>(piece), "read");
    got += piece.size();
  }
}

void converse(TcpHosts& hosts, StreamSocket& listener) {
  TcpHosts::Pair p = hosts.connect(listener, kPort);
  write(hosts, *p.client, 70);
  hosts.settle();
  read(*p.server, 70);
  write(hosts, *p.server, 240);
  hosts.settle();
  p.server->close();
  p.server.reset();
  hosts.settle();
  read(*p.client, 240);
  require(p.client->at_eof(), "the end");
  p.client->close();
  p.client.reset();
  hosts.settle();
}

}  // namespace
}  // namespace unetns

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  unetns::TcpHosts hosts;
  auto listener = hosts.listener(unetns::kPort, 128);
  const auto now = [] {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
  };
  const double begin = now();
  long count = 0;
  while (now() - begin < seconds)
    for (int i = 0; i < 100; i++, count++) unetns::converse(hosts, *listener);
  std::printf("%.0f\n", static_cast<double>(count) / (now() - begin));
  listener.reset();
  return 0;
}
