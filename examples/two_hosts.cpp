// Two hosts, a cable between them, and a ping; then a message by TCP. All in virtual time: it takes
// no time to run, and prints the same each time.
#include <unetns/unetns.h>

#include <cstdio>
#include <cstdlib>
#include <string>

using namespace unetns::literals;
using namespace std::chrono_literals;

// Everything that can fail returns a Result. An example may give up.
template <class T>
T check(unetns::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", unetns::describe(result.error()).c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

int main() {
  // A world gives time and chance. In this one time is simulated, and all that is random follows
  // from a seed.
  unetns::SimulatedWorld world(1);
  unetns::Machine machine = check(unetns::Machine::boot(world));

  // A namespace is a host of its own: with devices, addresses, routes and sockets.
  unetns::Netns h1 = check(machine.create_netns("h1"));
  unetns::Netns h2 = check(machine.create_netns("h2"));

  // A wire joins them; this one takes 5 ms each way. (Netns::add_veth makes one without delay.)
  check(machine.connect({h1, "eth0"}, {h2, "eth0"}, {.impairments = {.delay = 5ms}}));
  check(check(h1.device("eth0")).add_address({"10.0.0.1"_ip4, 24}));
  check(check(h2.device("eth0")).add_address({"10.0.0.2"_ip4, 24}));

  const auto report = check(unetns::ping(world, h1, "10.0.0.2"_ip4, {.count = 3}));
  for (const unetns::Nanos t : report.round_trips)
    std::printf("answer from 10.0.0.2 in %.1f ms\n",
                std::chrono::duration<double, std::milli>(t).count());

  // Sockets never block: the world runs until what we wait for has come.
  auto listener = check(unetns::TcpListener::listen(h2, {"10.0.0.2"_ip4, 80}));
  auto client = check(unetns::TcpStream::connect(h1, {"10.0.0.2"_ip4, 80}));
  if (!world.run_until([&] { return listener.readable() && client.connected(); }, 1s)) return 1;
  auto server = check(listener.accept());

  const std::string hello = "hello";
  check(client.write({reinterpret_cast<const uint8_t*>(hello.data()), hello.size()}));
  if (!world.run_until([&] { return server.readable(); }, 1s)) return 1;
  uint8_t buffer[64];
  const size_t n = check(server.read(buffer));
  std::printf("%s got \"%.*s\" from %s\n", h2.name().c_str(), static_cast<int>(n),
              reinterpret_cast<char*>(buffer), check(server.remote()).address.to_string().c_str());
  return report.received == 3 && n == hello.size() ? 0 : 1;
}
