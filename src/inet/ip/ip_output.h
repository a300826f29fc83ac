// IpOutput: packets of our own and forwarded ones on their way out: route, header, fragments,
// neighbour.
#ifndef UNETNS_INET_IP_IP_OUTPUT_H_
#define UNETNS_INET_IP_IP_OUTPUT_H_

#include "inet/ip/ip_context.h"
#include "inet/ip/ip_wire.h"

namespace unetns {

// Takes what must also be heard here: broadcasts and multicasts of our own.
template <class F>
class IpLoopback {
 public:
  virtual ~IpLoopback() = default;
  virtual void loop_back(NetDevice& dev, Packet packet) = 0;  // front at the IP header
};

template <class F>
class IpOutput {
 public:
  IpOutput(IpContext<F>& context, IpLoopback<F>& loopback)
      : context_(context), loopback_(loopback) {}

  // Where a packet would go, and from which address. ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL.
  // `cache`: of this flow alone, that is of these addresses and ports.
  Result<IpRoute<F>> route(Net& net, const IpTx<F>& tx, RouteCache<F>* cache = nullptr);
  // Sends `payload` (front at the transport header) by a route found just now. EMSGSIZE.
  Result<void> send(Net& net, const IpTx<F>& tx, const IpRoute<F>& route, Packet payload);
  // The same with a header made by the program (IP_HDRINCL): fills in what raw(7) says is filled
  // in.
  Result<void> send_with_header(Net& net, const IpTx<F>& tx, const IpRoute<F>& route,
                                Packet packet);
  // A packet with its header (front there): fragments it if needed and hands it to the neighbour
  // layer. EMSGSIZE when it must not be fragmented.
  Result<void> transmit(NetDevice& dev, const typename F::Address& nexthop, uint32_t mtu,
                        Packet packet);

 private:
  void apply_path(Net& net, const typename F::Address& dst, bool by_device, IpRoute<F>& route);
  Result<RouteResult<F>> find(Net& net, const IpTx<F>& tx);
  Result<RouteResult<F>> find(Net& net, const IpTx<F>& tx, RouteCache<F>& cache);
  void count_out(Net& net, const IpRoute<F>& route, size_t bytes);
  Result<void> finish(Net& net, const IpTx<F>& tx, const IpRoute<F>& route, uint8_t ttl,
                      Packet packet);
  uint8_t choose_ttl(Net& net, const IpTx<F>& tx, const IpRoute<F>& route) const;

  IpContext<F>& context_;
  IpLoopback<F>& loopback_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_OUTPUT_H_
