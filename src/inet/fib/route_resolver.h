// RouteResolver: where IPv4 packets go: own ones (RFC 1122 §3.3.1) and those that arrive (RFC 1812
// §5.2), with the checks of source addresses (ip-sysctl: rp_filter, accept_local, route_localnet).
#ifndef UNETNS_INET_FIB_ROUTE_RESOLVER_H_
#define UNETNS_INET_FIB_ROUTE_RESOLVER_H_

#include "inet/fib/route_control.h"
#include "inet/inet_state.h"
#include "inet/stack.h"

namespace unetns {

class RouteResolver final : public RouteLookup<V4> {
 public:
  RouteResolver(InetContext& context, const RouteControl& routes)
      : context_(context), routes_(routes) {}

  Result<RouteResult<V4>> output(Net& net, const FlowKey<V4>& key) override;
  uint64_t generation(const Net& net) const override {
    const InetNet& state = context_.state(net);
    return state.changes + (state.fib ? state.fib->generation() : 0);
  }
  std::expected<RouteResult<V4>, DropReason> input(Net& net, const FlowKey<V4>& key) override;
  uint8_t address_type(Net& net, const Ipv4Address& a, int ifindex) override;
  Ipv4Address select_source(Net& net, NetDevice& dev, const Ipv4Address& dst,
                            uint8_t scope) override;
  bool has_address(const NetDevice& dev) override;
  int32_t devconf(const NetDevice& dev, int index) override { return context_.conf(dev, index); }

  bool on_link(const NetDevice& dev, const Ipv4Address& a, const Ipv4Address* b) override;
  bool takes_redirect(NetDevice& dev, const Ipv4Address& from, const Ipv4Address& to) override;

  // What was learnt of single paths, as `ip route show cache` tells it.
  void path_for_each(Net& net, const std::function<void(const RouteAnswer&)>& fn) const;
  // RTM_GETROUTE: as `ip route get` shows it.
  Result<RouteAnswer> answer(Net& net, const RouteQuery& query);

 private:
  struct Way {
    RouteResult<V4> result;
    Ipv4Address src, dst;              // as chosen
    const Route<V4>* route = nullptr;  // null: none was consulted
    uint32_t flags = 0;                // RTCF_*
  };
  struct Refusal {
    DropReason reason;
    int error;
  };
  Result<Way> output_way(Net& net, const FlowKey<V4>& key);
  Result<void> finish_output(Way& way) const;
  std::expected<Way, Refusal> input_way(Net& net, const FlowKey<V4>& key);
  // Whether a packet from src may come in by dev. `check_all`: not only what rp_filter asks for.
  std::expected<void, Refusal> validate_source(Net& net, const Ipv4Address& src,
                                               const NetDevice& dev, uint8_t tos);
  bool should_redirect(Net& net, const NetDevice& in, const Ipv4Address& src, const Way& way);
  static void add_learnt(RouteAnswer& a, const LearntPath<V4>& path, const NetDevice& dev);
  InetContext& context_;
  const RouteControl& routes_;
};

}  // namespace unetns

#endif  // UNETNS_INET_FIB_ROUTE_RESOLVER_H_
