// Endpoint: what a datagram socket is to the demultiplexers. The socket implements it; tables
// borrow it.
#ifndef UNETNS_INET_DEMUX_ENDPOINT_H_
#define UNETNS_INET_DEMUX_ENDPOINT_H_

#include <cstdint>
#include <memory>

#include "inet/demux/socket_scope.h"
#include "inet/ip/ip_types.h"

namespace unetns {

// Ports are in host order; zero addresses and ports are wildcards.
template <class F>
struct Binding {
  typename F::Address local, remote;
  uint16_t local_port = 0, remote_port = 0;
  int ifindex = 0;  // SO_BINDTODEVICE
  bool reuse_addr = false, reuse_port = false;
  uint16_t port_low = 0, port_high = 0;  // IP_LOCAL_PORT_RANGE; 0: the namespace's
  uint32_t uid = 0;
  uint16_t protocol = 0;  // of raw endpoints; those above 255 are in no packet
  SocketScope scope = SocketScope::of(F::kFamily);
};

// Chooses one of an SO_REUSEPORT group by what a datagram holds (SO_ATTACH_REUSEPORT_CBPF).
class GroupChooser {
 public:
  virtual ~GroupChooser() = default;
  // The place in the order of binding; beyond the group: nobody in particular.
  virtual uint32_t choose(const Packet& packet) const = 0;
};

template <class F>
class Endpoint {
 public:
  virtual ~Endpoint() = default;
  const Binding<F>& binding() const { return binding_; }

  // A packet for this endpoint. Raw and ping: front at the transport header; UDP: front at the UDP
  // header.
  virtual void deliver(Packet packet, const IpRx<F>& rx) = 0;
  virtual void icmp_error(const IcmpErrorRx<F>& error) = 0;
  // Whether it wants what `source` sends to that group (IP_ADD_MEMBERSHIP and its filters,
  // IP_MULTICAST_ALL).
  virtual bool wants_group(const typename F::Address& group, const typename F::Address& source,
                           int ifindex) const = 0;
  // Whether it passes a filter of its own (ICMP_FILTER); the packet's front is the transport
  // header.
  virtual bool wants(const Packet&) const { return true; }

  // Whether it takes several datagrams of one flow in one packet (UDP_GRO).
  virtual bool takes_gso() const { return false; }
  // The chooser of its group, shared by all members; null: flows are spread by hash.
  const std::shared_ptr<const GroupChooser>& chooser() const { return chooser_; }
  void set_chooser(std::shared_ptr<const GroupChooser> chooser) { chooser_ = std::move(chooser); }

  // For /proc/net/udp and its like: bytes waiting to be read, and datagrams lost for lack of room.
  virtual uint32_t receive_memory() const { return 0; }
  virtual uint32_t unread_datagrams() const { return 0; }
  virtual uint32_t receive_drops() const { return 0; }
  virtual uint64_t inode() const { return 0; }  // of the socket's file; 0: it has none

 protected:
  Binding<F> binding_;

 private:
  std::shared_ptr<const GroupChooser> chooser_;
};

// Who gives endpoints their ports.
template <class F>
class PortSpace {
 public:
  virtual ~PortSpace() = default;
  // Gives `endpoint` (by its binding) the port, or any when 0. Returns the port, which the endpoint
  // writes into its binding. EADDRINUSE; EAGAIN when no port is free.
  virtual Result<uint16_t> claim(Net& net, Endpoint<F>& endpoint, uint16_t port) = 0;
  virtual void release(Net& net, Endpoint<F>& endpoint) = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_DEMUX_ENDPOINT_H_
