#include "inet/tcp/send_queue.h"

#include <algorithm>

#include "inet/tcp/seq.h"

namespace unetns {

void SendQueue::append(Packet data) {
  const size_t n = data.size();
  if (n == 0) return;
  if (!chunks_.empty() && n <= kSmallWrite) {
    Chunk& last = chunks_.back();
    if (!last.shared && last.data.is_linear() && last.data.size() + n <= kChunkMax) {
      data.copy_to(last.data.append(n));
      end_ += static_cast<uint32_t>(n);
      cost_ += n;
      return;
    }
  }
  chunks_.push({std::move(data), end_, false});
  end_ += static_cast<uint32_t>(n);
  cost_ += n + kOverhead;
}

Packet SendQueue::share(uint32_t seq, uint32_t n) {
  Packet out = Packet::allocate(pool_, Packet::kHeadroom, 0);
  if (seq_lt(seq, una_) || seq_gt(seq + n, end_)) return out;
  // The last chunk that begins at or before seq. New data is mostly near the end.
  size_t low = 0, high = chunks_.size();
  while (high - low > 1) {
    const size_t middle = (low + high) / 2;
    (seq_le(chunks_[middle].start, seq) ? low : high) = middle;
  }
  for (size_t i = low; n > 0 && i < chunks_.size(); i++) {
    Chunk& c = chunks_[i];
    const uint32_t offset = seq - c.start;
    const uint32_t take = std::min(n, static_cast<uint32_t>(c.data.size()) - offset);
    out.append_shared(c.data, offset, take);
    c.shared |= take > 128;
    seq += take;
    n -= take;
  }
  return out;
}

void SendQueue::acked(uint32_t una) {
  una_ = seq_min(una, end_);
  while (!chunks_.empty()) {
    const size_t size = chunks_.front().data.size();
    if (seq_gt(chunks_.front().start + static_cast<uint32_t>(size), una_)) break;
    cost_ -= size + kOverhead;
    chunks_.pop();
  }
}

void SendQueue::clear() {
  chunks_.reset();
  una_ = end_;
  cost_ = 0;
}

}  // namespace unetns
