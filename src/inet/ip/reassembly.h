// Reassembly of fragments (RFC 791, RFC 815; overlaps as RFC 5722 has it, for both families).
#ifndef UNETNS_INET_IP_REASSEMBLY_H_
#define UNETNS_INET_IP_REASSEMBLY_H_

#include <absl/container/flat_hash_map.h>

#include <list>
#include <vector>

#include "base/ip_address.h"
#include "env/env.h"
#include "packet/drop_reason.h"
#include "packet/packet.h"

namespace unetns {

template <class F>
struct FragmentKey {
  typename F::Address src, dst;
  uint32_t id = 0;
  uint8_t proto = 0;
  bool operator==(const FragmentKey&) const = default;
  template <class H>
  friend H AbslHashValue(H h, const FragmentKey& k) {
    return H::combine(std::move(h), k.src.bytes, k.dst.bytes, k.id, k.proto);
  }
};

struct FragmentLimits {
  int64_t high_thresh = 4 << 20;  // bytes of all queues
  Nanos timeout = std::chrono::seconds(30);
  int32_t max_distance = 64;  // fragments of others of the same sender in between; 0: any number
};

// Where a fragment belongs: payload [header_len, size) at `offset`; `more`: not the last one.
struct FragmentPlace {
  size_t header_len;
  uint32_t offset;  // bytes
  bool more;
  uint8_t ecn = 0;
};

// What became of a fragment. The packets in `dropped` are dead and for the caller to count.
struct ReassemblyResult {
  Packet complete;              // the whole packet: header of the first fragment, all payload
  uint32_t largest = 0;         // bytes of its largest fragment, with the header
  std::vector<Packet> dropped;  // empty in the good case
  DropReason reason = DropReason::kNotSpecified;
  uint32_t fails = 0;      // of reassembly, as the counters have it
  bool congested = false;  // one of the fragments met congestion (RFC 3168 §5.3)
};

// The queues of one namespace.
template <class F>
class Reassembler {
 public:
  // Told when a queue gave up; `first` is the fragment at offset 0, or empty when it had not come.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void fragments_timed_out(Packet first, std::vector<Packet> rest) = 0;
  };

  Reassembler(const Env& env, Owner& owner);

  // A fragment, front at its network header.
  ReassemblyResult add(const FragmentKey<F>& key, Packet fragment, const FragmentPlace& place,
                       const FragmentLimits& limits);

  int64_t memory() const { return memory_; }
  size_t queues() const { return queues_.size(); }

 private:
  struct Piece {
    uint32_t start, end;
    size_t header_len;
    Packet packet;
  };
  struct Queue {
    std::vector<Piece> pieces;  // by start, disjoint
    uint32_t total = 0;  // payload bytes, once the last one came; until then the furthest end
    uint32_t have = 0;
    bool last_seen = false;
    uint32_t largest = 0;
    uint8_t ecns = 0;    // bit by ECN field
    uint32_t heard = 0;  // fragments of the sender, when the last one of these came
    int64_t memory = 0;
    Nanos deadline{};
    typename std::list<FragmentKey<F>>::iterator age;
  };
  using Queues = absl::flat_hash_map<FragmentKey<F>, Queue>;

  static int64_t cost(const Packet& p) { return static_cast<int64_t>(p.size()) + 512; }
  ReassemblyResult give_up(typename Queues::iterator it, Packet present, DropReason reason);
  Queue remove(typename Queues::iterator it);
  Packet join(Queue queue);
  void expire();
  bool too_far(Queue& q, const FragmentKey<F>& key, const FragmentLimits& limits);

  const Env& env_;
  Owner& owner_;
  Queues queues_;
  std::list<FragmentKey<F>> ages_;  // oldest first
  int64_t memory_ = 0;
  static constexpr size_t kMaxSenders = 4096;
  absl::flat_hash_map<typename F::Address, uint32_t> heard_;  // fragments, by sender
  Timer timer_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_REASSEMBLY_H_
