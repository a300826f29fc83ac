// Machine: one simulated host, which has network namespaces. What a kernel is to its programs.
//
//     unetns::SimulatedWorld world(42);
//     auto machine = unetns::Machine::boot(world);
//     auto h1 = machine->create_netns("h1");
//
// Any number of machines may live in one process; they share nothing but, if you wish, their World.
// A Machine is a handle: namespaces, devices and sockets keep what is behind it, so it may be
// destroyed before them. Copies name the same machine. Threads: that of its World.
#ifndef UNETNS_MACHINE_H_
#define UNETNS_MACHINE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "unetns/netns.h"
#include "unetns/result.h"
#include "unetns/wire.h"
#include "unetns/world.h"

namespace unetns {

class NetRegistry;
class NetdevLayer;
class PacketPool;

class Machine {
 public:
  static Result<Machine> boot(World& world);

  // A new namespace with nothing in it but a loopback device, which is down. The name is for you
  // and for captures; it need not be unique. ENOMEM, or the error of a module that you registered.
  Result<Netns> create_netns(std::string name = {});
  Netns init_netns() const;          // the first one, which lives as long as the machine
  std::vector<Netns> netns() const;  // all that live, oldest first
  size_t netns_count() const;

  // Joins two namespaces, which may be one, by a Wire. Both devices have carrier. EEXIST: a name is
  // taken; EINVAL: it is none.
  Result<Wire> connect(const WireEnd& a, const WireEnd& b, const WireOptions& options = {});

  // For modules and device kinds of your own (unetns/extension.h).
  NetRegistry& registry() const;
  NetdevLayer& netdevs() const;
  PacketPool& packets() const;

 private:
  friend class Capture;
  friend class HostTap;
  explicit Machine(std::shared_ptr<MachineState> state);
  std::shared_ptr<MachineState> state_;
};

}  // namespace unetns

#endif  // UNETNS_MACHINE_H_
