// InetSocket: what all datagram sockets of AF_INET and AF_INET6 share: names, options, queues,
// errors.
#ifndef UNETNS_SOCKET_INET_INET_SOCKET_H_
#define UNETNS_SOCKET_INET_INET_SOCKET_H_

#include <linux/net_tstamp.h>
#include <netinet/in.h>

#include "inet/demux/endpoint.h"
#include "inet/ip/ipv4_stack.h"
#include "socket/inet/error_queue.h"
#include "socket/inet/ip_option_set.h"
#include "socket/inet/ipv6_option_set.h"
#include "socket/inet/name_format.h"
#include "socket/inet/receive_queue.h"
#include "socket/socket.h"

namespace unetns {

struct CmsgView;

class InetSocket : public Socket, public Endpoint<V4> {
 public:
  // `ports`: where it gets its port from; null when it has none. Borrowed.
  InetSocket(Net& net, const InetParts& parts, const Caller& caller, int type, int protocol,
             PortSpace<V4>* ports, int family = AF_INET);
  ~InetSocket() override { give_up_port(); }

  Result<void> connect(const Caller& caller, Bytes name) override;
  Result<SockAddr> local_name() const override;
  Result<SockAddr> peer_name() const override;
  Result<Message> receive(int flags) override;
  Result<void> may_receive(int flags) const override;
  ByteVector control_for(const Message& message) const override;
  Result<void> set_option(const Caller& caller, int level, int name, Bytes value) override;
  Result<ByteVector> get_option(const Caller& caller, int level, int name, size_t max) override;
  Result<ByteVector> query_option(const Caller& caller, int level, int name, Bytes given) override;
  Result<void> shutdown(int how) override;
  Result<int> ioctl(const Caller& caller, unsigned long request, MutableBytes arg) override;
  uint32_t poll() const override;

  void icmp_error(const IcmpErrorRx<V4>& error) override;
  bool wants_group(const Ipv4Address& group, const Ipv4Address& source, int ifindex) const override;
  uint64_t inode() const override { return Socket::inode(); }

 protected:
  Result<int> device_index(std::string_view name) const override {
    return ip_options_.device_index(name);
  }
  std::string device_name(int ifindex) const override { return ip_options_.device_name(ifindex); }
  uint32_t receive_memory() const override { return queue_.memory() + unread_charge(true); }
  bool supports_peek_offset() const override { return protocol() == IPPROTO_UDP; }
  uint32_t unread_datagrams() const override {
    return static_cast<uint32_t>(queue_.size()) + unread_by_program().datagrams;
  }
  uint32_t receive_drops() const override { return queue_.drops(); }
  bool steady() const override { return connected_ && shutdown_ == 0; }
  bool silent() const override { return !connected_ && !inet().recv_err && shutdown_ == 0; }
  void options_changed() override;

  // A struct sockaddr_in of a program. EINVAL when short.
  static Result<sockaddr_in> parse_name(Bytes name);
  // Whether a program may bind to the address: EADDRNOTAVAIL.
  Result<void> check_address(const Ipv4Address& address) const {
    UNETNS_TRY(ip_options_.check_bind(address));
    return {};
  }
  // The same, and sets local and source address.
  Result<void> bind_address(const InetName& to);

  // Gives the socket a port when it has none (EAGAIN: none is free). For sockets without ports:
  // nothing.
  Result<void> autobind();
  void give_up_port();
  // bind(2) of a socket with ports, once it is known that it may. Undone by EADDRINUSE.
  Result<void> bind_port(const InetName& to);
  // Whether the connected peer narrows down what is received.
  virtual bool filters_by_peer() const { return true; }
  // What of a quoted packet is given to the program with an error.
  virtual Bytes quoted_payload(const IcmpErrorRx<V4>& error) const = 0;
  virtual uint16_t quoted_port(const IcmpErrorRx<V4>&) const { return 0; }

