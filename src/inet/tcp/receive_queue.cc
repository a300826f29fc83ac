#include "inet/tcp/receive_queue.h"

namespace unetns {

void ReceiveQueue::append(Packet data) {
  const size_t n = data.size();
  bytes_ += n;
  if (n <= kSmall && !packets_.empty()) {
    Packet& last = packets_.back();
    if (last.is_linear() && last.size() + n <= kPieceMax) {
      cost_ -= payload_cost(last);
      data.copy_to(last.append(n));
      cost_ += payload_cost(last);
      if (data.meta().tstamp != Nanos{}) last.meta().tstamp = data.meta().tstamp;
      return;
    }
  }
  cost_ += payload_cost(data);
  packets_.push(std::move(data));
}

Packet ReceiveQueue::read(size_t max) {
  if (packets_.empty() || max == 0) return {};
  Packet& first = packets_.front();
  if (first.size() > max) {
    Packet out = share_payload(pool_, first, 0, max);
    out.meta().tstamp = first.meta().tstamp;
    skip(max);
    return out;
  }
  bytes_ -= first.size();
  cost_ -= payload_cost(first);
  return packets_.pop();
}

void ReceiveQueue::skip(size_t n) {
  while (n > 0 && !packets_.empty()) {
    Packet& first = packets_.front();
    const size_t size = first.size();
    cost_ -= payload_cost(first);
    if (size > n) {
      drop_payload_front(pool_, first, n);
      cost_ += payload_cost(first);
      bytes_ -= n;
      return;
    }
    bytes_ -= size;
    n -= size;
    packets_.pop();
  }
}

uint8_t ReceiveQueue::at(size_t offset) const {
  size_t i = 0;
  while (offset >= packets_[i].size()) offset -= packets_[i++].size();
  uint8_t byte = 0;
  packets_[i].copy_to({&byte, 1}, offset);
  return byte;
}

void ReceiveQueue::clear() {
  packets_.reset();
  bytes_ = cost_ = 0;
}

}  // namespace unetns
