// InetFamily: socket(2) of AF_INET, or of AF_INET6, whose sockets carry IPv4 alone so far.
#ifndef UNETNS_SOCKET_INET_INET_FAMILY_H_
#define UNETNS_SOCKET_INET_INET_FAMILY_H_

#include "socket/inet/inet_socket.h"
#include "socket/socket.h"

namespace unetns {

class InetFamily final : public SocketFamily {
 public:
  // All borrowed; must outlive the sockets.
  InetFamily(int domain, Ipv4Stack& stack, NetdevLayer& netdevs, DeviceIoctls& ioctls)
      : domain_(domain), parts_{stack, netdevs, ioctls} {}
  int domain() const override { return domain_; }
  Result<std::unique_ptr<Socket>> create(Net& net, const Caller& caller, int type,
                                         int protocol) override;

 private:
  bool may_ping(const Net& net, const Caller& caller) const;
  int domain_;
  InetParts parts_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_INET_FAMILY_H_
