#include "inet/ip/ipv4_stack.h"

namespace unetns {

Result<std::unique_ptr<Ipv4Stack>> Ipv4Stack::create(NetRegistry& registry, NetdevLayer& netdevs,
                                                     RouteLookup<V4>& routes,
                                                     NeighOutput<V4>& neighbours,
                                                     const IpSettingsSource& settings) {
  std::unique_ptr<Ipv4Stack> stack(new Ipv4Stack);
  UNETNS_ASSIGN(stack->ip_, IpLayer<V4>::create(registry, netdevs, routes, neighbours, settings));
  UNETNS_ASSIGN(stack->icmp_, IcmpLayer::create(registry, *stack->ip_));
  UNETNS_ASSIGN(stack->udp_, UdpLayer<V4>::create(registry, *stack->ip_));
  UNETNS_ASSIGN(stack->tcp_, TcpLayer<V4>::create(registry, *stack->ip_));
  UNETNS_ASSIGN(stack->raw_, RawLayer<V4>::create(registry, *stack->ip_));
  UNETNS_ASSIGN(stack->ping_, PingLayer::create(registry, *stack->icmp_));
  UNETNS_ASSIGN(stack->igmp_, IgmpLayer::create(registry, netdevs, *stack->ip_));
  return stack;
}

}  // namespace unetns
