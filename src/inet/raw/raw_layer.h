// RawLayer: raw endpoints (raw(7)) of one family in all namespaces. Each that matches gets a copy.
#ifndef UNETNS_INET_RAW_RAW_LAYER_H_
#define UNETNS_INET_RAW_RAW_LAYER_H_

#include <absl/container/flat_hash_map.h>

#include <functional>
#include <memory>
#include <vector>

#include "inet/demux/endpoint.h"
#include "inet/ip/ip_layer.h"

namespace unetns {

template <class F>
class RawLayer final : public RawDelivery<F> {
 public:
  static Result<std::unique_ptr<RawLayer>> create(NetRegistry& registry, IpLayer<F>& ip);

  void add(Net& net, Endpoint<F>& endpoint);
  void remove(Net& net, Endpoint<F>& endpoint);
  bool deliver(Net& net, const Packet& packet, const IpRx<F>& rx) override;
  void icmp_error(Net& net, const IcmpErrorRx<F>& error) override;
  void for_each(const Net& net, const std::function<void(const Endpoint<F>&)>& fn) const;

 private:
  struct State {
    absl::flat_hash_map<uint16_t, std::vector<Endpoint<F>*>> by_protocol;
  };
  struct Slot {
    std::unique_ptr<State> state;
  };
  explicit RawLayer(PernetId<Slot> slot) : slot_(slot) {}
  const std::vector<Endpoint<F>*>* chain(const Net& net, uint16_t protocol) const;
  PernetId<Slot> slot_;
};

}  // namespace unetns

#endif  // UNETNS_INET_RAW_RAW_LAYER_H_