  struct Peer {
    Ipv4Address address;
    uint16_t port = 0;
  };
  // Whom msg_name names, or the connected peer. EDESTADDRREQ, EAFNOSUPPORT, EINVAL.
  Result<Peer> destination(const SendRequest& request) const;
  // What one call of send wants.
  struct Outgoing {
    IpTx<V4> tx;
    uint16_t segment = 0;  // UDP_SEGMENT
    int stamps = 0;        // SOF_TIMESTAMPING_TX_*
    bool wants_stamp() const {
      return stamps & (SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_SOFTWARE);
    }
  };
  // How to send to `peer` with the options and control messages of this call. EINVAL.
  Result<Outgoing> prepare(const Caller& caller, const SendRequest& request, const Peer& peer);
  // A control message of a level above IP. EINVAL.
  virtual Result<void> apply_cmsg(const CmsgView&, Outgoing&) const { return {}; }
  virtual uint16_t default_segment() const { return 0; }  // UDP_SEGMENT
  // Puts time stamps of a datagram that left into the error queue, as they were asked for.
  // `header` and `data`: what IP carried.
  void stamp_sent(const Outgoing& out, const IpRoute<V4>& route, Bytes header, Bytes data);
  // Fills in what connect and send do alike: interface, source and TTL of multicasts, 0.0.0.0 as
  // destination.
  void apply_destination(IpTx<V4>& tx) const;
  // The errno that keeps a socket from sending now; 0: none.
  int refusal();
  // After a failed send: remembers EMSGSIZE in the error queue.
  std::unexpected<Error> send_failed(Error error, const Peer& peer, uint32_t mtu);
  // Queues what was received; counts the drop when there is no room. False: dropped.
  bool enqueue(QueuedDatagram<V4> datagram);
  QueuedDatagram<V4> datagram_of(Packet packet, const IpRx<V4>& rx) const;
  bool asks_for_device() const;
  // What came over the loopback to an address of our own came, for programs, by the device that
  // has the address; `loopback` when it has it itself.
  int device_of(const Ipv4Address& own, int loopback) const;

  const NameFormat& names() const { return names_; }
  bool inet6() const { return names_.inet6(); }
  const InetParts& parts() const { return parts_; }
  IpLayer<V4>& ip() const { return parts_.stack.ip(); }
  InetOptions& inet() { return ip_options_.values(); }
  const InetOptions& inet() const { return ip_options_.values(); }
  bool connected() const { return connected_; }
  const Peer& peer() const { return peer_; }
  bool send_shut() const { return shutdown_ & 2; }
  const ReceiveQueue<V4>& queue() const { return queue_; }
  PortSpace<V4>* ports() const { return ports_; }

  Ipv4Address source_;  // for packets; zero when bound to a group or a broadcast address
  bool address_bound_ = false, port_bound_ = false;  // by bind(2)

 private:
  Result<void> disconnect();
  Message to_message(const QueuedDatagram<V4>& d, ByteVector data) const;
  Result<Message> receive_error();
  Result<uint32_t> path_mtu() const;
  Ipv6OptionSet::Owner ipv6_owner() { return {*this, parts_.netdevs, ip_options_}; }
  Result<void> set_ipv6_option(const Caller& caller, int name, Bytes value);
  Result<ByteVector> get_ipv6_option(int name, size_t max);

  const InetParts& parts_;
  PortSpace<V4>* const ports_;
  NameFormat names_;
  IpOptionSet ip_options_;
  std::unique_ptr<Ipv6OptionSet> ipv6_options_;  // of AF_INET6 sockets
  ByteVector sent_options_;                      // IP_RETOPTS of the call being served, padded
  bool connected_ = false;
  uint16_t ip_ids_ = 0;   // the next id of IP, when connected
  uint8_t shutdown_ = 0;  // 1: reading, 2: writing
  Peer peer_;
  ReceiveQueue<V4> queue_;
  ErrorQueue<V4> errors_;
  Nanos last_stamp_{};  // of the last datagram given to the program (SIOCGSTAMP)
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_INET_SOCKET_H_
