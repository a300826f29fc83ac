#include "netlink/netlink_layer.h"

#include <algorithm>

#include "netlink/genetlink.h"
#include "netlink/netlink_socket.h"
#include "netlink/silent_protocol.h"

namespace unetns {

NetlinkLayer::NetlinkLayer(NetRegistry& registry, NsidLayer& nsids)
    : registry_(registry), nsids_(nsids) {}

NetlinkLayer::~NetlinkLayer() = default;

Result<std::unique_ptr<NetlinkLayer>> NetlinkLayer::create(NetRegistry& registry,
                                                           NsidLayer& nsids) {
  std::unique_ptr<NetlinkLayer> layer(new NetlinkLayer(registry, nsids));
  UNETNS_ASSIGN(layer->state_, registry.add_state<State>());
  layer->own_protocols_.push_back(std::make_unique<GenericNetlink>(*layer));
  layer->own_protocols_.push_back(
      std::make_unique<SilentProtocol>(NETLINK_USERSOCK, 32, /*nonroot_send=*/true));
  layer->own_protocols_.push_back(
      std::make_unique<SilentProtocol>(NETLINK_KOBJECT_UEVENT, 32, /*nonroot_send=*/false));
  for (const auto& protocol : layer->own_protocols_) layer->add_protocol(*protocol);
  return layer;
}

Result<std::unique_ptr<Socket>> NetlinkLayer::create(Net& net, const Caller&, int type,
                                                     int protocol) {
  if (type != SOCK_RAW && type != SOCK_DGRAM) return fail(ESOCKTNOSUPPORT);
  NetlinkProtocol* kernel = find_protocol(protocol);
  if (!kernel) return fail(EPROTONOSUPPORT);
  return std::make_unique<NetlinkSocket>(*this, net, type, *kernel);
}

void NetlinkLayer::add_protocol(NetlinkProtocol& protocol) { protocols_.push_back(&protocol); }

void NetlinkLayer::remove_protocol(NetlinkProtocol& protocol) { std::erase(protocols_, &protocol); }

NetlinkProtocol* NetlinkLayer::find_protocol(int number) const {
  for (NetlinkProtocol* p : protocols_)
    if (p->number() == number) return p;
  return nullptr;
}

NetlinkTable& NetlinkLayer::table(Net& net) {
  auto& slot = net.get(state_).table;
  if (!slot) slot = std::make_unique<NetlinkTable>();
  return *slot;
}

void NetlinkLayer::drop_table_if_empty(Net& net) {
  auto& slot = net.get(state_).table;
  if (slot && slot->empty()) slot.reset();
}

void NetlinkLayer::set_listens_everywhere(NetlinkSocket& socket, bool on) {
  std::erase(everywhere_, &socket);
  if (on) everywhere_.push_back(&socket);
}

bool NetlinkLayer::has_listeners(Net& net, int protocol, uint32_t group) const {
  if (const NetlinkTable* table = find_table(net))
    for (const NetlinkSocket* s : table->members(protocol))
      if (s->is_member(group)) return true;
  for (const NetlinkSocket* s : everywhere_)
    if (&s->net() != &net && s->protocol() == protocol && s->is_member(group)) return true;
  return false;
}

void NetlinkLayer::multicast(Net& net, int protocol, uint32_t group, const ByteVector& message,
                             uint32_t exclude, uint32_t sender) {
  if (const NetlinkTable* table = find_table(net)) {
    // An unbound member has port id 0, which is "nobody excluded": it gets nothing, as in Linux.
    for (NetlinkSocket* s : table->members(protocol))
      if (s->is_member(group) && s->port_id() != exclude)
        s->deliver_multicast(message, group, sender, nsids_.lookup(net, net));
  }
  for (NetlinkSocket* s : everywhere_) {
    if (&s->net() == &net || s->protocol() != protocol || !s->is_member(group)) continue;
    const int id = nsids_.lookup(s->net(), net);
    if (id != kNsidUnassigned) s->deliver_multicast(message, group, sender, id);
  }
}

bool NetlinkLayer::unicast(Net& net, int protocol, uint32_t port_id, ByteVector message) {
  NetlinkTable* table = find_table(net);
  NetlinkSocket* socket = table ? table->find(protocol, port_id) : nullptr;
  if (!socket) return false;
  socket->deliver_reply(std::move(message));
  return true;
}

void NetlinkLayer::for_each(const Net& net,
                            const std::function<void(const NetlinkSocket&)>& fn) const {
  if (const auto& table = net.get(state_).table) table->for_each(fn);
}

std::vector<int> NetlinkLayer::kernel_protocols() const {
  std::vector<int> out;
  for (const NetlinkProtocol* p : protocols_)
    if (p->has_kernel_side() || p->number() == NETLINK_KOBJECT_UEVENT) out.push_back(p->number());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace unetns
