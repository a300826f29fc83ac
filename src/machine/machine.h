// Kernel: one booted machine. The only place that names every module; two of them can live in one
// process.
#ifndef UNETNS_MACHINE_MACHINE_H_
#define UNETNS_MACHINE_MACHINE_H_

#include <memory>

#include "env/env.h"
#include "netdev/netdev_layer.h"
#include "netns/net_registry.h"
#include "socket/socket.h"

namespace unetns {

class InetControl;
class Ipv4Stack;
class NetlinkLayer;
class PacketFamily;
class TunKind;
class VirtualFiles;

class Kernel {
 public:
  // Boots: wires all modules in their order and creates the first namespace. The references in
  // `env` must outlive it.
  static Result<std::unique_ptr<Kernel>> boot(const Env& env);
  virtual ~Kernel() = default;

  virtual const Env& env() const = 0;
  virtual PacketPool& packets() = 0;
  virtual NetRegistry& nets() = 0;
  virtual NsidLayer& nsids() = 0;
  virtual NetdevLayer& netdevs() = 0;
  virtual InetControl* inet(int family) = 0;  // null: family not there
  virtual Ipv4Stack& ipv4() = 0;
  virtual TunKind& tun() = 0;
  virtual PacketFamily& packet_sockets() = 0;
  virtual NetlinkLayer& netlink() = 0;
  virtual VirtualFiles& files() = 0;
  virtual Net& init_net() = 0;
  // socket(2) in `net`. EAFNOSUPPORT for a domain that is not there.
  virtual Result<std::unique_ptr<Socket>> socket(Net& net, const Caller& caller, int domain,
                                                 int type, int protocol) = 0;
};

}  // namespace unetns

#endif  // UNETNS_MACHINE_MACHINE_H_
