// ReceiveQueue: the datagrams that wait in a socket, bounded by SO_RCVBUF.
#ifndef UNETNS_SOCKET_INET_RECEIVE_QUEUE_H_
#define UNETNS_SOCKET_INET_RECEIVE_QUEUE_H_

#include <algorithm>
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
  int ifindex = 0;
  Nanos tstamp{};
  uint32_t charge = 0;
};

template <class F>
class ReceiveQueue {
 public:
  // Linux charges a small datagram 768 bytes, whatever its length.
  static constexpr size_t kMinCharge = 768;

  // False, and the datagram counted as lost, when more than `limit` bytes wait already.
  bool push(QueuedDatagram<F>& d, int limit) {
    if (memory_ > static_cast<uint32_t>(std::max(limit, 0))) {
      ++drops_;
      return false;
    }
    d.charge = static_cast<uint32_t>(std::max(d.packet.footprint(), kMinCharge));
    d.packet.meta().dev = nullptr;  // the device may go before the program reads
    memory_ += d.charge;
    queue_.push(std::move(d));
    return true;
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
