// Namespaces with a loopback and cables between them, for the tests of the IPv4 control plane. What
// is announced is written down as `ip monitor` prints it.
#ifndef UNETNS_INET_INET_LAYER_FIXTURE_H_
#define UNETNS_INET_INET_LAYER_FIXTURE_H_

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>

#include <string>
#include <vector>

#include "inet/inet_layer.h"
#include "netdev/netdev_layer.h"

namespace unetns {

using Lines = std::vector<std::string>;

inline std::string scope_name(uint8_t scope) {
  return scope == RT_SCOPE_HOST ? "host" : scope == RT_SCOPE_LINK ? "link" : "global";
}

class InetLog final : public InetMessages {
 public:
  static std::string prefix(const IpAddress& a, int len) {
    if (!a.has_value()) return "default";
    return len == 32 ? a.to_string() : fmt::format("{}/{}", a.to_string(), len);
  }
  static std::string text(const RouteConfig& r, NetdevLayer& layer, Net& net) {
    constexpr const char* kTypes[] = {"none",     "",          "local",     "broadcast",
                                      "anycast",  "multicast", "blackhole", "unreachable",
                                      "prohibit", "throw",     "nat",       "xresolve"};
    std::string s = kTypes[r.type];
    if (!s.empty()) s += ' ';
    s += prefix(r.dst, r.dst_len);
    if (r.src_len) s += " from " + r.src.to_string();
    if (r.tos) s += fmt::format(" tos {:#x}", r.tos);
    auto dev = [&](int oif) {
      const NetDevice* d = layer.by_index(net, oif);
      return d ? std::string(d->name()) : fmt::format("if{}", oif);
    };
    auto flags = [](uint32_t f) {
      std::string out;
      if (f & RTNH_F_DEAD) out += " dead";
      if (f & RTNH_F_ONLINK) out += " onlink";
      if (f & RTNH_F_LINKDOWN) out += " linkdown";
      return out;
    };
    if (r.nexthops.size() == 1) {
      if (r.nexthops[0].gateway.has_value()) s += " via " + r.nexthops[0].gateway.to_string();
      s += " dev " + dev(r.nexthops[0].oif);
    }
    if (r.table == RT_TABLE_LOCAL)
      s += " table local";
    else if (r.table != RT_TABLE_MAIN && r.table != RT_TABLE_UNSPEC)
      s += fmt::format(" table {}", r.table);
    if (r.protocol == RTPROT_KERNEL) s += " proto kernel";
    if (r.scope != RT_SCOPE_UNIVERSE) s += " scope " + scope_name(r.scope);
    if (r.prefsrc.has_value()) s += " src " + r.prefsrc.to_string();
    if (r.priority) s += fmt::format(" metric {}", r.priority);
    for (const auto& [id, value] : r.metrics)
      s += id == RTAX_MTU ? fmt::format(" mtu {}", value) : fmt::format(" metric{} {}", id, value);
    if (r.nexthops.size() == 1)
      s += flags(r.nexthops[0].flags);
    else
      for (const NexthopConfig& nh : r.nexthops)
        s += fmt::format(" nexthop{} dev {} weight {}{}",
                         nh.gateway.has_value() ? " via " + nh.gateway.to_string() : "",
                         dev(nh.oif), nh.weight, flags(nh.flags));
    return s;
  }
  static std::string text(const AddrInfo& a) {
    const AddrConfig& c = a.config;
    std::string s = fmt::format("{} inet {}", a.dev->name(), c.local.to_string());
    if (!(c.address == c.local)) s += " peer " + c.address.to_string();
    s += fmt::format("/{}", c.prefix_len);
    if (c.route_priority) s += fmt::format(" metric {}", c.route_priority);
    if (c.broadcast.has_value()) s += " brd " + c.broadcast.to_string();
    s += " scope " + scope_name(c.scope);
    if (c.flags & IFA_F_SECONDARY) s += " secondary";
    if (c.flags & IFA_F_DEPRECATED) s += " deprecated";
    if (c.flags & IFA_F_NOPREFIXROUTE) s += " noprefixroute";
    if (!(c.flags & IFA_F_PERMANENT))
      s += fmt::format(" dynamic {}/{}", c.valid_lft, c.preferred_lft);
    if (c.label != a.dev->name()) s += " " + c.label;
    return s;
  }
  static std::string text(const NeighInfo& n) {
    constexpr std::pair<int, const char*> kStates[] = {
        {NUD_INCOMPLETE, "INCOMPLETE"}, {NUD_REACHABLE, "REACHABLE"}, {NUD_STALE, "STALE"},
        {NUD_DELAY, "DELAY"},           {NUD_PROBE, "PROBE"},         {NUD_FAILED, "FAILED"},
        {NUD_NOARP, "NOARP"},           {NUD_PERMANENT, "PERMANENT"}};
    std::string s = n.config.dst.to_string();
    if (n.dev) s += fmt::format(" dev {}", n.dev->name());
    if (n.config.lladdr && n.config.lladdr->len)
      s += " lladdr " + n.config.lladdr->mac().to_string();
    if (n.config.flags & NTF_ROUTER) s += " router";
    if (n.config.flags & NTF_PROXY) s += " proxy";
    for (const auto& [bit, name] : kStates)
      if (n.config.state & bit) s += fmt::format(" {}", name);
    return s;
  }

