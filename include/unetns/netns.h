// Netns: a network namespace (network_namespaces(7)): devices, addresses, routes, neighbours,
// settings and sockets of its own.
//
// A Netns is a handle that keeps the namespace, as an open file of /var/run/netns does: the
// namespace dies when the last handle and the last socket in it are gone, and its devices with it.
// Copies name the same namespace. Made by Machine::create_netns(); a moved-from or
// default-constructed Netns may only be assigned to or destroyed.
#ifndef UNETNS_NETNS_H_
#define UNETNS_NETNS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unetns/address.h"
#include "unetns/device.h"
#include "unetns/route.h"

namespace unetns {

class Net;
struct MachineState;

// A device to be made, as `ip link add` takes it.
struct LinkOptions {
  std::string kind;    // "dummy", "veth", or one that you registered
  std::string name{};  // may hold one %d; empty: the kind's default, with the lowest free number
  std::optional<uint32_t> mtu{};
  std::optional<MacAddress> mac{};
  int index = 0;  // 0: the next free one
  Bytes data{};   // IFLA_INFO_DATA: netlink attributes that the kind defines
  bool up = false;
};

struct DropCount {
  std::string reason;
  uint64_t packets;
};

class Netns {
 public:
  Netns();
  Netns(const Netns&);
  Netns(Netns&&) noexcept;
  Netns& operator=(Netns) noexcept;
  ~Netns();

  uint64_t id() const;              // 1, 2, …; unique within its machine, and never used again
  const std::string& name() const;  // as given to create_netns(); shown in captures
  bool operator==(const Netns& o) const;

  // ---- devices
  Device loopback() const;
  Result<Device> device(std::string_view name) const;  // ENODEV
  std::vector<Device> devices() const;                 // by index
  // EOPNOTSUPP: no such kind; EEXIST, EINVAL … as `ip link add`. Of a veth: the first end; its
  // peer() is in the same namespace.
  Result<Device> add_link(const LinkOptions& options);
  // A veth pair: the end in this namespace and that in the other. Both are down.
  Result<std::pair<Device, Device>> add_veth(std::string_view name, const Netns& other,
                                             std::string_view other_name);

  // ---- routes
  Result<void> add_route(const Route& route);      // EEXIST, ENETUNREACH (gateway), EINVAL
  Result<void> replace_route(const Route& route);  // `ip route replace`
  Result<void> remove_route(const Route& route);   // what is left out matches any. ESRCH
  std::vector<Route> routes(int family, uint32_t table = 254) const;
  Result<Route> route_to(
      const IpAddress& destination) const;  // `ip route get`. ENETUNREACH, EHOSTUNREACH, EACCES

  // ---- settings
  Result<void> set_forwarding(bool on);  // IPv4 and, where it is there, IPv6
  // The namespace's view of /proc/net, /proc/sys/net and /sys/class/net, by absolute path. ENOENT,
  // EINVAL, EACCES.
  //     netns.write_file("/proc/sys/net/ipv4/tcp_congestion_control", "reno");
  Result<std::string> read_file(std::string_view path) const;
  Result<void> write_file(std::string_view path, std::string_view text);

  // Why packets died here, and how many; reasons with none are left out.
  std::vector<DropCount> drops() const;

  // For modules of your own (unetns/extension.h).
  Net& core() const;

 private:
  friend struct MachineState;
  struct Hold;
  explicit Netns(std::shared_ptr<Hold> hold);
  std::shared_ptr<Hold> hold_;
};

}  // namespace unetns

#endif  // UNETNS_NETNS_H_
