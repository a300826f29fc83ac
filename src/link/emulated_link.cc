#include "link/emulated_link.h"

#include <algorithm>
#include <vector>

#include "link/random_mac.h"
#include "netdev/ethernet.h"
#include "packet/gso.h"

namespace unetns {
namespace {

constexpr size_t kMaxInFlight = 65536;  // frames of one direction

class EmulatedOps final : public DeviceOps {
 public:
  EmulatedOps(const Env& env, uint64_t seed)
      : env_(env), rng_(seed), timer_(env.timers, [this] { deliver_next(); }) {}
  ~EmulatedOps() override { unbind(); }

  NetDevice* link(const NetDevice&) const override { return peer; }
  bool has_link() const override { return true; }
  void transmit(NetDevice& dev, Packet packet) override;
  void unbind() {
    if (!peer) return;
    static_cast<EmulatedOps&>(peer->ops()).peer = nullptr;
    peer = nullptr;
  }

  NetDevice* peer = nullptr;
  Impairments impairments;
  ImpairmentCounts counts;

 private:
  struct Arrival {
    Nanos when;
    uint64_t order;
    Packet frame;
    bool operator<(const Arrival& o) const {  // for a heap whose front is the next one
      return when != o.when ? when > o.when : order > o.order;
    }
  };
  void transmit_one(NetDevice& dev, Packet frame);
  bool is_lost(const Packet& frame);
  void flip_a_bit(Packet& frame);
  // When the last bit has left by the wire; nothing when the queue is full.
  std::optional<Nanos> departure(size_t bytes);
  Nanos arrival(Nanos departure);
  void queue(Nanos when, Packet frame);
  void deliver_next();
  bool happens(double chance) { return chance > 0 && rng_.u32() < chance * 4294967296.0; }

