// Small arts on payloads: cutting the front off, and what a packet costs its queue.
#ifndef UNETNS_INET_TCP_PAYLOAD_H_
#define UNETNS_INET_TCP_PAYLOAD_H_

#include "packet/packet.h"

namespace unetns {

// Bytes [offset, offset + n) of a packet as one of its own, sharing them.
inline Packet share_payload(PacketPool& pool, const Packet& from, size_t offset, size_t n,
                            size_t headroom = 0) {
  Packet out = Packet::allocate(pool, headroom, 0);
  out.append_shared(from, offset, n);
  return out;
}

// Drops n bytes from the front, wherever they lie.
inline void drop_payload_front(PacketPool& pool, Packet& p, size_t n) {
  if (n <= p.head().size()) {
    p.pull(n);
    return;
  }
  Packet rest = share_payload(pool, p, n, p.size() - n);
  rest.meta().tstamp = p.meta().tstamp;
  rest.meta().gso_size = p.meta().gso_size;
  p = std::move(rest);
}

// Bytes to account for a queued packet. Of shared buffers only the part that it sees: whoever made
// them accounts for the whole.
inline size_t payload_cost(const Packet& p) {
  constexpr size_t kHead = 512;  // the smallest buffer of the pool
  return p.is_linear() ? p.footprint() : p.size() + kHead;
}

}  // namespace unetns

#endif  // UNETNS_INET_TCP_PAYLOAD_H_