  void addr_changed(Net& net, int, const AddrInfo& a, bool deleted) override {
    add(net, deleted ? "Deleted " : "", text(a));
  }
  void route_changed(Net& net, int, const RouteConfig& r, bool deleted, uint16_t flags) override {
    add(net, deleted ? "Deleted " : "", text(r, *layer, net));
    last_flags = flags;
  }
  void neigh_changed(Net& net, int, const NeighInfo& n, bool deleted) override {
    if (neighbours) add(net, deleted ? "Deleted " : "", text(n));
  }
  void netconf_changed(Net& net, int, const NetconfInfo& c, bool deleted) override {
    if (netconf)
      add(net, deleted ? "Deleted " : "",
          fmt::format("netconf {} attr {} forwarding {} rp_filter {}", c.ifindex, c.attribute,
                      c.forwarding, c.rp_filter));
  }
  Lines take() { return std::exchange(lines, {}); }

  NetdevLayer* layer = nullptr;
  Net* only = nullptr;  // when set, other namespaces are not heard
  bool neighbours = true, netconf = false;
  uint16_t last_flags = 0;
  Lines lines;

 private:
  void add(Net& net, const char* verb, std::string s) {
    if (!only || only == &net) lines.push_back(verb + std::move(s));
  }
};

// One end of a cable; frames come out of the other. Without another end they are kept.
class CableOps final : public DeviceOps {
 public:
  void transmit(NetDevice& dev, Packet packet) override {
    if (peer)
      dev.layer().receive(*peer, std::move(packet));
    else
      sent.push_back(packet.to_vector());
  }
  NetDevice* peer = nullptr;
  std::vector<ByteVector> sent;
};

class InetLayerTest : public ::testing::Test {
 protected:
  InetLayerTest() : registry_(env_.env(), pool_) {
    nsids_ = *NsidLayer::create(registry_);
    netdevs_ = *NetdevLayer::create(registry_, *nsids_);
    EXPECT_TRUE(registry_.register_device(*netdevs_));
    inet_ = *InetLayer::create(registry_, *netdevs_);
    log_.layer = netdevs_.get();
    inet_->set_messages(&log_);
    init_ = *registry_.create();
    a_ = make_net();
  }
  ~InetLayerTest() override {
    inet_->set_messages(nullptr);
    a_ = b_ = init_ = NetRef();
    env_.settle();
    inet_.reset();
    EXPECT_EQ(pool_.live(), 0u) << "packets leak";
    EXPECT_EQ(env_.env().timers.size(), 0u) << "timers leak";
  }

  NetRef make_net() {
    NetRef net = *registry_.create();
    auto lo = std::make_unique<NetDevice>(nullptr, std::make_unique<CableOps>());
    lo->type = ARPHRD_LOOPBACK;
    lo->flags = IFF_LOOPBACK;
    lo->mtu = 65536;
    lo->min_mtu = lo->max_mtu = 0;
    lo->address = lo->broadcast = MacAddress{};
    lo->net_immutable = true;
    EXPECT_TRUE(netdevs_->register_device(*net, std::move(lo), "lo"));
    return net;
  }
  NetDevice& lo(Net& net) { return *netdevs_->loopback(net); }
  NetDevice& device(Net& net, std::string_view name) {
    auto dev = std::make_unique<NetDevice>(nullptr, std::make_unique<CableOps>());
    const uint8_t n = ++macs_;
    dev->address = MacAddress{{2, 0, 0, 0, 0, n}};
    return **netdevs_->register_device(net, std::move(dev), name);
  }
  static CableOps& cable(NetDevice& dev) { return static_cast<CableOps&>(dev.ops()); }
  static void connect(NetDevice& x, NetDevice& y) {
    cable(x).peer = &y;
    cable(y).peer = &x;
  }
  void up(NetDevice& dev) { ASSERT_TRUE(netdevs_->change_flags(dev, IFF_UP, IFF_UP)); }
  void down(NetDevice& dev) { ASSERT_TRUE(netdevs_->change_flags(dev, 0, IFF_UP)); }
  void carrier(NetDevice& dev, bool on) {
    ASSERT_TRUE(netdevs_->set_carrier(dev, on));
    env_.settle();
  }

