// RawSocket: SOCK_RAW of AF_INET (raw(7)).
#ifndef UNETNS_SOCKET_INET_RAW_SOCKET_H_
#define UNETNS_SOCKET_INET_RAW_SOCKET_H_

#include "socket/inet/inet_socket.h"

namespace unetns {

class RawSocket final : public InetSocket {
 public:
  RawSocket(Net& net, const InetParts& parts, const Caller& caller, int protocol);
  ~RawSocket() override;

  Result<void> bind(const Caller& caller, Bytes name) override;
  Result<size_t> send(const Caller& caller, const SendRequest& request) override;
  Result<void> set_option(const Caller& caller, int level, int name, Bytes value) override;
  Result<ByteVector> get_option(const Caller& caller, int level, int name, size_t max) override;

  void deliver(Packet packet, const IpRx<V4>& rx) override;
  bool wants(const Packet& packet) const override;

 protected:
  Bytes quoted_payload(const IcmpErrorRx<V4>& error) const override;

 private:
  uint32_t icmp_filter_ = 0;  // ICMP_FILTER: bit per type to be kept away
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_RAW_SOCKET_H_
