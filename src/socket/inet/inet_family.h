// InetFamily: socket(2) of AF_INET.
#ifndef UNETNS_SOCKET_INET_INET_FAMILY_H_
#define UNETNS_SOCKET_INET_INET_FAMILY_H_

#include "socket/inet/inet_socket.h"
#include "socket/socket.h"

namespace unetns {

class InetFamily final : public SocketFamily {
 public:
  // All borrowed; must outlive the sockets.
  InetFamily(Ipv4Stack& stack, NetdevLayer& netdevs, DeviceIoctls& ioctls)
      : parts_{stack, netdevs, ioctls} {}
  int domain() const override { return AF_INET; }
  Result<std::unique_ptr<Socket>> create(Net& net, const Caller& caller, int type,
                                         int protocol) override;

 private:
  bool may_ping(const Net& net, const Caller& caller) const;
  InetParts parts_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_INET_FAMILY_H_
