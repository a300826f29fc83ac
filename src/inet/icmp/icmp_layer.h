// IcmpLayer: ICMP for IPv4 in all namespaces: answers echo requests, sends errors, dispatches those
// that arrive.
#ifndef UNETNS_INET_ICMP_ICMP_LAYER_H_
#define UNETNS_INET_ICMP_ICMP_LAYER_H_

#include <memory>

#include "inet/icmp/icmp_stats.h"
#include "inet/icmp/rate_limit.h"
#include "inet/ip/ip_layer.h"
#include "packet/wire/icmp.h"

namespace unetns {

// Takes echo replies (ping sockets): moves from the packet when it returns true. Front: the ICMP
// header.
class EchoReplies {
 public:
  virtual ~EchoReplies() = default;
  virtual bool echo_reply(Net& net, Packet& packet, const IpRx<V4>& rx) = 0;
  virtual void icmp_error(Net& net, const IcmpErrorRx<V4>& error) = 0;
};

class IcmpLayer final : public TransportHandler<V4>, public IcmpSender<V4> {
 public:
  static Result<std::unique_ptr<IcmpLayer>> create(NetRegistry& registry, IpLayer<V4>& ip);
  void set_echo_replies(EchoReplies* replies) { replies_ = replies; }

  void receive(Net& net, Packet packet, const IpRx<V4>& rx) override;
  bool icmp_error(Net& net,
                  const IcmpErrorRx<V4>& error) override;  // about an ICMP message of ours
  void send_error(Net& net, NetDevice* dev, const Packet& cause, uint8_t type, uint8_t code,
                  uint32_t info) override;

  bool route_error_allowed(Net& net, const Ipv4Address& sender) override;

  IcmpStats stats(const Net& net) const;
  void count_out(Net& net, uint8_t type);  // a program sent one itself

 private:
  struct State {
    IcmpStats stats;
    IcmpGlobalLimit global;
    IcmpPeerLimit<V4> peers;
  };
  struct Slot {
    std::unique_ptr<State> state;
  };
  IcmpLayer(IpLayer<V4>& ip, PernetId<Slot> slot) : ip_(ip), slot_(slot) {}

  State& state(Net& net) const;
  void answer(Net& net, Packet packet, const IpRx<V4>& rx, uint8_t type, uint8_t code);
  // RFC 8335: whether an interface of ours is up.
  void answer_probe(Net& net, Packet packet, const IpRx<V4>& rx);
  void answer_timestamp(Net& net, Packet packet, const IpRx<V4>& rx);
  // Why nobody had use for it, if so.
  std::optional<DropReason> incoming_error(Net& net, const Packet& packet, const IpRx<V4>& rx,
                                           const IcmpView& icmp);
  // Whether an error about this packet may be sent at all (RFC 1122 §3.2.2).
  bool answerable(Net& net, const Packet& cause, const IpHeaderFacts<V4>& header) const;
  bool within_limits(Net& net, const IpRoute<V4>& route, const Ipv4Address& dst, uint8_t type,
                     uint8_t code);
  Ipv4Address error_source(Net& net, NetDevice* dev, const Packet& cause,
                           const IpHeaderFacts<V4>& header) const;

  IpLayer<V4>& ip_;
  PernetId<Slot> slot_;
  EchoReplies* replies_ = nullptr;
};

}  // namespace unetns

#endif  // UNETNS_INET_ICMP_ICMP_LAYER_H_
