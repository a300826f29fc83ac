// UdpSocket: SOCK_DGRAM of AF_INET and AF_INET6 (udp(7), ipv6(7)).
#ifndef UNETNS_SOCKET_INET_UDP_SOCKET_H_
#define UNETNS_SOCKET_INET_UDP_SOCKET_H_

#include "socket/inet/inet_socket.h"
#include "socket/inet/udp_options.h"

namespace unetns {

class UdpSocket final : public InetSocket {
 public:
  UdpSocket(Net& net, const InetParts& parts, const Caller& caller, int family)
      : InetSocket(net, parts, caller, SOCK_DGRAM, IPPROTO_UDP, &parts.stack.udp(), family) {}

  Result<void> bind(const Caller& caller, Bytes name) override;
  Result<size_t> send(const Caller& caller, const SendRequest& request) override;
  Result<void> set_option(const Caller& caller, int level, int name, Bytes value) override;
  Result<ByteVector> get_option(const Caller& caller, int level, int name, size_t max) override;
  ByteVector control_for(const Message& message) const override;

  void deliver(Packet packet, const IpRx<V4>& rx) override;
  bool takes_gso() const override { return udp_.gro; }

 protected:
  uint16_t default_segment() const override { return udp_.segment; }
  Result<void> apply_cmsg(const CmsgView& c, Outgoing& out) const override;
  Bytes quoted_payload(const IcmpErrorRx<V4>& error) const override;
  uint16_t quoted_port(const IcmpErrorRx<V4>& error) const override;

 private:
  // A datagram put together by several calls (UDP_CORK, MSG_MORE).
  struct Pending {
    Outgoing out;
    ByteVector options;  // what out.tx.options points at
    Peer to;
    ByteVector data;
  };
  Result<size_t> append(Bytes data, bool more);
  Result<void> push_pending();
  Result<void> transmit(const Outgoing& out, const IpRoute<V4>& route, const Peer& to, Bytes data);
  Result<void> choose_by(Bytes program);

  UdpOptions udp_;
  std::unique_ptr<Pending> pending_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_UDP_SOCKET_H_
