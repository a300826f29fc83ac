// NetlinkLayer: AF_NETLINK sockets of all namespaces of a Machine: who has which port id, who
// listens to which group.
//
// Wiring (machine.cc), after NsidLayer, NetdevLayer and the InetControls were created:
//   auto netlink = NetlinkLayer::create(registry, nsids);                                   //
//   Result<unique_ptr<…>> auto rtnetlink = std::make_unique<Rtnetlink>(*netlink, registry, nsids,
//   netdevs, controls);  // rtnetlink/rtnetlink.h UNETNS_TRY(rtnetlink->attach());        //
//   registers NETLINK_ROUTE and sets the sinks of nsids, netdevs, controls
// before the first namespace is created. `*netlink` is the SocketFamily of AF_NETLINK. Destroy
// rtnetlink before the layers it was given, and the NetlinkLayer after the last socket.
#ifndef UNETNS_NETLINK_NETLINK_LAYER_H_
#define UNETNS_NETLINK_NETLINK_LAYER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "netlink/netlink_table.h"
#include "netlink/protocol.h"
#include "netns/net_registry.h"
#include "netns/nsid.h"
#include "socket/socket.h"

namespace unetns {

class NetlinkSocket;

class NetlinkLayer final : public SocketFamily {
 public:
  // Knows NETLINK_GENERIC (the controller alone), NETLINK_USERSOCK and NETLINK_KOBJECT_UEVENT
  // (silent) by itself.
  static Result<std::unique_ptr<NetlinkLayer>> create(NetRegistry& registry, NsidLayer& nsids);
  ~NetlinkLayer() override;

  int domain() const override { return AF_NETLINK; }
  Result<std::unique_ptr<Socket>> create(Net& net, const Caller& caller, int type,
                                         int protocol) override;

  void add_protocol(NetlinkProtocol& protocol);  // borrowed
  void remove_protocol(NetlinkProtocol& protocol);

  // Whether a message to that group would reach anybody: ask before building one.
  bool has_listeners(Net& net, int protocol, uint32_t group) const;
  // Sends `message` to the members of the group in `net` (but for port `exclude`) and to those
  // sockets elsewhere that listen to all namespaces with an id. `sender`: port id that receivers
  // see.
  void multicast(Net& net, int protocol, uint32_t group, const ByteVector& message,
                 uint32_t exclude = 0, uint32_t sender = 0);
  // To one socket by its port id; false when there is none.
  bool unicast(Net& net, int protocol, uint32_t port_id, ByteVector message);

  // The bound sockets of a namespace, in no particular order (/proc/net/netlink).
  void for_each(const Net& net, const std::function<void(const NetlinkSocket&)>& fn) const;
  // Numbers of the protocols at whose kernel's end something answers or speaks, ascending.
  std::vector<int> kernel_protocols() const;

  const NsidLayer& nsids() const { return nsids_; }

  // Told, in words for people, of what a program asked for and is not here: a message, a family, a
  // kind of link.
  std::function<void(const std::string& what)> on_unsupported;
  void unsupported(const std::string& what) const {
    if (on_unsupported) on_unsupported(what);
  }

 private:
  friend class NetlinkSocket;
  struct State {
    std::unique_ptr<NetlinkTable>
        table;  // made for the first socket that needs it, gone with the last
  };
  NetlinkLayer(NetRegistry& registry, NsidLayer& nsids);
  NetlinkProtocol* find_protocol(int number) const;
  NetlinkTable& table(Net& net);
  NetlinkTable* find_table(Net& net) const { return net.get(state_).table.get(); }
  void drop_table_if_empty(Net& net);
  void set_listens_everywhere(NetlinkSocket& socket, bool on);

  NetRegistry& registry_;
  NsidLayer& nsids_;
  PernetId<State> state_;
  std::vector<NetlinkProtocol*> protocols_;
  std::vector<std::unique_ptr<NetlinkProtocol>> own_protocols_;
  std::vector<NetlinkSocket*> everywhere_;  // NETLINK_LISTEN_ALL_NSID
};

}  // namespace unetns

#endif  // UNETNS_NETLINK_NETLINK_LAYER_H_
