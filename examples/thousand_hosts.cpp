// A network of 1,000 hosts behind 40 routers and a backbone, on wires that lose and delay frames.
// Every host pings another one; two hundred transfer a file by TCP and two hundred send datagrams
// at the same time. All of it follows from a seed: two runs with the same seed write the same
// capture, byte for byte.
//
//   example_thousand_hosts [SEED [CAPTURE.pcapng]]
#include <unetns/unetns.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

using namespace unetns::literals;
using namespace std::chrono_literals;

namespace {

constexpr size_t kRouters = 40, kHostsEach = 25, kHosts = kRouters * kHostsEach;
constexpr size_t kFile = 32 * 1024;  // bytes of each transfer

template <class T>
T check(unetns::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", unetns::describe(result.error()).c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// 10.ROUTER.HOST.0/30: the router is .1, the host .2. The backbone uses 10.200.ROUTER.0/30.
unetns::Ipv4Address address(size_t b, size_t c, size_t d) {
  unetns::Ipv4Address a;
  a.bytes = {10, static_cast<uint8_t>(b), static_cast<uint8_t>(c), static_cast<uint8_t>(d)};
  return a;
}

class Network {
 public:
  Network(unetns::Machine machine, uint64_t seed) : machine_(std::move(machine)), seed_(seed) {
    backbone_ = check(machine_.create_netns("backbone"));
    check(backbone_.set_forwarding(true));
    for (size_t r = 0; r < kRouters; r++) add_router(r);
  }
  unetns::Netns& host(size_t i) { return hosts_[i]; }
  static unetns::Ipv4Address host_address(size_t i) {
    return address(i / kHostsEach, i % kHostsEach, 2);
  }
  // Of the wires to hosts: what was lost.
  uint64_t lost() const {
    uint64_t n = 0;
    for (const unetns::Wire& wire : wires_)
      n += check(wire.counts(unetns::Wire::kFromA)).lost +
           check(wire.counts(unetns::Wire::kFromB)).lost;
    return n;
  }

 private:
  void add_router(size_t r) {
    unetns::Netns router = check(machine_.create_netns("r" + std::to_string(r)));
    check(router.set_forwarding(true));
    // The backbone is good and fast: 1 Gbit/s and 2 ms.
    const unetns::Wire up = check(
        machine_.connect({router, "up"}, {backbone_, "r" + std::to_string(r)},
                         {.impairments = {.delay = 2ms, .rate = 1'000'000'000, .queue_limit = 100},
                          .seed = seed_ + r}));
    check(up.a().add_address({address(200, r, 2), 30}));
    check(up.b().add_address({address(200, r, 1), 30}));
    check(router.add_route({.gateway = address(200, r, 1)}));
    check(backbone_.add_route(
        {.destination = {address(r, 0, 0), 16}, .gateway = address(200, r, 2)}));
    for (size_t h = 0; h < kHostsEach; h++) add_host(router, r, h);
    routers_.push_back(std::move(router));  // a namespace lives as long as somebody holds it
  }

  void add_host(const unetns::Netns& router, size_t r, size_t h) {
    const size_t number = r * kHostsEach + h;
    unetns::Netns host = check(machine_.create_netns("h" + std::to_string(number)));
    // The last mile is bad: 20 Mbit/s, a delay that varies, one in a hundred frames lost.
    const unetns::Wire wire = check(machine_.connect(
        {host, "eth0"}, {router, "h" + std::to_string(h)},
        {.impairments = {.delay = 5ms, .jitter = 2ms, .rate = 20'000'000, .loss = 0.01},
         .seed = seed_ + 1000 + number}));
    check(wire.a().add_address({address(r, h, 2), 30}));
    check(wire.b().add_address({address(r, h, 1), 30}));
    check(host.add_route({.gateway = address(r, h, 1)}));
    wires_.push_back(wire);
    hosts_.push_back(std::move(host));
  }

  unetns::Machine machine_;
  uint64_t seed_;
  unetns::Netns backbone_;
  std::vector<unetns::Netns> routers_, hosts_;
  std::vector<unetns::Wire> wires_;
};

// One echo request from a host to another one.
struct Ping {
  Ping(Network& network, size_t from, size_t to)
      : socket(check(unetns::DatagramSocket::raw(network.host(from), AF_INET, 1))) {
    uint8_t echo[64] = {8, 0, 0, 0, 0, 1, 0, 1};
    const uint16_t checksum = static_cast<uint16_t>(~(0x0800u + 1 + 1));
    echo[2] = static_cast<uint8_t>(checksum >> 8);
    echo[3] = static_cast<uint8_t>(checksum);
    check(socket.send_to(echo, {Network::host_address(to), 0}));
    socket.on_event([this] {
      while (const auto answer = socket.receive())
        answered |= answer->data.size() > 20 && answer->data[20] == 0;
    });
  }
  unetns::DatagramSocket socket;
  bool answered = false;
};

// A file from one host to another one by TCP.
struct Transfer {
  Transfer(Network& network, size_t from, size_t to)
      : listener(
            check(unetns::TcpListener::listen(network.host(to), {Network::host_address(to), 80}))),
        client(check(
            unetns::TcpStream::connect(network.host(from), {Network::host_address(to), 80}))) {
    client.on_event([this] { send(); });
    listener.on_event([this] {
      auto accepted = listener.accept();
      if (!accepted) return;
      server = std::make_unique<unetns::TcpStream>(std::move(*accepted));
      server->on_event([this] { receive(); });
    });
  }
  void send() {
    static constexpr uint8_t kBlock[4096] = {};
    while (sent < kFile) {
      const auto n = client.write({kBlock, std::min(sizeof kBlock, kFile - sent)});
      if (!n) return;  // EAGAIN: we are called again
      sent += *n;
    }
    client.on_event({});  // all is queued: there is nothing left to do
    (void)client.shutdown_write();
  }
  void receive() {
    uint8_t buffer[16384];
    while (const auto n = server->read(buffer)) {
      if (*n == 0) {
        done = true;
        return;
      }
      received += *n;
    }
  }
  unetns::TcpListener listener;
  unetns::TcpStream client;
  std::unique_ptr<unetns::TcpStream> server;
  size_t sent = 0, received = 0;
  bool done = false;
};

// Datagrams without any care for losses: ten, 20 ms apart.
struct Datagrams {
  Datagrams(unetns::World& world, Network& network, size_t from, size_t to)
      : sender(check(unetns::DatagramSocket::udp(network.host(from)))),
        receiver(check(
            unetns::DatagramSocket::udp(network.host(to), {Network::host_address(to), 5000}))),
        target(Network::host_address(to), 5000) {
    receiver.on_event([this] {
      while (receiver.receive()) received++;
    });
    timer = world.after(0ms, [this] {
      static constexpr uint8_t kPayload[500] = {};
      (void)sender.send_to(kPayload, target);
      if (++sent < 10) timer.again_in(20ms);
    });
  }
  unetns::DatagramSocket sender, receiver;
  unetns::SocketAddress target;
  unetns::ScheduledCall timer;
  int sent = 0, received = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  unetns::SimulatedWorld world(seed);
  unetns::Machine machine = check(unetns::Machine::boot(world));
  Network network(machine, seed);

  // The capture shows the network as each host sees it.
  std::optional<unetns::Capture> capture;
  if (argc > 2) {
    capture = check(unetns::Capture::to_file(argv[2]));
    for (size_t i = 0; i < kHosts; i++) check(capture->add(check(network.host(i).device("eth0"))));
  }

  std::vector<std::unique_ptr<Ping>> pings;
  std::vector<std::unique_ptr<Transfer>> transfers;
  std::vector<std::unique_ptr<Datagrams>> datagrams;
  for (size_t i = 0; i < kHosts; i++)
    pings.push_back(std::make_unique<Ping>(network, i, (i + 501) % kHosts));
  for (size_t i = 0; i < 200; i++) {
    transfers.push_back(std::make_unique<Transfer>(network, i * 5, (i * 5 + 333) % kHosts));
    datagrams.push_back(
        std::make_unique<Datagrams>(world, network, i * 5 + 1, (i * 5 + 777) % kHosts));
  }

  const unetns::Nanos start = world.now();
  auto finished = [&] {
    for (const auto& t : transfers)
      if (!t->done) return false;
    return true;
  };
  // Asked once each 100 ms of virtual time: a thousand times a step would take longer than the
  // simulation.
  while (!finished() && world.now() - start < 60s) world.run_for(100ms);
  const double took = std::chrono::duration<double>(world.now() - start).count();

  size_t answered = 0, bytes = 0;
  int arrived = 0;
  for (const auto& p : pings) answered += p->answered;
  for (const auto& t : transfers) bytes += t->received;
  for (const auto& d : datagrams) arrived += d->received;
  std::printf("%zu of %zu pings answered\n", answered, pings.size());
  std::printf("%zu of %zu bytes arrived by TCP\n", bytes, transfers.size() * kFile);
  std::printf("%d of %zu datagrams arrived by UDP\n", arrived, datagrams.size() * 10);
  std::printf("%llu frames lost, %.1f s of virtual time\n",
              static_cast<unsigned long long>(network.lost()), took);
  if (capture) {
    check(capture->flush());
    std::printf("%llu frames captured in %s\n", static_cast<unsigned long long>(capture->frames()),
                argv[2]);
  }
  return finished() && answered > kHosts * 9 / 10 && network.lost() > 0 ? 0 : 1;
}
