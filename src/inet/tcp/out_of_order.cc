#include "inet/tcp/out_of_order.h"

#include <algorithm>

#include "inet/tcp/seq.h"

namespace unetns {

std::optional<SackBlock> OutOfOrder::insert(uint32_t start, Packet data) {
  const uint32_t end = start + static_cast<uint32_t>(data.size());
  std::optional<SackBlock> doubled;
  // The first piece that ends behind start: where it goes, unless that overlaps.
  auto at = empty() || seq_le(pieces_.back().end, start)
                ? pieces_.end()
                : std::partition_point(pieces_.begin() + static_cast<std::ptrdiff_t>(first_),
                                       pieces_.end(),
                                       [start](const Piece& p) { return seq_le(p.end, start); });
  auto index = at - pieces_.begin();
  uint32_t from = start;
  while (seq_lt(from, end)) {
    const bool last = index == static_cast<std::ptrdiff_t>(pieces_.size());
    const uint32_t limit = last ? end : seq_min(end, pieces_[static_cast<size_t>(index)].start);
    if (seq_lt(from, limit)) {
      Piece piece{from, limit, {}};
      piece.data = from == start && limit == end
                       ? std::move(data)
                       : share_payload(pool_, data, from - start, limit - from);
      cost_ += payload_cost(piece.data);
      pieces_.insert(pieces_.begin() + index, std::move(piece));
      index++;
      from = limit;
      if (from == end) break;
    }
    const Piece& present = pieces_[static_cast<size_t>(index)];
    const uint32_t covered = seq_min(end, present.end);
    if (!doubled)
      doubled = SackBlock{from, covered};
    else if (doubled->end == from)
      doubled->end = covered;
    from = covered;
    index++;
  }
  note(start, end);
  return doubled;
}

bool OutOfOrder::covers(uint32_t seq) const {
  const auto at =
      std::partition_point(pieces_.begin() + static_cast<std::ptrdiff_t>(first_), pieces_.end(),
                           [seq](const Piece& p) { return seq_le(p.end, seq); });
  return at != pieces_.end() && seq_le(at->start, seq);
}

std::optional<SackBlock> OutOfOrder::before(uint32_t rcv_nxt) const {
  std::optional<SackBlock> doubled;
  for (size_t i = first_; i < pieces_.size() && seq_lt(pieces_[i].start, rcv_nxt); i++) {
    const SackBlock piece{pieces_[i].start, seq_min(pieces_[i].end, rcv_nxt)};
    if (!doubled)
      doubled = piece;
    else if (doubled->end == piece.start)
      doubled->end = piece.end;
    else
      break;
  }
  return doubled;
}

Packet OutOfOrder::take(uint32_t rcv_nxt) {
  while (!empty() && seq_le(pieces_[first_].start, rcv_nxt)) {
    Piece piece = std::move(pieces_[first_++]);
    cost_ -= payload_cost(piece.data);
    if (seq_le(piece.end, rcv_nxt)) continue;
    if (piece.start != rcv_nxt) drop_payload_front(pool_, piece.data, rcv_nxt - piece.start);
    compact();
    Packet data = std::move(piece.data);
    return data;
  }
  compact();
  forget_before(rcv_nxt);
  return {};
}

bool OutOfOrder::prune(size_t cost) {
  bool any = false;
  while (cost_ > cost && !empty()) {
    cost_ -= payload_cost(pieces_.back().data);
    pieces_.pop_back();
    any = true;
  }
  if (!any) return false;
  compact();
  // What was promised may be gone: tell only what is certain, nothing (RFC 2018 §8 allows it).
  block_count_ = 0;
  return true;
}

void OutOfOrder::clear() {
  std::vector<Piece>().swap(pieces_);
  first_ = cost_ = block_count_ = 0;
}

void OutOfOrder::compact() {
  if (empty()) {
    pieces_.clear();
    first_ = 0;
    if (pieces_.capacity() > 256) std::vector<Piece>().swap(pieces_);
  } else if (first_ > 64 && first_ > pieces_.size() / 2) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

void OutOfOrder::note(uint32_t start, uint32_t end) {
  SackBlock block{start, end};
  // Merge with every block that touches, which moves the result to the front.
  size_t kept = 0;
  for (size_t i = 0; i < block_count_; i++) {
    const SackBlock b = blocks_[i];
    if (seq_le(b.start, block.end) && seq_le(block.start, b.end)) {
      block = {seq_min(b.start, block.start), seq_max(b.end, block.end)};
    } else {
      blocks_[kept++] = b;
    }
  }
  kept = std::min(kept, std::size(blocks_) - 1);
  std::copy_backward(blocks_, blocks_ + kept, blocks_ + kept + 1);
  blocks_[0] = block;
  block_count_ = kept + 1;
}

uint32_t OutOfOrder::blocks_end() const {
  uint32_t end = blocks_[0].end;
  for (size_t i = 1; i < block_count_; i++) end = seq_max(end, blocks_[i].end);
  return end;
}

void OutOfOrder::forget_before(uint32_t seq) {
  size_t kept = 0;
  for (size_t i = 0; i < block_count_; i++)
    if (seq_gt(blocks_[i].start, seq)) blocks_[kept++] = blocks_[i];
  block_count_ = empty() ? 0 : kept;
}

}  // namespace unetns
