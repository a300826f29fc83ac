// PingSocket: ICMP echo without privilege (icmp(7)): SOCK_DGRAM with IPPROTO_ICMP. Its port is the
// echo id.
#ifndef UNETNS_SOCKET_INET_PING_SOCKET_H_
#define UNETNS_SOCKET_INET_PING_SOCKET_H_

#include "socket/inet/inet_socket.h"

namespace unetns {

class PingSocket final : public InetSocket {
 public:
  PingSocket(Net& net, const InetParts& parts, const Caller& caller);

  Result<void> bind(const Caller& caller, Bytes name) override;
  Result<size_t> send(const Caller& caller, const SendRequest& request) override;
  void deliver(Packet packet, const IpRx<V4>& rx) override;
  Result<int> ioctl(const Caller& caller, unsigned long request, MutableBytes arg) override;

 protected:
  bool filters_by_peer() const override { return false; }
  Bytes quoted_payload(const IcmpErrorRx<V4>& error) const override { return error.transport; }
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_PING_SOCKET_H_
