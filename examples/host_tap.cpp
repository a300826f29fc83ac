// A namespace joined to this host by a TAP device: programs of the host reach it as if it were a
// machine beside them. Needs the right to make a TAP (root, or one made for you by `ip tuntap
// add`), and says so when it is missing.
//
//   example_host_tap [SECONDS]    then, in another terminal: ping 198.18.0.2, nc 198.18.0.2 7
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unetns/unetns.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

using namespace unetns::literals;
using namespace std::chrono_literals;

namespace {

template <class T>
T check(unetns::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", unetns::describe(result.error()).c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// `ip address add ADDRESS/24 dev NAME && ip link set NAME up`, on the host (netdevice(7)).
bool configure_on_host(const std::string& name, const char* address) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  ifreq request{};
  name.copy(request.ifr_name, sizeof request.ifr_name - 1);
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = ::inet_addr(address);
  std::memcpy(&request.ifr_addr, &in, sizeof in);
  bool ok = ::ioctl(fd, SIOCSIFADDR, &request) == 0;
  in.sin_addr.s_addr = ::inet_addr("255.255.255.0");
  std::memcpy(&request.ifr_netmask, &in, sizeof in);
  ok = ok && ::ioctl(fd, SIOCSIFNETMASK, &request) == 0;
  request.ifr_flags = IFF_UP;
  ok = ok && ::ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  ::close(fd);
  return ok;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 0;
  unetns::HostWorld world;  // real time, and file descriptors of the host
  unetns::Machine machine = check(unetns::Machine::boot(world));
  unetns::Netns guest = check(machine.create_netns("guest"));

  auto tap = unetns::HostTap::open(world, guest, {.host_name = "unetns%d", .name = "eth0"});
  if (!tap) {
    std::printf("skipped: no TAP device on this host: %s\n", unetns::describe(tap.error()).c_str());
    return 77;  // what test drivers take for "skipped"
  }
  check(tap->device().add_address({"198.18.0.2"_ip4, 24}));  // RFC 2544: for tests
  check(tap->device().set_up());
  if (!configure_on_host(tap->host_name(), "198.18.0.1")) {
    std::printf("skipped: %s can't be given an address\n", tap->host_name().c_str());
    return 77;
  }
  std::printf("%s: the host is 198.18.0.1, the namespace 198.18.0.2\n", tap->host_name().c_str());

  // From the namespace to the host's own kernel, which answers.
  const auto report =
      check(unetns::ping(world, guest, "198.18.0.1"_ip4, {.count = 3, .interval = 100ms}));
  std::printf("%d of %d answers from the host\n", report.received, report.sent);

  // An echo server for as long as we were asked to stay. Callbacks come from the world's loop.
  auto listener = check(unetns::TcpListener::listen(guest, {"198.18.0.2"_ip4, 7}));
  std::map<int, unetns::TcpStream> clients;
  listener.on_event([&, next = 0]() mutable {
    while (auto accepted = listener.accept()) {
      const int number = next++;
      unetns::TcpStream& stream = clients.emplace(number, std::move(*accepted)).first->second;
      stream.on_event([&, number] {
        uint8_t buffer[4096];
        unetns::TcpStream& client = clients.at(number);
        for (;;) {
          const auto n = client.read(buffer);
          if (!n && n.error().code == EAGAIN) return;
          if (!n || *n == 0) break;
          (void)client.write({buffer, *n});
        }
        clients.erase(number);
      });
    }
  });
  world.run_for(std::chrono::duration_cast<unetns::Nanos>(std::chrono::duration<double>(seconds)));
  return report.received > 0 ? 0 : 1;
}
