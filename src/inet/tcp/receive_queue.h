// ReceiveQueue: data in order that the program has not read.
#ifndef UNETNS_INET_TCP_RECEIVE_QUEUE_H_
#define UNETNS_INET_TCP_RECEIVE_QUEUE_H_

#include "inet/tcp/payload.h"
#include "inet/tcp/ring.h"

namespace unetns {

class ReceiveQueue {
 public:
  explicit ReceiveQueue(PacketPool& pool) : pool_(pool) {}

  // Small packets are copied behind one another, so that many of them don't cost a buffer each.
  void append(Packet data);
  Packet read(size_t max);  // null when empty or max is 0
  void skip(size_t n);      // drops n bytes from the front
  const Packet* front() const { return packets_.empty() ? nullptr : &packets_.front(); }
  size_t size() const { return bytes_; }
  size_t cost() const { return cost_; }
  size_t memory() const { return packets_.memory() + cost_; }
  uint8_t at(size_t offset) const;  // one byte; requires offset < size()
  void clear();

 private:
  static constexpr size_t kSmall = 512;
  static constexpr size_t kPieceMax = 4096;  // that small packets fill

  PacketPool& pool_;
  Ring<Packet> packets_;
  size_t bytes_ = 0, cost_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_RECEIVE_QUEUE_H_
