#include "inet/igmp/igmp_layer.h"

#include <linux/ip.h>

#include <algorithm>
#include <array>

namespace unetns {
namespace {

const Ipv4Address kAllRouters(0xe0000002), kAllV3Routers(0xe0000016);
constexpr std::array<uint8_t, 4> kRouterAlert{0x94, 4, 0, 0};  // RFC 2113
constexpr uint8_t kInternetworkControl = 0xc0;                 // RFC 791
constexpr size_t kRecordSize = 8;

}  // namespace

// One link of one namespace.
class IgmpLayer::Link final : public IgmpOutput {
 public:
  Link(const IgmpLayer& layer, Net& net, int ifindex)
      : layer_(layer),
        net_(net),
        ifindex_(ifindex),
        host_(*this, net.env().rng),
        timer_(net.env().timers, [this] { run(); }) {}

  // Whatever happens to the host, by its latest settings.
  template <class Fn>
  void with(const NetDevice& dev, Fn&& fn) {
    host_.set_tuning(layer_.tuning(dev));
    fn(host_, net_.env().clock.monotonic());
    rearm();
  }
  const IgmpHost& host() const { return host_; }

  void send_records(const std::vector<IgmpRecord>& records) override {
    const NetDevice* dev = layer_.netdevs_.by_index(net_, ifindex_);
    if (!dev) return;
    const size_t headers = Ipv4Header::kMinSize + kRouterAlert.size() + kIgmpMinSize;
    const size_t room = dev->mtu > headers ? dev->mtu - headers : 0;
    std::vector<IgmpRecord> batch;
    size_t used = 0;
    for (const IgmpRecord& r : records) {
      const size_t size = kRecordSize + r.sources.size() * 4;
      if (used + size > room && !batch.empty()) {
        transmit(kAllV3Routers, igmp_v3_report(batch));
        batch.clear();
        used = 0;
      }
      batch.push_back(r);
      used += size;
      if (size > room)  // RFC 3376 §4.2.16: the rest is left out
        batch.back().sources.resize(room > kRecordSize ? (room - kRecordSize) / 4 : 0);
    }
    if (!batch.empty()) transmit(kAllV3Routers, igmp_v3_report(batch));
  }
  void send_message(IgmpType type, const Ipv4Address& group) override {
    transmit(type == IgmpType::kLeave ? kAllRouters : group, igmp_group_message(type, group));
  }

 private:
  void run() {
    NetDevice* dev = layer_.netdevs_.by_index(net_, ifindex_);
    if (!dev) return;
    with(*dev, [](IgmpHost& host, Nanos now) { host.run(now); });
  }
  void rearm() {
    if (const auto at = host_.deadline())
      timer_.arm_at(*at);
    else
      timer_.disarm();
  }
  void transmit(const Ipv4Address& to, const ByteVector& message) {
    const NetDevice* dev = layer_.netdevs_.by_index(net_, ifindex_);
    if (!dev || !dev->up()) return;
    IpTx<V4> tx;
    tx.dst = to;
    tx.oif = ifindex_;
    tx.proto = IPPROTO_IGMP;
    tx.tos = kInternetworkControl;
    tx.ttl = 1;
    tx.pmtu_mode = IP_PMTUDISC_DO;
    tx.options = kRouterAlert;
    IpOutput<V4>& output = layer_.ip_.output();
    const auto route = output.route(net_, tx);
    if (!route) return;
    Packet packet = Packet::copy_of(net_.registry().packets(), message);
    packet.meta().checksum = ChecksumState::kUnnecessary;
    (void)output.send(net_, tx, *route, std::move(packet));
  }