  const Env& env_;
  SeededRng rng_;
  Timer timer_;
  std::vector<Arrival> in_flight_;  // a heap
  // Departures of frames that wait for the wire, in order: from waiting_from_ on.
  std::vector<Nanos> waiting_;
  size_t waiting_from_ = 0;
  Nanos busy_until_{}, last_arrival_{};
  uint64_t order_ = 0;
};

void EmulatedOps::transmit(NetDevice& dev, Packet packet) {
  if (packet.meta().gso_size != 0 &&
      segment_gso(dev.layer().registry().packets(), packet, kEthernetHeader,
                  [&](Packet segment) { transmit_one(dev, std::move(segment)); }))
    return;
  transmit_one(dev, std::move(packet));
}

void EmulatedOps::transmit_one(NetDevice& dev, Packet frame) {
  frame.complete_checksum();
  // Bytes of its own, and nothing known of them, as of any frame from a wire.
  Packet bits = Packet::allocate(dev.layer().registry().packets(), Packet::kHeadroom, frame.size());
  frame.copy_to(bits.head());
  bits.meta().hops = frame.meta().hops;
  ++dev.stats.tx_packets;
  dev.stats.tx_bytes += bits.size();
  ++counts.frames;
  if (!peer || is_lost(bits)) return;
  const auto departs = departure(bits.size());
  if (!departs) return;
  if (happens(impairments.corrupt)) flip_a_bit(bits);
  const Nanos when = arrival(*departs);
  if (happens(impairments.duplicate)) {
    ++counts.duplicated;
    queue(when, Packet::copy_of(dev.layer().registry().packets(), bits.head()));
  }
  queue(when, std::move(bits));
}

bool EmulatedOps::is_lost(const Packet& frame) {
  const Impairments& i = impairments;
  if (i.black_hole != 0 && frame.size() > i.black_hole + kEthernetHeader) {
    ++counts.black_holed;
    return true;
  }
  const bool nth = i.lose_every != 0 && counts.frames % i.lose_every == 0;
  if (!nth && !happens(i.loss)) return false;
  ++counts.lost;
  return true;
}

void EmulatedOps::flip_a_bit(Packet& frame) {
  MutableBytes bytes = frame.head();
  if (bytes.size() <= kEthernetHeader || ethernet_protocol(bytes.data()) != ETH_P_IP) return;
  bytes = bytes.subspan(kEthernetHeader);
  bytes[rng_.below(static_cast<uint32_t>(bytes.size()))] ^=
      static_cast<uint8_t>(1 << rng_.below(8));
  ++counts.corrupted;
}

std::optional<Nanos> EmulatedOps::departure(size_t bytes) {
  const Nanos now = env_.clock.monotonic();
  if (impairments.rate == 0) return now;
  while (waiting_from_ < waiting_.size() && waiting_[waiting_from_] <= now) ++waiting_from_;
  if (waiting_from_ * 2 >= waiting_.size()) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(waiting_from_));
    waiting_from_ = 0;
  }
  if (waiting_.size() - waiting_from_ >= impairments.queue_limit) {
    ++counts.queue_full;
    return {};
  }
  const Nanos takes(static_cast<int64_t>(bytes * 8 * 1'000'000'000 / impairments.rate));
  busy_until_ = std::max(now, busy_until_) + takes;
  waiting_.push_back(busy_until_);
  return busy_until_;
}

Nanos EmulatedOps::arrival(Nanos departure) {
  Nanos when = departure + impairments.delay;
  if (const auto jitter = impairments.jitter.count(); jitter > 0)
    when +=
        Nanos(static_cast<int64_t>(rng_.u64() % (2 * static_cast<uint64_t>(jitter) + 1)) - jitter);
  when = std::max(when, departure);
  if (happens(impairments.reorder)) {
    ++counts.reordered;
    return when + impairments.reorder_by;
  }
  if (impairments.keep_order) when = last_arrival_ = std::max(when, last_arrival_);
  return when;
}

void EmulatedOps::queue(Nanos when, Packet frame) {
  if (in_flight_.size() >= kMaxInFlight) {
    ++counts.queue_full;
    return;
  }
  in_flight_.push_back({when, order_++, std::move(frame)});
  std::push_heap(in_flight_.begin(), in_flight_.end());
  timer_.arm_at(in_flight_.front().when);
}

// One at a time: whoever receives it may take the device away.
void EmulatedOps::deliver_next() {
  if (in_flight_.empty()) return;
  std::pop_heap(in_flight_.begin(), in_flight_.end());
  Packet frame = std::move(in_flight_.back().frame);
  in_flight_.pop_back();
  if (!in_flight_.empty()) timer_.arm_at(in_flight_.front().when);
  if (peer) peer->layer().receive(*peer, std::move(frame));
}

EmulatedOps& ops_of(const NetDevice& dev) { return static_cast<EmulatedOps&>(dev.ops()); }

}  // namespace

Result<NetDevice*> EmulatedLinkKind::connect(NetdevLayer& layer, Net& a, std::string_view name_a,
                                             Net& b, std::string_view name_b, uint64_t seed) {
  const Env& env = layer.registry().env();
  auto make = [&](Net& net, std::string_view name, uint64_t its_seed) {
    auto dev = std::make_unique<NetDevice>(this, std::make_unique<EmulatedOps>(env, its_seed));
    set_random_address(*dev, env.rng);
    return layer.register_device(net, std::move(dev), name);
  };
  UNETNS_ASSIGN(NetDevice * first, make(a, name_a, seed * 2));
  auto second = make(b, name_b, seed * 2 + 1);
  if (!second) {
    layer.unregister_device(*first);
    return second;
  }
  ops_of(*first).peer = *second;
  ops_of(**second).peer = first;
  return first;
}

Result<void> EmulatedLinkKind::delete_link(NetdevLayer& layer, NetDevice& dev) {
  NetDevice* peer = ops_of(dev).peer;
  ops_of(dev).unbind();
  NetDevice* both[] = {&dev, peer};
  layer.unregister_devices(std::span(both).first(peer ? 2 : 1));
  return {};
}

NetDevice* EmulatedLinkKind::peer_of(const NetDevice& dev) { return ops_of(dev).peer; }
Impairments& EmulatedLinkKind::impairments(NetDevice& dev) { return ops_of(dev).impairments; }
const ImpairmentCounts& EmulatedLinkKind::counts(NetDevice& dev) { return ops_of(dev).counts; }
void EmulatedLinkKind::impair_both(NetDevice& dev, const Impairments& what) {
  ops_of(dev).impairments = what;
  if (NetDevice* peer = peer_of(dev)) ops_of(*peer).impairments = what;
}

}  // namespace unetns
