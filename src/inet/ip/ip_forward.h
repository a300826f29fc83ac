// IpForward: packets that are for others (RFC 1812 §5.2).
#ifndef UNETNS_INET_IP_IP_FORWARD_H_
#define UNETNS_INET_IP_IP_FORWARD_H_

#include "inet/ip/ip_context.h"
#include "inet/ip/ip_options.h"
#include "inet/ip/ip_output.h"

namespace unetns {

template <class F>
class IpForward {
 public:
  IpForward(IpContext<F>& context, IpOutput<F>& output) : context_(context), output_(output) {}
  // Front at the IP header, checked.
  void forward(NetDevice& in, Packet packet, const IpHeaderFacts<F>& header,
               const IpOptionsFacts& options, const RouteResult<F>& route);

 private:
  void leave_trace(Net& net, MutableBytes head, const IpOptionsFacts& options, NetDevice& out,
                   const typename F::Address& nexthop);
  uint32_t path_mtu(Net& net, const IpHeaderFacts<F>& header, const RouteResult<F>& route) const;
  bool should_redirect(NetDevice& in, const IpHeaderFacts<F>& header,
                       const RouteResult<F>& route) const;
  IpContext<F>& context_;
  IpOutput<F>& output_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_FORWARD_H_
