// TcpLayer: TCP of one family in all namespaces: ports, demultiplexing, handshakes of listeners,
// TIME-WAIT, headers and checksums. The connections themselves are TcpConnection's.
#ifndef UNETNS_INET_TCP_TCP_LAYER_H_
#define UNETNS_INET_TCP_TCP_LAYER_H_

#include <functional>
#include <memory>
#include <vector>

#include "inet/ip/ip_layer.h"
#include "inet/tcp/secrets.h"
#include "inet/tcp/syn_cookie.h"
#include "inet/tcp/tcp_net.h"

namespace unetns {

template <class F>
class TcpLayer final : public TransportHandler<F>, public PernetOperations {
 public:
  using Endpoint = TcpEndpoint<F>;
  using Address = typename F::Address;
  static constexpr size_t kMaxOrphans = 65536;  // in all namespaces; more are reset
  static constexpr size_t kMaxFastOpenCookies = 1024;

  // Registers itself as a pernet subsystem. Make it before the first namespace.
  static Result<std::unique_ptr<TcpLayer>> create(NetRegistry& registry, IpLayer<F>& ip);
  ~TcpLayer() override;

  // ---- for sockets. Errors are those of bind(2), listen(2), connect(2).
  std::unique_ptr<Endpoint> make_endpoint(Net& net);
  // The endpoint's local address is set; port 0 chooses one.
  Result<void> claim(Endpoint& endpoint, uint16_t port);
  Result<void> listen(Endpoint& endpoint, int backlog);
  // What may go with the SYN (TCP Fast Open).
  struct SynData {
    Packet data;
    bool no_cookie = false;  // the server asks for none
    // When data may go with the SYN, it waits for connect_late(). Cleared: it went at once.
    bool late = false;
    bool whole = true;   // what the SYN does not take follows the handshake
    uint32_t taken = 0;  // told: how much of `data` was taken
  };
  Result<void> connect(Endpoint& endpoint, const Address& to, uint16_t port,
                       SynData* syn_data = nullptr);
  void connect_late(Endpoint& endpoint, SynData& syn_data);
  // The next connection of a listener; null: none waits.
  std::unique_ptr<Endpoint> accept(Endpoint& listener);
  // Ends what the endpoint does, at once: it can be used anew. What was bound stays.
  void disconnect(Endpoint& endpoint);
  // Its socket is gone. `unread`: its program did not take all that it had been given, which the
  // peer must know (RFC 1122 §4.2.2.13).
  void release(std::unique_ptr<Endpoint> endpoint, bool unread = false);
  // A part of much data: what is left of it behind the last full segment waits until the end of
  // this turn, as more may follow.
  void write_part(Endpoint& endpoint, Packet data);
  // The settings of a fresh socket, by the namespace's sysctls.
  TcpSettings default_settings(const Net& net) const;
  // Settings that follow the sysctls unless a socket set them itself are read anew.
  const TcpSysctls& sysctls(const Net& net) const { return ip_.settings(net).tcp; }
  IpLayer<F>& ip() const { return ip_; }
  std::string_view congestion(const Net& net) const;
  Result<void> set_congestion(Net& net, std::string_view name);  // ENOENT
  // MTU of the path of a connection, as the route says now; 0: there is none.
  uint32_t path_mtu(Endpoint& endpoint);

  // ---- for the packet path
  void receive(Net& net, Packet packet, const IpRx<F>& rx) override;
  bool icmp_error(Net& net, const IcmpErrorRx<F>& error) override;

  // ---- what there is
  TcpMibs mibs(const Net& net) const;
  struct Use {
    size_t in_use = 0, orphans = 0, time_waits = 0, allocated = 0, memory = 0;
  };
  Use use(const Net& net) const;
  // Listeners first, then connections, requests and waiting ones.
  void for_each(const Net& net, const std::function<void(const TcpRecord<F>&)>& fn) const;
  size_t orphan_count() const { return orphans_; }
  FastOpenKeys& fastopen_keys(Net& net);  // tcp_fastopen_key
  // Bytes that the queues of all connections hold, and their limits (tcp_mem of tcp(7)).
  struct MemoryLimits {
    size_t pressure = size_t{256} << 20, high = size_t{512} << 20;
  };
  size_t memory() const { return memory_; }
  void set_memory_limits(const MemoryLimits& limits) { limits_ = limits; }
  TcpMemory memory_state() const {
    if (memory_ < limits_.pressure) return TcpMemory::kPlenty;
    return memory_ < limits_.high ? TcpMemory::kPressure : TcpMemory::kFull;
  }
  // Connections without sockets keep their namespaces alive; before a machine ends it drops them.
  void drop_orphans();

  // ---- PernetOperations
  std::string_view name() const override { return "tcp"; }
  void exit(Net& net) override;

