// TcpSocket: SOCK_STREAM of AF_INET and AF_INET6 (tcp(7), ipv6(7)).
#ifndef UNETNS_SOCKET_INET_TCP_SOCKET_H_
#define UNETNS_SOCKET_INET_TCP_SOCKET_H_

#include "inet/tcp/tcp_layer.h"
#include "socket/cmsg.h"
#include "socket/inet/error_queue.h"
#include "socket/inet/inet_parts.h"
#include "socket/inet/ip_option_set.h"
#include "socket/inet/ipv6_option_set.h"
#include "socket/inet/name_format.h"
#include "socket/inet/tcp_stamps.h"
#include "socket/stream_socket.h"

namespace unetns {

class TcpSocket final : public StreamSocket, private TcpOwner<V4> {
 public:
  TcpSocket(Net& net, const InetParts& parts, const Caller& caller, int family);
  ~TcpSocket() override;

  Result<void> bind(const Caller& caller, Bytes name) override;
  Result<void> connect(const Caller& caller, Bytes name) override;
  Result<void> listen(int backlog) override;
  Result<std::unique_ptr<Socket>> accept() override;
  Result<SockAddr> local_name() const override;
  Result<SockAddr> peer_name() const override;
  Result<SockAddr> peer_address() const override;
  Result<SockAddr> accepted_name() const override;
  Result<size_t> send(const Caller& caller, const SendRequest& request) override;
  Result<Message> receive(int flags) override;
  ByteVector control_for(const Message& message) const override;
  Result<void> set_option(const Caller& caller, int level, int name, Bytes value) override;
  Result<ByteVector> get_option(const Caller& caller, int level, int name, size_t max) override;
  Result<ByteVector> query_option(const Caller& caller, int level, int name, Bytes given) override;
  Result<void> shutdown(int how) override;
  Result<int> ioctl(const Caller& caller, unsigned long request, MutableBytes arg) override;
  uint32_t poll() const override;
  int take_error() override;

  StreamState state() const override;
  uint32_t send_room() const override;
  Result<void> write(Packet data, bool more, bool urgent) override;
  bool send_closed() const override;
  uint32_t unacked_or_unsent() const override;
  uint32_t unsent() const override;
  Packet read(size_t max) override;
  const Packet* peek() const override;
  size_t readable() const override;
  bool at_eof() const override;
  bool at_urgent_mark() const override;
  bool tells_control() const override { return want_inq_ || wants_receive_stamps(options()); }
  Nanos arrival(size_t ahead) override;
  bool tells_sent() const override;
  bool has_queued_errors() const override { return seldom_ && !seldom_->errors.empty(); }
  void next_write(bool ends, std::optional<int> asked) override;
  Result<uint8_t> read_urgent(bool peek) override;
  void set_unconsumed(size_t bytes) override { unconsumed_ = static_cast<uint32_t>(bytes); }
  size_t accept_queue() const override;
  bool was_reset() const override { return was_reset_; }
  void close() override;
  bool all_acked() const override;
  bool is_late() const override { return late_ == Late::kWaits; }

  TcpState tcp_state() const { return end_ ? end_->state() : TcpState::kClose; }

 protected:
  Result<int> device_index(std::string_view name) const override;
  std::string device_name(int ifindex) const override;
  bool listening() const override { return end_ && end_->listening_state(); }
  uint32_t receive_memory() const override;
  void options_changed() override;

 private:
  using Endpoint = TcpEndpoint<V4>;
  enum class Phase : uint8_t { kUnconnected, kConnecting, kConnected };  // of socket(7)
  // TCP_FASTOPEN_CONNECT: the SYN waits for data, or went with it and is not yet answered.
  enum class Late : uint8_t { kNo, kWaits, kStarted };
  // Options that, once set, don't follow the namespace's settings any more.
  enum Own : uint16_t {
    kOwnKeepIdle = 1,
    kOwnKeepInterval = 2,
    kOwnKeepCount = 4,
    kOwnSynCount = 8,
    kOwnLinger2 = 16,
    kOwnNotsentLowat = 32,
    kOwnRtoMax = 64,
    kOwnRtoMin = 128,
  };

