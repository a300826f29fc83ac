// Ipv4Stack: the packet path of IPv4, its protocols wired to each other. What machine/ makes and
// sockets use.
#ifndef UNETNS_INET_IP_IPV4_STACK_H_
#define UNETNS_INET_IP_IPV4_STACK_H_

#include <memory>

#include "inet/icmp/icmp_layer.h"
#include "inet/igmp/igmp_layer.h"
#include "inet/ip/ip_layer.h"
#include "inet/ping/ping_layer.h"
#include "inet/raw/raw_layer.h"
#include "inet/tcp/tcp_layer.h"
#include "inet/udp/udp_layer.h"

namespace unetns {

class Ipv4Stack {
 public:
  // All references are borrowed. Make it after `netdevs`, before the first namespace; hand ip() as
  // NeighFailure to the neighbour layer.
  static Result<std::unique_ptr<Ipv4Stack>> create(NetRegistry& registry, NetdevLayer& netdevs,
                                                   RouteLookup<V4>& routes,
                                                   NeighOutput<V4>& neighbours,
                                                   const IpSettingsSource& settings);

  IpLayer<V4>& ip() { return *ip_; }
  IcmpLayer& icmp() { return *icmp_; }
  UdpLayer<V4>& udp() { return *udp_; }
  TcpLayer<V4>& tcp() { return *tcp_; }
  RawLayer<V4>& raw() { return *raw_; }
  PingLayer& ping() { return *ping_; }
  IgmpLayer& igmp() { return *igmp_; }

 private:
  Ipv4Stack() = default;
  std::unique_ptr<IpLayer<V4>> ip_;
  std::unique_ptr<IcmpLayer> icmp_;
  std::unique_ptr<UdpLayer<V4>> udp_;
  std::unique_ptr<TcpLayer<V4>> tcp_;
  std::unique_ptr<RawLayer<V4>> raw_;
  std::unique_ptr<PingLayer> ping_;
  std::unique_ptr<IgmpLayer> igmp_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IPV4_STACK_H_
