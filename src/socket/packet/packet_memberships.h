// What a packet socket asked its devices to receive besides what they are for
// (PACKET_ADD_MEMBERSHIP); given back when the socket goes.
#ifndef UNETNS_SOCKET_PACKET_PACKET_MEMBERSHIPS_H_
#define UNETNS_SOCKET_PACKET_PACKET_MEMBERSHIPS_H_

#include <linux/if_packet.h>

#include <vector>

#include "netdev/netdev_layer.h"

namespace unetns {

class PacketMemberships {
 public:
  PacketMemberships(NetdevLayer& netdevs, Net& net) : netdevs_(netdevs), net_(net) {}
  ~PacketMemberships();
  PacketMemberships(const PacketMemberships&) = delete;
  PacketMemberships& operator=(const PacketMemberships&) = delete;

  // `value`: struct packet_mreq, or a longer one for longer addresses. EINVAL, ENODEV.
  Result<void> add(Bytes value);
  Result<void> drop(Bytes value);
  void device_gone(const NetDevice& dev);

 private:
  struct Membership {
    int ifindex;
    uint16_t type;
    LinkLayerAddress address;
    uint32_t users = 1;
    bool same(const Membership& o) const {
      return ifindex == o.ifindex && type == o.type && address == o.address;
    }
  };
  static Result<Membership> parse(Bytes value);
  Result<void> apply(NetDevice& dev, const Membership& m, bool on);

  NetdevLayer& netdevs_;
  Net& net_;
  std::vector<Membership> list_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_PACKET_PACKET_MEMBERSHIPS_H_
