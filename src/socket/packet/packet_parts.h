// What the AF_PACKET sockets of a Machine stand on.
#ifndef UNETNS_SOCKET_PACKET_PACKET_PARTS_H_
#define UNETNS_SOCKET_PACKET_PACKET_PARTS_H_

namespace unetns {

class DeviceIoctls;
class NetdevLayer;
class PacketFamily;
class RingMemorySource;

struct PacketParts {  // borrowed
  NetdevLayer& netdevs;
  DeviceIoctls& ioctls;
  PacketFamily& family;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_PACKET_PACKET_PARTS_H_