  static Ipv4Address ip(std::string_view text) { return IpAddress::parse(text)->as<V4>(); }
  static AddrConfig addr(NetDevice& dev, std::string_view cidr) {
    AddrConfig c;
    c.ifindex = dev.ifindex();
    const size_t slash = cidr.find('/');
    c.local = c.address = ip(cidr.substr(0, slash));
    c.prefix_len = static_cast<uint8_t>(std::stoi(std::string(cidr.substr(slash + 1))));
    if (c.local.as<V4>().is_loopback()) c.scope = RT_SCOPE_HOST;
    return c;
  }
  Result<void> add_addr(NetDevice& dev, std::string_view cidr) {
    return inet_->addr_add(dev.net(), addr(dev, cidr), NLM_F_CREATE | NLM_F_EXCL);
  }
  Result<void> del_addr(NetDevice& dev, std::string_view cidr) {
    return inet_->addr_del(dev.net(), addr(dev, cidr));
  }
  // As `ip route add PREFIX [via GATEWAY] [dev DEV]` asks.
  static RouteConfig route(std::string_view cidr, std::string_view via = {},
                           const NetDevice* dev = nullptr) {
    RouteConfig c;
    if (cidr != "default") {
      const size_t slash = cidr.find('/');
      c.dst = ip(cidr.substr(0, slash));
      c.dst_len = slash == cidr.npos
                      ? 32
                      : static_cast<uint8_t>(std::stoi(std::string(cidr.substr(slash + 1))));
    }
    if (!via.empty() || dev) {
      NexthopConfig nh;
      if (!via.empty()) nh.gateway = ip(via);
      if (dev) nh.oif = dev->ifindex();
      c.nexthops.push_back(nh);
    }
    if (via.empty()) c.scope = RT_SCOPE_LINK;
    return c;
  }
  Result<void> add_route(Net& net, const RouteConfig& c,
                         uint16_t flags = NLM_F_CREATE | NLM_F_EXCL) {
    return inet_->route_add(net, c, flags);
  }
  // As `ip route del` asks: what is not named matches any.
  Result<void> del_route(Net& net, RouteConfig c) {
    c.scope = RT_SCOPE_NOWHERE;
    c.has_type = c.has_protocol = false;
    return inet_->route_del(net, c);
  }
  Lines routes(Net& net, uint32_t table = RT_TABLE_MAIN) {
    Lines out;
    inet_->route_for_each(
        net, table, [&](const RouteConfig& r) { out.push_back(InetLog::text(r, *netdevs_, net)); });
    return out;
  }
  Lines addresses(Net& net) {
    Lines out;
    inet_->addr_for_each(net, [&](const AddrInfo& a) { out.push_back(InetLog::text(a)); });
    return out;
  }
  Lines neighbours(Net& net) {
    Lines out;
    inet_->neigh_for_each(net, false, [&](const NeighInfo& n) { out.push_back(InetLog::text(n)); });
    return out;
  }
  Packet ip_packet(std::string_view src, std::string_view dst, size_t size = 28) {
    Packet p = Packet::allocate(pool_, Packet::kHeadroom, size);
    std::fill(p.head().begin(), p.head().end(), uint8_t{0});
    p.head()[0] = 0x45;
    store_be16(p.head().data() + 2, static_cast<uint16_t>(size));
    store<uint32_t>(p.head().data() + 12, ip(src).be());
    store<uint32_t>(p.head().data() + 16, ip(dst).be());
    p.set_network_here();
    return p;
  }

  FakeEnv env_;
  PacketPool pool_;
  NetRegistry registry_;
  InetLog log_;
  std::unique_ptr<NsidLayer> nsids_;
  std::unique_ptr<NetdevLayer> netdevs_;
  std::unique_ptr<InetLayer> inet_;
  NetRef init_, a_, b_;
  uint8_t macs_ = 0;
};

// Errno and text of a failure, "ok" without.
template <class T>
std::string outcome(const Result<T>& result) {
  if (result) return "ok";
  std::string s = strerrorname_np(result.error().code);
  return result.error().message.empty() ? s : s + " " + result.error().message;
}

}  // namespace unetns

#endif  // UNETNS_INET_INET_LAYER_FIXTURE_H_
