// SendQueue: what the program wrote and the peer has not acknowledged, by sequence number. Segments
// share its bytes.
#ifndef UNETNS_INET_TCP_SEND_QUEUE_H_
#define UNETNS_INET_TCP_SEND_QUEUE_H_

#include "inet/tcp/payload.h"
#include "inet/tcp/ring.h"

namespace unetns {

class SendQueue {
 public:
  explicit SendQueue(PacketPool& pool) : pool_(pool) {}

  void start(uint32_t seq) { end_ = una_ = seq; }  // while empty
  // Small writes are copied behind one another; large ones are kept as they are.
  void append(Packet data);
  // A packet with headroom that shares bytes [seq, seq + n); empty unless all of them are there.
  Packet share(uint32_t seq, uint32_t n);
  void acked(uint32_t una);  // bytes before una are done with
  void clear();

  uint32_t una() const { return una_; }
  uint32_t end() const { return end_; }  // the sequence number of the next byte written
  uint32_t size() const { return end_ - una_; }
  size_t cost() const { return cost_; }  // bytes held, overhead included
  size_t memory() const { return chunks_.memory() + cost_; }

 private:
  struct Chunk {
    Packet data;
    uint32_t start = 0;
    bool shared = false;
  };
  static constexpr size_t kOverhead = 512;
  static constexpr size_t kSmallWrite = 8192;  // copied rather than kept
  static constexpr size_t kChunkMax = 32768;   // that small writes fill

  PacketPool& pool_;
  Ring<Chunk> chunks_;
  uint32_t una_ = 0, end_ = 0;
  size_t cost_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_SEND_QUEUE_H_
