// FanoutGroup: packet sockets that share what one tap sees (PACKET_FANOUT).
#ifndef UNETNS_SOCKET_PACKET_PACKET_FANOUT_H_
#define UNETNS_SOCKET_PACKET_PACKET_FANOUT_H_

#include <linux/if_packet.h>

#include <memory>
#include <optional>
#include <vector>

#include "netdev/netdev_layer.h"
#include "socket/socket_filter.h"

namespace unetns {

class PacketSocket;

class FanoutGroup final : public PacketTap {
 public:
  using List = std::vector<std::unique_ptr<FanoutGroup>>;
  // The group that struct fanout_args, or its first word, names; made if there is none. EINVAL when
  // it is of another kind, or for other traffic.
  static Result<FanoutGroup*> find(List& list, NetdevLayer& netdevs, Net& net,
                                   const TapScope& scope, Bytes args);
  static void release(List& list, const FanoutGroup& group);  // if nobody is in it

  Result<void> join(PacketSocket& socket);  // ENOSPC
  void leave(PacketSocket& socket);         // the group goes with its last one
  // A member is to see traffic, or not any more.
  void start(PacketSocket& socket, const TapScope& scope);
  void stop(PacketSocket& socket, const TapScope& scope);
  Result<void> set_data(Bytes value);  // PACKET_FANOUT_DATA
  uint32_t number() const { return uint32_t{id_} | uint32_t{type_} << 16 | uint32_t{flags_} << 16; }

  void tapped(NetDevice& dev, const Packet& frame, bool outgoing) override;

 private:
  FanoutGroup(List& list, NetdevLayer& netdevs, Net& net, const TapScope& scope)
      : list_(list), netdevs_(netdevs), net_(net), scope_(scope) {}
  size_t pick(NetDevice& dev, const Packet& frame);

  List& list_;
  NetdevLayer& netdevs_;
  Net& net_;
  TapScope scope_;
  uint16_t id_ = 0;
  uint8_t type_ = 0;    // PACKET_FANOUT_*
  uint16_t flags_ = 0;  // PACKET_FANOUT_FLAG_*
  size_t most_ = 256;
  std::vector<PacketSocket*> members_;
  std::vector<PacketSocket*> running_;
  std::unique_ptr<SocketFilter> program_;  // PACKET_FANOUT_CBPF
  uint32_t turn_ = 0;                      // PACKET_FANOUT_LB
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_PACKET_PACKET_FANOUT_H_