  // Most streams never set an option of IPPROTO_IP, and there may be many of them.
  template <class Fn>
  auto with_ip(Fn&& fn) const {
    if (ip_) return fn(static_cast<const IpOptionSet&>(*ip_));
    const IpOptionSet fresh(const_cast<TcpSocket&>(*this), parts_);
    return fn(fresh);
  }
  IpOptionSet& ip() {
    if (!ip_) ip_ = std::make_unique<IpOptionSet>(*this, parts_);
    return *ip_;
  }
  struct Seldom {
    ErrorQueue<V4> errors;
    TcpStamps stamps;
    FastOpenKeys fastopen_keys;  // TCP_FASTOPEN_KEY; none: the namespace's
    Ipv6OptionSet ipv6;
  };
  Seldom& seldom() {
    if (!seldom_) seldom_ = std::make_unique<Seldom>();
    return *seldom_;
  }
  TcpSocket(const TcpSocket& listener, std::unique_ptr<Endpoint> end);
  TcpLayer<V4>& tcp() const;
  const TcpConnection* connection() const { return end_ ? end_->connection() : nullptr; }
  void tcp_event() override;
  bool tcp_filter(Packet& segment, size_t keep) override;
  void tcp_icmp_error(const IcmpErrorRx<V4>& error) override;
  void tcp_soft_error(int err) override { set_error(err); }
  void tcp_transmit(const IpTx<V4>& tx, const IpRoute<V4>& route, const Packet& segment) override;
  void tcp_acked() override;
  uint64_t tcp_inode() const override { return inode(); }
  size_t tcp_unread() const override { return unconsumed_ + unread_by_program().bytes; }

  Result<void> start_connect(const InetName& to, TcpLayer<V4>::SynData* data);
  // What goes with the SYN.
  TcpLayer<V4>::SynData syn_data(Packet data) const;
  size_t connect_late(Packet data, bool whole);
  int take_pending() { return StreamSocket::take_error(); }
  Result<void> finish_connect();
  Result<void> disconnect();
  Result<Message> receive_error();
  Result<void> set_timestamping(const Caller& caller, int name, Bytes value);
  void note_arrival(const Packet& piece);
  // Before data is written: what is to be told of it, if it ends a send.
  void note_write(const Packet& data);
  void tell_sent(uint32_t what, uint32_t end, ByteVector payload, Ipv4Address source, int ifindex);
  void inherit(const TcpSocket& listener);
  void sync_path();
  TcpSettings current_settings() const;
  Nanos defer_accept() const;
  void settings_changed();
  Result<void> check_writable();
  Result<uint32_t> path_mtu();
  Ipv6OptionSet::Owner ipv6_owner() { return {*this, parts_.netdevs, ip()}; }
  Result<void> set_ipv6_option(const Caller& caller, int name, Bytes value);
  Result<ByteVector> get_ipv6_option(int name, size_t max);
  Result<void> set_tcp_option(const Caller& caller, int name, Bytes value);
  Result<void> set_tcp_number(const Caller& caller, int name, int v);
  Result<ByteVector> get_tcp_option(int name, size_t max);
  ByteVector info(size_t max) const;
  uint32_t segment_size() const;
  ByteVector packet_options(size_t max) const;
  Result<void> set_congestion(Bytes value);

  const InetParts& parts_;
  std::unique_ptr<Endpoint> end_;
  std::unique_ptr<IpOptionSet> ip_;  // null: all is as at first
  std::unique_ptr<Seldom> seldom_;
  uint32_t unconsumed_ = 0;
  uint32_t notsent_lowat_ = 0, fastopen_max_ = 0;
  uint16_t own_ = 0;
  uint16_t defer_accept_steps_ = 0;
  bool fastopen_connect_ = false, fastopen_no_cookie_ = false;
  uint8_t delack_max_ = 50;  // kept, in ticks
  NameFormat names_;
  bool save_syn_ = false, want_inq_ = false;
  Phase phase_ : 2 = Phase::kUnconnected;
  Late late_ : 2 = Late::kNo;
  uint8_t shutdown_ : 2 = 0;  // 1: reading, 2: writing
  bool was_reset_ : 1 = false;
  bool quickack_off_ : 1 = false;
  bool multicast_ttl_given_ : 1 = true;  // accepted ones begin with that of the SYN
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_TCP_SOCKET_H_
