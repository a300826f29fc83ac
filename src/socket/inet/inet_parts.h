// What the AF_INET sockets of a Machine stand on.
#ifndef UNETNS_SOCKET_INET_INET_PARTS_H_
#define UNETNS_SOCKET_INET_INET_PARTS_H_

namespace unetns {

class DeviceIoctls;
class Ipv4Stack;
class NetdevLayer;

struct InetParts {  // borrowed
  Ipv4Stack& stack;
  NetdevLayer& netdevs;
  DeviceIoctls& ioctls;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_INET_PARTS_H_
