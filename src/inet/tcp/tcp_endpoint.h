// TcpEndpoint: what stands behind a TCP socket: its place in the tables, its settings, and its
// connection or its queue of new ones. It belongs to its socket, to the accept queue of a listener,
// or, when its socket is gone, to the TcpLayer.
#ifndef UNETNS_INET_TCP_TCP_ENDPOINT_H_
#define UNETNS_INET_TCP_TCP_ENDPOINT_H_

#include <memory>

#include "env/timers.h"
#include "inet/ip/ip_types.h"
#include "inet/tcp/congestion.h"
#include "inet/tcp/connection.h"
#include "inet/tcp/tcp_listening.h"
#include "inet/tcp/tcp_record.h"

namespace unetns {

template <class F>
class TcpLayer;

// The socket of an endpoint.
template <class F>
class TcpOwner {
 public:
  virtual ~TcpOwner() = default;
  // Something may have changed. Called from inside the stack: take note, don't call back.
  virtual void tcp_event() = 0;
  // An ICMP error about the SYN, before what comes of it: for the error queue.
  virtual void tcp_icmp_error(const IcmpErrorRx<F>& /*error*/) {}
  // IP_RECVERR: an ICMP error that does not end the connection.
  virtual void tcp_soft_error(int /*err*/) {}
  // For those who look on (/proc/net/tcp): of the socket's file, and bytes the program has yet to
  // read that are no longer the connection's.
  virtual uint64_t tcp_inode() const { return 0; }
  virtual size_t tcp_unread() const { return 0; }
  // Of an endpoint that is watched: a segment goes to its device, the packet's front is its header;
  // and the peer has acknowledged more.
  virtual void tcp_transmit(const IpTx<F>& /*tx*/, const IpRoute<F>& /*route*/,
                            const Packet& /*segment*/) {}
  virtual void tcp_acked() {}
  // SO_ATTACH_FILTER; the segment's front is its TCP header, which is `keep` bytes. False: drop it.
  virtual bool tcp_filter(Packet& /*segment*/, size_t /*keep*/) { return true; }
};

// How its packets are sent (ip(7), socket(7)).
struct TcpPath {
  uint32_t mark = 0, priority = 0;
  int unicast_ifindex = 0;  // IP_UNICAST_IF
  int16_t ttl = 0;          // 0: the namespace's
  uint8_t tos = 0, pmtu_mode = IP_PMTUDISC_WANT, min_ttl = 0;
  bool dont_route = false, any_source = false, recv_err = false;
};

template <class F>
class TcpEndpoint final : public TcpRecord<F>, private TcpHost {
 public:
  TcpEndpoint(TcpLayer<F>& layer, Net& net, std::string_view congestion);
  ~TcpEndpoint() override;

  Net& net() const { return net_; }
  void set_owner(TcpOwner<F>* owner) { owner_ = owner; }
  // From an algorithm of congestion_control_names(), whose text it keeps.
  std::string_view congestion() const { return congestion_; }
  void set_congestion(std::string_view name) { congestion_ = name; }

  // Null until connect() or accept(), and from disconnect() on.
  const TcpConnection* connection() const { return connection_.get(); }
  const TcpOwner<F>* owner() const { return owner_; }
  TcpListening<F>* listening_state() const { return listening_.get(); }
  // Of a listener: connections that its program has not accepted, those included that its owner has
  // taken from here already.
  size_t accept_queue() const {
    return listening_->accepted.size() + (owner_ ? owner_->tcp_unread() : 0);
  }
  bool accept_queue_full() const { return accept_queue() > listening_->backlog; }
  // As programs see it: a connection in TIME-WAIT has left its socket, which is closed.
  TcpState state() const;
  bool was_connected() const { return was_connected_; }

  // An event of the connection, which must exist: calls fn(connection, now), and then does what
  // follows from it: timers, tables, packets, and telling the owner.
  template <class Fn>
  void run(Fn&& fn) {
    fn(*connection_, now());
    settle();
  }
  // For what neither sends nor changes anything: no event.
  template <class Fn>
  void quietly(Fn&& fn) {
    fn(*connection_);
  }
  // The order to send a packet of the connection.
  IpTx<F> tx() const;

  TcpSettings settings;
  TcpPath path;
  bool port_bound = false, address_bound = false;  // by bind(2)
  bool source_open = false;         // the bound address can be no source: the route gives one
  bool push_tail = false;           // what TcpLayer::write_part() left is to go when the turn ends
  bool abort_at_close = false;      // SO_LINGER with time 0
  bool stamp_arrivals : 1 = false;  // data is given the time of its arrival (PacketMeta::tstamp)
  bool watched : 1 = false;         // see TcpOwner

 private:
  friend class TcpLayer<F>;
  bool acked_ : 1 = false;         // tcp_acked() is to be called
  bool fresh_cookie_ : 1 = false;  // its SYN-ACK brings a cookie
  uint16_t ip_ids_ = 0;   // the next id of IP; from the first sequence number, which is random
  uint32_t charged_ = 0;  // bytes that the layer counts for its queues

  void tcp_send(TcpSegmentOut segment) override;
  void tcp_changed() override { changed_ = true; }
  void tcp_confirmed() override { confirmed_ = acked_ = true; }
  void tcp_path_suspect() override {}
  void tcp_count(TcpMib mib, uint32_t n) override;
  void tcp_fastopen_cookie(Bytes cookie, uint16_t mss) override;
  std::optional<FastOpenKeys::Cookie> tcp_fresh_cookie() const override;
  TcpMemory tcp_memory() const override;
  bool tcp_may_challenge(Nanos now) override;

  Nanos now() const { return net_.env().clock.monotonic(); }
  void settle();
  // No longer one whose handshake a Fast Open listener waits for.
  void leave_fastopen();
  void charge();  // tells the layer how much its queues hold
  void state_changed(TcpState to);
  void arm();
  void timer_fired();

  TcpLayer<F>& layer_;
  Net& net_;
  TcpOwner<F>* owner_ = nullptr;
  std::string_view congestion_;
  std::unique_ptr<TcpConnection> connection_;
  std::unique_ptr<TcpListening<F>> listening_;
  Timer timer_;
  RouteCache<F> route_cache_;
  uint32_t path_mtu_ = 0;
  TcpState last_state_ = TcpState::kClose;
  bool changed_ = false, confirmed_ = false;
  bool detached_ : 1 = false;  // what is left of the connection is for reading only
  bool orphan_ : 1 = false, buried_ : 1 = false;
  bool lingers_zero_ : 1 = false;  // it is reset for SO_LINGER's sake
  bool was_connected_ : 1 = false;
  bool starting_ : 1 = false;        // inside of connect()
  bool fastopen_waits_ : 1 = false;  // see TcpNet::fastopen
  bool tail_waits_ : 1 = false;      // see TcpLayer::write_part()
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TCP_ENDPOINT_H_
