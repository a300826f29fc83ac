// Rtnetlink: the kernel's end of NETLINK_ROUTE (rtnetlink(7)): links, addresses, routes,
// neighbours, namespace ids; and the source of their notifications. netlink/netlink_layer.h says
// how to wire it.
#ifndef UNETNS_NETLINK_RTNETLINK_RTNETLINK_H_
#define UNETNS_NETLINK_RTNETLINK_RTNETLINK_H_

#include <vector>

#include "inet/control.h"
#include "netdev/netdev_layer.h"
#include "netlink/netlink_layer.h"
#include "netlink/protocol.h"
#include "netns/nsid.h"

namespace unetns {

class Rtnetlink final : public NetlinkProtocol,
                        public LinkMessages,
                        public InetMessages,
                        public NsidEvents {
 public:
  // `families`: those that exist, IPv4 first; null entries are ignored.
  Rtnetlink(NetlinkLayer& layer, NetRegistry& registry, NsidLayer& nsids, NetdevLayer& netdevs,
            std::vector<InetControl*> families);
  ~Rtnetlink() override;  // detaches
  // Registers NETLINK_ROUTE and becomes the sink of nsids, netdevs and all families.
  Result<void> attach();
  void detach();

  // ---- NetlinkProtocol
  int number() const override { return NETLINK_ROUTE; }
  uint32_t group_count() const override;
  bool nonroot_receive() const override { return true; }
  Result<Served> serve(NlRequest& request) override;

  // ---- what handlers work with
  NetRegistry& registry() const { return registry_; }
  NsidLayer& nsids() const { return nsids_; }
  NetdevLayer& netdevs() const { return netdevs_; }
  InetControl* inet(int family) const;  // null: that family does not exist
  const std::vector<InetControl*>& families() const { return families_; }
  // A link of a kind that does not exist was asked for (NetlinkLayer::on_unsupported).
  void note_kind(std::string_view kind) const;

  // ---- sinks
  void link_changed(NetDevice& dev, uint32_t change_mask) override;
  void link_deleted(NetDevice& dev, int new_nsid, int new_ifindex) override;
  void addr_changed(Net& net, int family, const AddrInfo& addr, bool deleted) override;
  void group_changed(Net& net, int family, const GroupInfo& group, bool left) override;
  void route_changed(Net& net, int family, const RouteConfig& route, bool deleted,
                     uint16_t nlm_flags) override;
  void neigh_changed(Net& net, int family, const NeighInfo& neigh, bool deleted) override;
  void neigh_asked(Net& net, int family, const NeighInfo& neigh) override;
  void netconf_changed(Net& net, int family, const NetconfInfo& conf, bool deleted) override;
  void nsid_added(Net& net, int id, Net& peer) override;
  void nsid_deleted(Net& net, int id, Net& peer) override;

 private:
  Result<Served> handle(NlRequest& request);
  // Tells of a message or a family that is not served.
  void note_refusal(const NlRequest& request, int error) const;

  // Who a notification names as its cause.
  struct Cause {
    uint32_t seq = 0, port_id = 0;
    bool echo = false;  // the causing socket gets it instead (NLM_F_ECHO): who has its port id there
  };
  // The running request as cause, when it is one of `types` sent in `net`; nobody otherwise.
  Cause cause_of_birth(const NetDevice& dev) const;
  Cause cause(Net& net, std::initializer_list<uint16_t> types) const;
  bool wanted(Net& net, uint32_t group, const Cause& cause) const;
  void publish(Net& net, uint32_t group, ByteVector message, const Cause& cause);
  void send_nsid(Net& net, uint16_t type, int id);

  NetlinkLayer& layer_;
  NetRegistry& registry_;
  NsidLayer& nsids_;
  NetdevLayer& netdevs_;
  std::vector<InetControl*> families_;
  NlRequest* current_ = nullptr;  // the request being served
  bool attached_ = false;
};

}  // namespace unetns

#endif  // UNETNS_NETLINK_RTNETLINK_RTNETLINK_H_
