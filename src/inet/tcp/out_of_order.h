// OutOfOrder: data that arrived ahead of a hole, and the SACK blocks that tell of it (RFC 2018,
// 2883).
#ifndef UNETNS_INET_TCP_OUT_OF_ORDER_H_
#define UNETNS_INET_TCP_OUT_OF_ORDER_H_

#include <optional>
#include <vector>

#include "inet/tcp/payload.h"
#include "packet/wire/tcp.h"

namespace unetns {

class OutOfOrder {
 public:
  struct Piece {
    uint32_t start = 0, end = 0;
    Packet data;
  };
  explicit OutOfOrder(PacketPool& pool) : pool_(pool) {}

  // Keeps what is new of [start, start + size). Gives the first range that was there already, for
  // a D-SACK block.
  std::optional<SackBlock> insert(uint32_t start, Packet data);
  // A range that holds no data, as a FIN's: only for the SACK blocks.
  void expect(uint32_t start, uint32_t end) { note(start, end); }
  bool covers(uint32_t seq) const;
  // What of it has come again, at the front: the first pieces below rcv_nxt that touch each other.
  std::optional<SackBlock> before(uint32_t rcv_nxt) const;
  // The next piece in order once everything before rcv_nxt has arrived, cut to begin there; null:
  // there is a hole. Older pieces are dropped.
  Packet take(uint32_t rcv_nxt);
  // Drops pieces from the highest sequence number down until cost() <= cost; returns whether any.
  bool prune(size_t cost);

  bool empty() const { return first_ == pieces_.size(); }
  size_t pieces() const { return pieces_.size() - first_; }
  uint32_t end() const { return pieces_.back().end; }  // requires !empty()
  size_t cost() const { return cost_; }
  size_t memory() const { return pieces_.capacity() * sizeof(Piece) + cost_; }
  void clear();

  // SACK blocks, the most recent first.
  size_t blocks() const { return block_count_; }
  const SackBlock& block(size_t i) const { return blocks_[i]; }
  uint32_t blocks_end() const;  // the highest; requires blocks() != 0

 private:
  void note(uint32_t start, uint32_t end);
  void forget_before(uint32_t seq);
  void compact();

  PacketPool& pool_;
  std::vector<Piece> pieces_;  // from first_ on, sorted and disjoint
  size_t first_ = 0;
  size_t cost_ = 0;
  SackBlock blocks_[4];
  size_t block_count_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_OUT_OF_ORDER_H_
