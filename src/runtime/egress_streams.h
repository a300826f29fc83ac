// EgressStreams: TCP connections from inside to anywhere, each joined with one of the host's.
#ifndef UNETNS_RUNTIME_EGRESS_STREAMS_H_
#define UNETNS_RUNTIME_EGRESS_STREAMS_H_

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <list>
#include <memory>

#include "inet/ip/ip_types.h"
#include "machine/machine.h"
#include "runtime/egress_flow.h"
#include "runtime/host_relay.h"

namespace unetns {

// A SYN is kept until the host's connection stands or has failed; then it is answered by a listener
// that is there for its address and port while any handshake with them runs.
class EgressStreams {
 public:
  // `ifindex`: the gateway's device towards those inside.
  EgressStreams(EventLoop& loop, Kernel& machine, Net& gateway, int ifindex,
                const EgressTargets& targets);
  ~EgressStreams();
  EgressStreams(const EgressStreams&) = delete;
  EgressStreams& operator=(const EgressStreams&) = delete;

  // A segment on its way to TCP. True: taken.
  bool segment(Packet& packet, const IpRx<V4>& rx);
  size_t connections() const { return waiting_.size() + relays_.size(); }

 private:
  static constexpr size_t kMaxWaiting = 1024;
  static constexpr size_t kMaxConnections = 4096;
  using End = std::pair<Ipv4Address, uint16_t>;
  struct Waiting {  // for the host, then for the end of the handshake inside
    EgressFlow flow;
    UniqueFd host;
    Packet syn;
    IpRx<V4> rx;
    Nanos until{};
    bool answered = false;
  };
  struct Door final : SocketObserver {
    Door(EgressStreams& o, const End& e) : owner(o), end(e) {}
    ~Door() override;
    void socket_event(Socket&) override { owner.accept_later(end); }
    EgressStreams& owner;
    End end;
    std::unique_ptr<StreamSocket> listener;
    size_t users = 0;  // of waiting_, answered
  };

  // The errno of a connect that is over already; EINPROGRESS when its end will be told.
  int connect(Waiting& w);
  void connected(const EgressFlow& flow, int error);
  Result<void> answer(Waiting& w);
  void refuse(Waiting& w, int error);
  Result<Door*> door(const End& end);
  void accept_later(const End& end);
  void accept(const End& end);
  void join(const EgressFlow& flow, std::unique_ptr<StreamSocket> stack);
  void forget(const EgressFlow& flow);
  void close_unused(const End& end);
  void expire();

  EventLoop& loop_;
  Kernel& machine_;
  Net& gateway_;
  const int ifindex_;
  const EgressTargets& targets_;
  std::shared_ptr<EgressStreams*> self_;  // of tasks: null once we are gone
  absl::flat_hash_map<EgressFlow, std::unique_ptr<Waiting>> waiting_;
  absl::flat_hash_map<End, std::unique_ptr<Door>> doors_;
  absl::flat_hash_set<EgressFlow> joined_;
  std::list<HostRelay> relays_;
  Timer timer_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_EGRESS_STREAMS_H_
