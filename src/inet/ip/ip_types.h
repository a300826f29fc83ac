// What the parts of the packet path tell each other: facts of a received packet, orders for a sent
// one, incoming errors, and the interfaces by which protocols hang on ip/.
#ifndef UNETNS_INET_IP_IP_TYPES_H_
#define UNETNS_INET_IP_IP_TYPES_H_

#include <linux/icmp.h>
#include <netinet/in.h>

#include "inet/stack.h"

namespace unetns {

// A packet for this host, its IP header checked. The packet's front is the transport header;
// packet.network() is the IP header.
template <class F>
struct IpRx {
  typename F::Address src, dst;
  NetDevice* dev = nullptr;  // it came in by
  uint8_t ttl = 0, tos = 0, proto = 0;
  uint16_t header_len = 0;  // with options
  uint16_t id = 0;
  uint16_t largest_fragment = 0;              // 0: it came in one piece
  bool multicast = false, broadcast = false;  // by destination address
  bool taken_raw = false;                     // a raw socket matched
  bool to_us_alone() const { return !multicast && !broadcast; }
};

// An ICMP error that arrived and quotes a packet of ours.
template <class F>
struct IcmpErrorRx {
  uint8_t type = 0, code = 0;
  uint32_t info = 0;             // MTU of fragmentation needed, pointer of parameter problem
  typename F::Address gateway;   // of a redirect, which has no errno
  int err = 0;                   // the errno it means
  bool hard = false;             // also told to sockets that did not ask (IP_RECVERR)
  typename F::Address offender;  // who sent it
  int ifindex = 0;               // it came in by
  uint8_t ttl = 0, tos = 0;      // of the packet that brought it
  typename F::Address src, dst;  // of the quoted packet
  uint8_t proto = 0;
  uint8_t quoted_words = 0;  // of 4 bytes, before extensions (RFC 4884); 0: not said
  Bytes quoted;              // the quoted packet from its IP header on
  Bytes transport;           // the same from its transport header on: at least 8 bytes

  bool too_big() const { return type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED; }
};

// How to send a packet. Zero means "the default" or "not chosen".
template <class F>
struct IpTx {
  typename F::Address src, dst;
  int oif = 0;
  uint8_t proto = 0, tos = 0, scope = RT_SCOPE_UNIVERSE;
  int ttl = 0;             // 0: ip_default_ttl; for multicast the sender gives its own
  bool ttl_given = false;  // ttl 0 is meant
  uint8_t pmtu_mode = IP_PMTUDISC_WANT;
  uint32_t mark = 0, priority = 0;
  uint16_t sport = 0, dport = 0;  // of the flow
  bool broadcast_ok = true;       // else EACCES for broadcasts
  bool any_source = false;        // src need not be ours
  bool multicast_loop = true;
  Bytes options;  // IP options, padded to 4 bytes
  // What nobody may cut needs no id (RFC 6864). A connection counts such packets all the same;
  // null: theirs is 0.
  uint16_t* ids = nullptr;
  // With IP_PMTUDISC_WANT it is still for the sender to cut: those have ids as all others. (Not so
  // of TCP.)
  bool never_cut = false;
};

// Where it goes; valid until the control plane changes anything: use at once.
template <class F>
struct IpRoute {
  RouteResult<F> route;
  typename F::Address src;
  typename F::Address nexthop;
  uint32_t mtu = 0;     // of the path
  bool df_off = false;  // the path is so narrow that discovery was given up
  bool broadcast = false, multicast = false;
  bool local() const { return route.type == RTN_LOCAL; }
};

// The last answer to one flow that asks again and again; good while the generation of routes is.
template <class F>
struct RouteCache {
  uint64_t generation = 0;
  // What was asked …
  uint32_t mark = 0;
  int oif = 0;
  uint8_t tos = 0, scope = 0;
  // … and what of the answer sending needs.
  uint8_t type = 0, hop_limit = 0;
  bool has_gateway = false, mtu_locked = false;
  uint32_t mtu = 0;
  NetDevice* dev = nullptr;
  typename F::Address gateway;
};

template <class F>
class TransportHandler {
 public:
  virtual ~TransportHandler() = default;
  virtual void receive(Net& net, Packet packet, const IpRx<F>& rx) = 0;
  // Whether the quoted packet is of a flow that is known.
  virtual bool icmp_error(Net& net, const IcmpErrorRx<F>& error) = 0;
};

// Sees what is delivered before its protocol does (raw sockets).
template <class F>
class RawDelivery {
 public:
  virtual ~RawDelivery() = default;
  virtual bool deliver(Net& net, const Packet& packet,
                       const IpRx<F>& rx) = 0;  // whether any socket matched
  virtual void icmp_error(Net& net, const IcmpErrorRx<F>& error) = 0;
};

// Sends errors about packets. `cause`: network offset set.
template <class F>
class IcmpSender {
 public:
  virtual ~IcmpSender() = default;
  virtual void send_error(Net& net, NetDevice* dev, const Packet& cause, uint8_t type, uint8_t code,
                          uint32_t info) = 0;
  // Whether `sender` may be told once more that there is no way.
  virtual bool route_error_allowed(Net&, const typename F::Address& /*sender*/) { return true; }
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_TYPES_H_
