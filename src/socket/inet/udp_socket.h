// UdpSocket: SOCK_DGRAM of AF_INET (udp(7)).
#ifndef UNETNS_SOCKET_INET_UDP_SOCKET_H_
#define UNETNS_SOCKET_INET_UDP_SOCKET_H_

#include "socket/inet/inet_socket.h"

namespace unetns {

class UdpSocket final : public InetSocket {
 public:
  UdpSocket(Net& net, const InetParts& parts, const Caller& caller)
      : InetSocket(net, parts, caller, SOCK_DGRAM, IPPROTO_UDP) {}
  ~UdpSocket() override { give_up_port(); }

  Result<void> bind(const Caller& caller, Bytes name) override;
  Result<size_t> send(const Caller& caller, const SendRequest& request) override;
  void deliver(Packet packet, const IpRx<V4>& rx) override;

 protected:
  Result<void> autobind() override;
  void give_up_port() override;
  Bytes quoted_payload(const IcmpErrorRx<V4>& error) const override;
  uint16_t quoted_port(const IcmpErrorRx<V4>& error) const override;

 private:
  Result<Peer> destination(const SendRequest& request) const;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_UDP_SOCKET_H_
