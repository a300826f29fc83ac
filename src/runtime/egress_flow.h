// What the parts of egress share: the addresses of the network between a namespace and its gateway,
// and the name of a flow.
#ifndef UNETNS_RUNTIME_EGRESS_FLOW_H_
#define UNETNS_RUNTIME_EGRESS_FLOW_H_

#include <netinet/in.h>

#include <optional>
#include <string_view>

#include "base/ip_address.h"

namespace unetns {

inline const Ipv4Address kEgressInside(0x0a00020f);    // 10.0.2.15
inline const Ipv4Address kEgressGateway(0x0a000202);   // 10.0.2.2: the host's 127.0.0.1
inline const Ipv4Address kEgressResolver(0x0a000203);  // 10.0.2.3: port 53 is the host's resolver
inline constexpr uint8_t kEgressPrefix = 24;

struct EgressFlow {
  uint8_t proto = 0;
  Ipv4Address src, dst;  // as inside
  uint16_t sport = 0, dport = 0;
  bool operator==(const EgressFlow&) const = default;
  template <class H>
  friend H AbslHashValue(H h, const EgressFlow& f) {
    return H::combine(std::move(h), f.proto, f.src, f.dst, f.sport, f.dport);
  }
};

// What addresses inside mean on the host.
struct EgressTargets {
  std::optional<Ipv4Address> resolver;

  // nullopt: nobody, it is refused.
  std::optional<sockaddr_in> of(const Ipv4Address& dst, uint16_t port) const {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    if (dst == kEgressGateway) {
      out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else if (dst == kEgressResolver) {
      if (!resolver || port != 53) return std::nullopt;
      out.sin_addr.s_addr = resolver->be();
    } else {
      out.sin_addr.s_addr = dst.be();
    }
    return out;
  }
};

// The first IPv4 one of a text like /etc/resolv.conf, resolv.conf(5).
std::optional<Ipv4Address> first_nameserver(std::string_view resolv_conf);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_EGRESS_FLOW_H_
