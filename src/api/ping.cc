#include "unetns/ping.h"

#include <netinet/in.h>

#include "base/checksum.h"
#include "env/env.h"
#include "unetns/socket.h"

namespace unetns {
namespace {

constexpr size_t kHeader = 8;
struct EchoTypes {
  uint8_t request, reply;
};

// The requests and answers of one call.
class Pinger {
 public:
  Pinger(World& world, DatagramSocket socket, const IpAddress& to, const PingOptions& options)
      : world_(world),
        socket_(std::move(socket)),
        to_(to),
        options_(options),
        types_(to.family() == AF_INET6 ? EchoTypes{128, 129} : EchoTypes{8, 0}),
        id_(static_cast<uint16_t>(world.env().rng.u32())),
        message_(kHeader + options.payload) {}

  Result<PingReport> run() {
    for (size_t i = kHeader; i < message_.size(); i++) message_[i] = static_cast<uint8_t>(i);
    const Nanos start = world_.now();
    for (int n = 0; n < options_.count; n++) {
      if (auto sent = send(n); !sent && sent.error().code != EAGAIN && sent.error().code != ENOBUFS)
        return std::unexpected(std::move(sent).error());
      const bool last = n + 1 == options_.count;
      const Nanos until =
          last ? world_.now() + options_.timeout : start + (n + 1) * options_.interval;
      world_.run_until([&] { return take_answers() && last; }, until - world_.now());
    }
    return std::move(report_);
  }

 private:
  Result<void> send(int n) {
    message_[0] = types_.request;
    store_be16(&message_[4], id_);
    store_be16(&message_[6], static_cast<uint16_t>(n));
    if (to_.family() == AF_INET) {  // of ICMPv6 the stack makes it
      store_be16(&message_[2], 0);
      store_be16(&message_[2], InternetSum().add(message_).checksum());
    }
    sent_at_.push_back(world_.now());
    answered_.push_back(false);
    report_.sent++;
    return socket_.send_to(message_, {to_, 0});
  }
  // Whether all that was asked is answered.
  bool take_answers() {
    while (auto datagram = socket_.receive()) {
      Bytes data = datagram->data;
      if (to_.family() == AF_INET && !data.empty()) {
        const size_t header = (data[0] & 0xfu) * 4;
        data = data.subspan(std::min(header, data.size()));
      }
      if (data.size() < kHeader || data[0] != types_.reply || load_be16(&data[4]) != id_) continue;
      const size_t n = load_be16(&data[6]);
      if (n >= sent_at_.size() || answered_[n]) continue;
      answered_[n] = true;
      report_.received++;
      report_.round_trips.push_back(world_.now() - sent_at_[n]);
    }
    return report_.received == report_.sent;
  }

  World& world_;
  DatagramSocket socket_;
  IpAddress to_;
  PingOptions options_;
  EchoTypes types_;
  uint16_t id_;
  ByteVector message_;
  std::vector<Nanos> sent_at_;
  std::vector<bool> answered_;
  PingReport report_;
};

}  // namespace

Result<PingReport> ping(World& world, const Netns& from, const IpAddress& to,
                        const PingOptions& options) {
  if (options.count < 1 || options.count > 65535 || options.payload > 65507) return fail(EINVAL);
  const bool v6 = to.family() == AF_INET6;
  UNETNS_ASSIGN(auto socket,
                DatagramSocket::raw(from, to.family(), v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP));
  return Pinger(world, std::move(socket), to, options).run();
}

}  // namespace unetns
