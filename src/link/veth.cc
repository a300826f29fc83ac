#include "link/veth.h"

#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include "link/random_mac.h"

namespace unetns {

namespace {

constexpr AttrPolicy kVethPolicy[] = {
    {.id = VETH_INFO_PEER, .type = AttrType::kBinary, .min = sizeof(ifinfomsg)},
};
constexpr size_t kVlanTag = 4;

class VethOps final : public DeviceOps {
 public:
  ~VethOps() override { unbind(); }

  // Has carrier while both ends are up.
  Result<void> open(NetDevice& dev) override {
    if (!peer) return fail(ENOTCONN);
    if (!peer->up()) return {};
    UNETNS_TRY(dev.layer().set_carrier(dev, true));
    return peer->layer().set_carrier(*peer, true);
  }
  void stop(NetDevice& dev) override {
    (void)dev.layer().set_carrier(dev, false);
    if (peer) (void)peer->layer().set_carrier(*peer, false);
  }
  NetDevice* link(const NetDevice&) const override { return peer; }
  bool has_link() const override { return true; }
  uint32_t tso_max_size() const override { return kMaxPacketSize; }

  void transmit(NetDevice& dev, Packet packet) override {
    const DropReason refused = check(packet);
    if (refused != DropReason::kNotSpecified) {
      ++dev.stats.tx_dropped;
      dev.net().drop(std::move(packet), refused);
      return;
    }
    ++dev.stats.tx_packets;
    dev.stats.tx_bytes += packet.size();
    // What the packet was on this side of the wire stays on this side.
    PacketMeta& meta = packet.meta();
    meta.type = PacketType::kHost;
    meta.priority = 0;
    meta.flags = 0;
    meta.tstamp = {};
    if (&peer->net() != &dev.net()) meta.mark = 0;
    peer->layer().receive(*peer, std::move(packet));
  }

  void unbind() {
    if (!peer) return;
    static_cast<VethOps&>(peer->ops()).peer = nullptr;
    peer = nullptr;
  }

  NetDevice* peer = nullptr;

 private:
  // Whether the other end takes the frame: kNotSpecified when it does.
  DropReason check(const Packet& packet) const {
    if (!peer) return DropReason::kDevUnregistering;
    if (!peer->up()) return DropReason::kDevDown;
    if (packet.meta().gso_size == 0 &&
        packet.size() > size_t{peer->mtu} + peer->hard_header_len + kVlanTag)
      return DropReason::kMtuExceeded;
    return DropReason::kNotSpecified;
  }
};

VethOps& ops_of(NetDevice& dev) { return static_cast<VethOps&>(dev.ops()); }

std::unique_ptr<NetDevice> make_end(const VethKind& kind, Rng& rng) {
  auto dev = std::make_unique<NetDevice>(&kind, std::make_unique<VethOps>());
  dev->no_queue = true;
  set_random_address(*dev, rng);
  return dev;
}

// The request for the other end: as described, or after the first one's.
NewLink peer_request(const NewLink& request) {
  NewLink peer = request.peer ? *request.peer : request;
  if (!request.peer) {
    peer.name.clear();
    peer.ifindex = 0;
    peer.address.reset();
    peer.info_data = {};
    peer.flags = 0;
    if (request.peer_net) peer.net = request.peer_net;
  }
  // As Linux has it: the peer's index counts only where the first one's is given, too.
  if (!request.ifindex) peer.ifindex = 0;
  return peer;
}

std::string_view name_or_default(const NewLink& request) {
  return request.name.empty() ? std::string_view("veth%d") : std::string_view(request.name);
}

}  // namespace

NetDevice* VethKind::peer_of(const NetDevice& dev) {
  const LinkKind* kind = dev.kind();
  return kind && kind->name() == "veth" ? static_cast<const VethOps&>(dev.ops()).peer : nullptr;
}

PolicyTable VethKind::data_policy() const { return kVethPolicy; }

uint16_t VethKind::peer_attribute() const { return VETH_INFO_PEER; }

Result<void> VethKind::validate(const NewLink& request) const {
  if (request.address) {
    if (request.address->len != 6) return fail(EINVAL);
    const MacAddress mac = request.address->mac();
    if (mac.is_multicast() || mac.is_zero()) return fail(EADDRNOTAVAIL);
  }
  if (request.mtu && (*request.mtu < 68 || *request.mtu > 65535)) return fail(EINVAL);
  return {};
}

Result<NetDevice*> VethKind::new_link(NetdevLayer& layer, const NewLink& request) {
  Rng& rng = layer.registry().env().rng;
  auto first = make_end(*this, rng);
  UNETNS_TRY(layer.apply_attributes(*first, request));
  const NewLink other = peer_request(request);
  auto second = make_end(*this, rng);
  UNETNS_TRY(layer.apply_attributes(*second, other));

  // The peer first, on its own: so it is announced before it has an other end, as in Linux.
  UNETNS_ASSIGN(NetDevice * peer, layer.register_device(*other.net, std::move(second),
                                                        name_or_default(other), other.ifindex));
  (void)layer.set_carrier(*peer, false);
  Result<NetDevice*> dev = nullptr;
  if (auto configured = layer.configure_link(*peer, other); !configured)
    dev = std::unexpected(std::move(configured).error());
  else
    dev = layer.register_device(*request.net, std::move(first), name_or_default(request),
                                request.ifindex);
  if (!dev) {
    layer.unregister_device(*peer);
    return dev;
  }
  (void)layer.set_carrier(**dev, false);
  ops_of(**dev).peer = peer;
  ops_of(*peer).peer = *dev;
  return dev;
}

Result<void> VethKind::delete_link(NetdevLayer& layer, NetDevice& dev) {
  NetDevice* peer = ops_of(dev).peer;
  ops_of(dev).unbind();
  NetDevice* both[] = {&dev, peer};
  layer.unregister_devices(std::span(both).first(peer ? 2 : 1));
  return {};
}

}  // namespace unetns
