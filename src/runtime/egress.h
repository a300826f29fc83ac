// Egress: a way from a namespace to the host's network by ordinary sockets of the host
// (`--egress`).
#ifndef UNETNS_RUNTIME_EGRESS_H_
#define UNETNS_RUNTIME_EGRESS_H_

#include <absl/container/flat_hash_set.h>

#include <memory>

#include "inet/ip/ip_diverter.h"
#include "machine/machine.h"
#include "runtime/egress_datagrams.h"
#include "runtime/egress_streams.h"

namespace unetns {

// A gateway, which is a namespace of its own that no program knows, joined to the given one by a
// cable. There the stack takes connections and datagrams for any address; what they carry goes on
// through sockets of the host.
class Egress final : private IpDiverter<V4> {
 public:
  // Sets up both ends of the cable. `inside` must outlive it or die with all its devices. The text
  // of an error says which step failed.
  static Result<std::unique_ptr<Egress>> create(EventLoop& loop, Kernel& machine, Net& inside,
                                                const EgressTargets& targets);
  ~Egress() override;
  Egress(const Egress&) = delete;
  Egress& operator=(const Egress&) = delete;

  size_t connections() const { return streams_.connections(); }
  size_t flows() const { return datagrams_.flows(); }

 private:
  Egress(EventLoop& loop, Kernel& machine, NetRef gateway, int ifindex,
         const EgressTargets& targets);
  static constexpr size_t kMaxBehind = 1024;
  void learn(NetDevice& dev, const Ipv4Address& source);
  bool divert(Net& net, Packet& packet, const IpRx<V4>& rx) override;

  Kernel& machine_;
  NetRef gateway_;
  const int ifindex_;
  const EgressTargets targets_;
  absl::flat_hash_set<Ipv4Address> behind_;  // hosts to which those inside are a router
  EgressStreams streams_;
  EgressDatagrams datagrams_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_EGRESS_H_
