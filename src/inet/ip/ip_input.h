// IpInput: packets that arrive: header checks, the routing decision, reassembly, delivery to
// protocols.
#ifndef UNETNS_INET_IP_IP_INPUT_H_
#define UNETNS_INET_IP_IP_INPUT_H_

#include "inet/ip/ip_context.h"
#include "inet/ip/ip_forward.h"
#include "inet/ip/ip_options.h"
#include "inet/ip/ip_output.h"
#include "netdev/netdev_layer.h"

namespace unetns {

template <class F>
class IpInput final : public EtherTypeHandler, public IpLoopback<F> {
 public:
  IpInput(IpContext<F>& context, IpForward<F>& forward) : context_(context), forward_(forward) {}

  void receive(NetDevice& dev, Packet packet) override;
  void loop_back(NetDevice& dev, Packet packet) override;

 private:
  using Header = IpHeaderFacts<F>;
  using Found = std::expected<RouteResult<F>, DropReason>;
  bool unicast_for_many(NetDevice& dev, const Header& header) const;
  Found find(NetDevice& dev, const Packet& packet, const Header& header);
  // False: the packet was dropped. A source route may change destination and way.
  bool accept_options(NetDevice& dev, Packet& packet, Header& header, Found& found,
                      IpOptionsFacts* options);
  bool follow_source_route(NetDevice& dev, Packet& packet, Header& header, Found& found,
                           IpOptionsFacts& facts, int* fault);
  void route(NetDevice& dev, Packet packet, Header header);
  void unroutable(NetDevice& dev, Packet packet, const Header& header, DropReason reason);
  void deliver(NetDevice& dev, Packet packet, Header header, uint8_t type);
  // By the two ECN bits (RFC 3168); segments that travel together count one by one.
  void count_ecn(IpStats& stats, uint8_t tos, size_t segments);
  void count_in(IpStats& stats, const Header& header, uint8_t type);
  // The whole packet when this was its last missing fragment, else empty.
  Packet reassemble(NetDevice& dev, Packet packet, const Header& header, uint32_t* largest);

  IpContext<F>& context_;
  IpForward<F>& forward_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_INPUT_H_