 private:
  friend class TcpEndpoint<F>;
  using Record = TcpRecord<F>;
  using HalfOpen = TcpHalfOpen<F>;
  using Waiting = TcpWaiting<F>;
  struct Slot {
    std::unique_ptr<TcpNet<F>> state;
  };
  // A packet of a connection that waits for the end of its event.
  struct Outgoing {
    Endpoint* endpoint = nullptr;  // null: it has been sent
    Packet packet;
    uint8_t ecn = 0;
  };
  // A segment that arrived, and what IP knows of it.
  struct Arrival {
    Net& net;
    TcpNet<F>& state;
    const IpRx<F>& rx;
    TcpKey<F> key;
    uint32_t mark = 0;
    Nanos now;
  };

  TcpLayer(NetRegistry& registry, IpLayer<F>& ip, PernetId<Slot> slot);
  TcpNet<F>& state(Net& net) {
    auto& s = net.get(slot_).state;
    if (!s) [[unlikely]]
      s = make_state(net);
    return *s;
  }
  std::unique_ptr<TcpNet<F>> make_state(Net& net);
  const TcpNet<F>* state_if_any(const Net& net) const { return net.get(slot_).state.get(); }

  const FastOpenKeys& keys_of(const TcpListening<F>& listening, Net& net);

  // tcp_input.cc
  void to_request(const Arrival& a, HalfOpen& request, TcpSegmentIn segment);
  // True: the segment is for the listener, with this first sequence number if not 0.
  bool to_waiting(const Arrival& a, Waiting& waiting, const TcpSegmentIn& segment, uint32_t* iss);
  bool arrives_by(const IpRx<F>& rx, int ifindex) const;
  Record* find_listener(const Arrival& a) const;
  void to_listener(const Arrival& a, TcpSegmentIn segment, uint32_t iss);

  // tcp_listen.cc
  void new_request(const Arrival& a, Endpoint& listener, TcpSegmentIn syn, uint32_t iss);
  bool try_fastopen(const Arrival& a, Endpoint& listener, TcpSegmentIn& syn, uint32_t iss,
                    uint32_t mtu);
  void cookie_ack(const Arrival& a, Endpoint& listener, TcpSegmentIn ack);
  static uint32_t fastopen_limit(const TcpListening<F>& l, int mode);
  void send_syn_ack(HalfOpen& request, Nanos now);
  std::unique_ptr<Endpoint> make_child(const Arrival& a, Endpoint& listener, uint32_t mtu,
                                       uint32_t mark, uint8_t tos);
  // To its connection.
  static void give(Endpoint& endpoint, TcpSegmentIn segment);
  void established(const Arrival& a, Endpoint& listener, const TcpNegotiated& agreed, uint32_t mtu,
                   uint32_t mark, uint8_t tos, TcpSegmentIn segment);
  void refresh(Endpoint& listener) const;
  static void follow_sysctls(const TcpSysctls& sysctls, TcpSettings& settings);
  void stop_listening(Endpoint& endpoint);
  void forget(HalfOpen& request);
  void requeue(HalfOpen& request);
  void run_deadlines(Net& net);

  // tcp_output.cc
  void queue(Endpoint& endpoint, Packet packet, uint8_t ecn);
  void flush();
  void push_tails();
  void transmit(Endpoint& endpoint, Packet packet, uint8_t ecn);
  Packet build(PacketPool& pool, const TcpKey<F>& key, TcpSegmentOut segment);
  struct ReplyPath {
    uint32_t mark = 0;
    int oif = 0, ttl = 0;
    uint8_t tos = 0;
  };
  void send_reply(Net& net, const TcpKey<F>& key, TcpSegmentOut segment, const ReplyPath& path);
  void send_reset(const Arrival& a, const TcpSegmentIn& segment);
  uint32_t mtu_to(Net& net, const TcpKey<F>& key, int oif, uint32_t mark, RouteHints* hints);

  // tcp_lifetime.cc
  void unhash(Endpoint& endpoint);
  bool become_waiting(Endpoint& endpoint);
  void forget(Net& net, Waiting& waiting);
  void bury(Endpoint& endpoint);
  void send_outgoing(Endpoint& endpoint);
  void destroyed(Endpoint& endpoint);
  std::unique_ptr<CongestionControl> make_control(const Endpoint& e) const;
  // Whether connect() may have these addresses and ports: nobody does, or one in TIME-WAIT whose
  // place it may take (tcp_tw_reuse).
  bool may_take(TcpNet<F>& s, const Net& net, const TcpKey<F>& key, bool loopback, Nanos now) const;

  NetRegistry& registry_;
  IpLayer<F>& ip_;
  PernetId<Slot> slot_;
  TcpSecrets secrets_;
  SynCookies cookies_;
  std::vector<Outgoing> outgoing_;
  size_t outgoing_head_ = 0;
  bool flushing_ = false;
  std::vector<Endpoint*> tails_;  // see write_part(); null: it is gone
  std::vector<TcpOrphan<F>> graveyard_;
  size_t orphans_ = 0, memory_ = 0;
  MemoryLimits limits_;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TCP_LAYER_H_
