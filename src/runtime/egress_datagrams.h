// EgressDatagrams: UDP and pings from inside to anywhere, by a socket of the host for each flow.
#ifndef UNETNS_RUNTIME_EGRESS_DATAGRAMS_H_
#define UNETNS_RUNTIME_EGRESS_DATAGRAMS_H_

#include <absl/container/flat_hash_map.h>

#include <list>
#include <memory>

#include "host/event_loop.h"
#include "inet/ip/ip_types.h"
#include "machine/machine.h"
#include "runtime/egress_flow.h"

namespace unetns {

class EgressDatagrams {
 public:
  // `ifindex`: the gateway's device towards those inside.
  EgressDatagrams(EventLoop& loop, Kernel& machine, Net& gateway, int ifindex,
                  const EgressTargets& targets);
  ~EgressDatagrams();
  EgressDatagrams(const EgressDatagrams&) = delete;
  EgressDatagrams& operator=(const EgressDatagrams&) = delete;

  // Packets on their way to UDP or ICMP. True: taken.
  bool udp(Packet& packet, const IpRx<V4>& rx);
  bool icmp(Packet& packet, const IpRx<V4>& rx);
  size_t flows() const { return flows_.size(); }

 private:
  static constexpr size_t kMaxFlows = 1024;  // then the one that was silent longest goes
  struct Flow {
    EgressFlow name;
    UniqueFd host;
    Packet quote;  // the beginning of what was sent last, for ICMP errors about it
    Nanos used{};
  };
  using Flows = std::list<Flow>;  // the last used one comes last

  Flow* find(const EgressFlow& name);  // made if it is not there; null: it can't be
  Result<UniqueFd> open(const EgressFlow& name);
  void send(Flow& flow, const Packet& packet);
  void readable(const EgressFlow& name);
  bool receive(Flow& flow);  // false: nothing more is there
  void reply(const Flow& flow, Packet payload);
  void unreachable(const Flow& flow, uint8_t code);
  void erase(Flows::iterator flow);
  void expire();

  EventLoop& loop_;
  Kernel& machine_;
  Net& gateway_;
  const int ifindex_;
  const EgressTargets& targets_;
  Flows order_;
  absl::flat_hash_map<EgressFlow, Flows::iterator> flows_;
  Timer timer_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_EGRESS_DATAGRAMS_H_
