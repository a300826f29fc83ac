// Endpoint: what a datagram socket is to the demultiplexers. The socket implements it; tables
// borrow it.
#ifndef UNETNS_INET_DEMUX_ENDPOINT_H_
#define UNETNS_INET_DEMUX_ENDPOINT_H_

#include <cstdint>

#include "inet/ip/ip_types.h"

namespace unetns {

// Ports are in host order; zero addresses and ports are wildcards.
template <class F>
struct Binding {
  typename F::Address local, remote;
  uint16_t local_port = 0, remote_port = 0;
  int ifindex = 0;  // SO_BINDTODEVICE
  bool reuse_addr = false, reuse_port = false;
  uint32_t uid = 0;
  uint16_t protocol = 0;  // of raw endpoints; those above 255 are in no packet
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
  // Whether it wants what is sent to that group (IP_ADD_MEMBERSHIP, IP_MULTICAST_ALL).
  virtual bool wants_group(const typename F::Address& group, int ifindex) const = 0;
  // Whether it passes a filter of its own (ICMP_FILTER); the packet's front is the transport
  // header.
  virtual bool wants(const Packet&) const { return true; }

  // For /proc/net/udp and its like: bytes waiting to be read, and datagrams lost for lack of room.
  virtual uint32_t receive_memory() const { return 0; }
  virtual uint32_t unread_datagrams() const { return 0; }
  virtual uint32_t receive_drops() const { return 0; }
  virtual uint64_t inode() const { return 0; }  // of the socket's file; 0: it has none

 protected:
  Binding<F> binding_;
};

}  // namespace unetns

#endif  // UNETNS_INET_DEMUX_ENDPOINT_H_
