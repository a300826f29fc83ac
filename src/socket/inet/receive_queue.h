// ReceiveQueue: the datagrams that wait in a socket, bounded by SO_RCVBUF.
#ifndef UNETNS_SOCKET_INET_RECEIVE_QUEUE_H_
#define UNETNS_SOCKET_INET_RECEIVE_QUEUE_H_

#include <algorithm>
#include <bit>
#include <cstdint>

#include "base/ip_address.h"
#include "packet/packet.h"
#include "socket/inet/ring_queue.h"

namespace unetns {

template <class F>
struct QueuedDatagram {
  Packet packet;  // front: what the program gets
  typename F::Address src, dst;
  typename F::Address local;  // ipi_spec_dst
  uint16_t src_port = 0, dst_port = 0;
  uint8_t ttl = 0, tos = 0;
  uint16_t options_at = 0, options_len = 0;  // IP options within packet.network()
  uint16_t segment = 0, fragment = 0;        // as in Message
  int ifindex = 0;
  Nanos tstamp{};
  uint32_t charge = 0, drops = 0;
};

// What Linux charges for a datagram of that many bytes: its buffers come in powers of two up to 16
// KB, with 320 bytes of them and 256 beside them for its own, and 64 for headers.
inline size_t linux_charge(size_t bytes) {
  constexpr size_t kSmall = 128, kSmallCharge = 832, kOwn = 320, kBeside = 256, kHeaders = 64;
  constexpr size_t kLargest = 16384;
  if (bytes <= kSmall) return kSmallCharge;
  const size_t needed = bytes + kHeaders + kOwn;
  if (needed > kLargest) return bytes + kSmallCharge;
  return std::bit_ceil(std::max<size_t>(needed, 1024)) + kBeside;
}

template <class F>
class ReceiveQueue {
 public:
  // Takes it and charges it; false, and the datagram counted as lost, when there is no room beside
  // the `elsewhere` bytes that wait with the program. A `strict` limit is not overstepped by the
  // last datagram, unless it is the only one (udp(7)).
  bool push(QueuedDatagram<F>& d, int limit, uint32_t elsewhere, bool strict) {
    if (!has_room(d, limit, elsewhere, strict)) {
      ++drops_;
      return false;
    }
    d.charge = static_cast<uint32_t>(linux_charge(d.packet.size()));
    d.drops = drops_;
    d.packet.meta().dev = nullptr;  // the device may go before the program reads
    memory_ += d.charge;
    queue_.push(std::move(d));
    return true;
  }
  bool has_room(const QueuedDatagram<F>& d, int limit, uint32_t elsewhere, bool strict) const {
    const size_t held = size_t{memory_} + elsewhere;
    const size_t room = static_cast<size_t>(std::max(limit, 0));
    if (!strict) return held < room;
    return held == 0 || held + linux_charge(d.packet.size()) <= room;
  }
  QueuedDatagram<F> pop() {
    QueuedDatagram<F> d = queue_.pop();
    memory_ -= d.charge;
    return d;
  }
  const QueuedDatagram<F>& front() const { return queue_.front(); }
  bool empty() const { return queue_.empty(); }
  size_t size() const { return queue_.size(); }
  uint32_t memory() const { return memory_; }
  uint32_t drops() const { return drops_; }

 private:
  RingQueue<QueuedDatagram<F>> queue_;
  uint32_t memory_ = 0;
  uint32_t drops_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_RECEIVE_QUEUE_H_