  const IgmpLayer& layer_;
  Net& net_;
  int ifindex_;
  IgmpHost host_;
  Timer timer_;
};

Result<std::unique_ptr<IgmpLayer>> IgmpLayer::create(NetRegistry& registry, NetdevLayer& netdevs,
                                                     IpLayer<V4>& ip) {
  UNETNS_ASSIGN(const PernetId<Slot> slot, registry.add_state<Slot>());
  std::unique_ptr<IgmpLayer> layer(new IgmpLayer(netdevs, ip, slot));
  ip.register_protocol(IPPROTO_IGMP, *layer);
  ip.set_group_observer([l = layer.get()](Net& net) { return &l->state(net); });
  UNETNS_TRY(netdevs.subscribe(*layer));
  return layer;
}

IgmpLayer::State::State(IgmpLayer& layer, Net& net) : layer(layer), net(net) {}
IgmpLayer::State::~State() = default;

IgmpLayer::~IgmpLayer() { netdevs_.unsubscribe(*this); }

IgmpLayer::State& IgmpLayer::state(Net& net) const {
  auto& s = net.get(slot_).state;
  if (!s) s = std::make_unique<State>(const_cast<IgmpLayer&>(*this), net);
  return *s;
}

IgmpLayer::Link& IgmpLayer::link(NetDevice& dev) const {
  auto& l = state(dev.net()).links[dev.ifindex()];
  if (!l) l = std::make_unique<Link>(*this, dev.net(), dev.ifindex());
  return *l;
}

const IgmpLayer::Link* IgmpLayer::find(const NetDevice& dev) const {
  const auto& s = dev.net().get(slot_).state;
  if (!s) return nullptr;
  const auto it = s->links.find(dev.ifindex());
  return it == s->links.end() ? nullptr : it->second.get();
}

IgmpTuning IgmpLayer::tuning(const NetDevice& dev) const {
  auto setting = [&](int index) { return ip_.routes().devconf(dev, index); };
  auto interval = [&](int index) { return std::chrono::milliseconds(std::max(setting(index), 1)); };
  IgmpTuning t;
  const int forced = setting(IPV4_DEVCONF_FORCE_IGMP_VERSION);
  t.forced_version = forced >= 1 && forced <= 3 ? forced : 0;
  t.robustness = std::clamp(ip_.settings(dev.net()).igmp_qrv, 1, 100);
  t.v2_report_interval = interval(IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL);
  t.v3_report_interval = interval(IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL);
  return t;
}

bool IgmpLayer::reported(const Net& net, const Ipv4Address& group) const {
  if (Memberships<V4>::is_all_hosts(group)) return false;
  const bool link_local = group.value() >> 8 == 0xe00000;
  return !link_local || ip_.settings(net).igmp_link_local_reports != 0;
}

void IgmpLayer::State::group_changed(int ifindex, const Ipv4Address& group,
                                     const SourceFilter<V4>& before,
                                     const SourceFilter<V4>& after) {
  NetDevice* dev = layer.netdevs_.by_index(net, ifindex);
  if (dev) tell(*dev, group, before.none(), after.none());
  if (!dev || dev->is_loopback() || !layer.reported(net, group)) return;
  layer.link(*dev).with(
      *dev, [&](IgmpHost& host, Nanos now) { host.group_changed(group, before, after, now); });
}

void IgmpLayer::State::tell(NetDevice& dev, const Ipv4Address& group, bool came, bool left) {
  if (came == left || Memberships<V4>::is_all_hosts(group)) return;
  Nanos& joined = since[{dev.ifindex(), group}];
  if (came) joined = net.env().clock.monotonic();
  if (layer.events_) layer.events_->group_changed(dev, group, joined, left);
  if (left) since.erase({dev.ifindex(), group});
}

void IgmpLayer::for_each_group(const NetDevice& dev,
                               const std::function<void(const Ipv4Address&, Nanos)>& fn) const {
  const auto& s = dev.net().get(slot_).state;
  if (!s) return;
  for (auto at = s->since.lower_bound({dev.ifindex(), Ipv4Address()});
       at != s->since.end() && at->first.first == dev.ifindex(); ++at)
    fn(at->first.second, at->second);
}

Result<void> IgmpLayer::netdev_event(NetDevice& dev, NetdevEvent event) {
  const auto& s = dev.net().get(slot_).state;
  if (s && event == NetdevEvent::kUnregister)
    std::erase_if(s->since, [&](const auto& g) { return g.first.first == dev.ifindex(); });
  if (!find(dev)) return {};
  if (event == NetdevEvent::kUp)
    link(dev).with(dev, [](IgmpHost& host, Nanos now) { host.link_up(now); });
  else if (event == NetdevEvent::kDown)
    link(dev).with(dev, [](IgmpHost& host, Nanos) { host.link_down(); });
  else if (event == NetdevEvent::kUnregister)
    state(dev.net()).links.erase(dev.ifindex());
  return {};
}

void IgmpLayer::receive(Net& net, Packet packet, const IpRx<V4>& rx) {
  NetDevice& dev = *rx.dev;
  packet.linearize();
  const Bytes message = packet.head();
  if (message.size() < kIgmpMinSize) return net.drop(std::move(packet), DropReason::kIgmpMalformed);
  if (packet.meta().checksum == ChecksumState::kNone && internet_checksum(message) != 0)
    return net.drop(std::move(packet), DropReason::kIgmpChecksum);
  if (!dev.is_loopback()) {
    if (const auto query = parse_igmp_query(message)) {
      link(dev).with(dev, [&](IgmpHost& host, Nanos now) { host.query_heard(*query, now); });
      return;
    }
    if (message[0] == static_cast<uint8_t>(IgmpType::kQuery))
      return net.drop(std::move(packet), DropReason::kIgmpMalformed);
    const auto group = parse_igmp_report(message);
    if (group && find(dev) && ip_.routes().address_type(net, rx.src) != RTN_LOCAL) {
      link(dev).with(dev, [&](IgmpHost& host, Nanos) { host.report_heard(*group); });
      return;
    }
  }
  if (rx.taken_raw) return;  // somebody has use for it
  net.drop(std::move(packet), DropReason::kIgmpIgnored);
}

int IgmpLayer::version(const NetDevice& dev) const {
  const IgmpTuning t = tuning(dev);
  if (t.forced_version != 0) return t.forced_version;
  const Link* l = find(dev);
  return l ? l->host().version(dev.net().env().clock.monotonic()) : 3;
}

IgmpHost::Facts IgmpLayer::facts(const NetDevice& dev, const Ipv4Address& group) const {
  const Link* l = find(dev);
  return l ? l->host().facts(group) : IgmpHost::Facts{};
}

}  // namespace unetns
