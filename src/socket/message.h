// A datagram on its way to or from a program, with its address and ancillary facts.
#ifndef UNETNS_SOCKET_MESSAGE_H_
#define UNETNS_SOCKET_MESSAGE_H_

#include <linux/if_packet.h>
#include <sys/socket.h>

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/ip_address.h"
#include "env/clock.h"

namespace unetns {

// A struct sockaddr of any family by value.
struct SockAddr {
  std::array<uint8_t, 128> bytes{};
  uint32_t len = 0;
  Bytes view() const { return {bytes.data(), len}; }
  static SockAddr from(Bytes b) {
    SockAddr a;
    a.len = static_cast<uint32_t>(b.size() < a.bytes.size() ? b.size() : a.bytes.size());
    std::memcpy(a.bytes.data(), b.data(), a.len);
    return a;
  }
  template <class T>
  static SockAddr of(const T& t) { return from(bytes_of(t)); }
};

// What a program sends in one call (sendmsg(2)).
struct SendRequest {
  Bytes data;
  Bytes name;      // empty: to the connected peer
  Bytes control;   // msg_control as it came
  int flags = 0;   // MSG_*
};

// What a program receives in one call (recvmsg(2)). Control data is made when it is asked for
// (Socket::control_for), since it depends on the options set by then.
struct Message {
  ByteVector data;         // the whole datagram (for MSG_TRUNC the full length counts)
  SockAddr name;
  Nanos tstamp{};          // realtime of arrival
  int flags = 0;           // MSG_* to report besides MSG_TRUNC, MSG_CTRUNC
  // Facts for control messages of inet sockets.
  uint8_t ttl = 0, tos = 0;
  int ifindex = 0;
  uint32_t charge = 0;     // what it counts of SO_RCVBUF while it waits
  uint32_t drops = 0;      // datagrams that the socket had lost when this one came (SO_RXQ_OVFL)
  uint16_t segment = 0;    // bytes of each datagram in it, when it holds several (UDP_GRO)
  uint16_t fragment = 0;   // bytes of the largest fragment, when it came in several
  IpAddress dst;           // header destination
  IpAddress local;         // address it was delivered to (ipi_spec_dst)
  uint16_t dst_port = 0;   // host order; 0 where there are no ports
  ByteVector ip_options;
  // For netlink: the group it was sent to, and the sender's namespace id; credentials.
  uint32_t nl_group = 0;
  int nsid = -1;
  bool has_nsid = false;
  int cred_pid = 0;        // who sent it; all zero: the kernel
  uint32_t cred_uid = 0, cred_gid = 0;
  std::optional<tpacket_auxdata> packet_aux;  // for packet sockets
  // For MSG_ERRQUEUE: struct sock_extended_err + offender, ready made.
  ByteVector extended_err;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_MESSAGE_H_
