// HostTap: joins a namespace to this host by a TAP device of the host
// (Documentation/networking/tuntap.rst).
//
// The host sees an interface (`host_name`) to which addresses and routes are given by ip(8); the
// namespace sees a device at the other end of that cable. Opening /dev/net/tun needs CAP_NET_ADMIN,
// or a persistent TAP that belongs to you: `ip tuntap add unetns0 mode tap user $USER`.
#ifndef UNETNS_HOST_TAP_H_
#define UNETNS_HOST_TAP_H_

#include <memory>
#include <string>

#include "unetns/device.h"
#include "unetns/netns.h"
#include "unetns/world.h"

namespace unetns {

struct HostTapOptions {
  std::string host_name;       // on the host; may hold one %d; empty: "tap%d"
  std::string name = "eth%d";  // of the device in the namespace
};

class HostTap {
 public:
  // The errors of open(2) of /dev/net/tun and of TUNSETIFF: ENOENT, EACCES, EPERM, EBUSY; and of
  // the new device: EEXIST, EINVAL.
  static Result<HostTap> open(HostWorld& world, const Netns& netns,
                              const HostTapOptions& options = {});
  HostTap(HostTap&&) noexcept;
  HostTap& operator=(HostTap&&) noexcept;
  ~HostTap();  // both devices go, unless the host's is persistent

  Device device() const;                 // in the namespace; it is down at first
  const std::string& host_name() const;  // as the host chose it

 private:
  struct State;
  explicit HostTap(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace unetns

#endif  // UNETNS_HOST_TAP_H_
