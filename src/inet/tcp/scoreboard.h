// Scoreboard: the ranges of sequence space in flight, in order, and how each fares (RFC 6675).
// Segments sent at once are one range; acks and SACKs split it where they must, at the borders of
// segments. Counts segments and bytes. Its memory is bounded by the segments in flight, and is
// given back when nothing is.
#ifndef UNETNS_INET_TCP_SCOREBOARD_H_
#define UNETNS_INET_TCP_SCOREBOARD_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "inet/tcp/delivery_rate.h"
#include "inet/tcp/seq.h"
#include "inet/tcp/tcp_types.h"

namespace unetns {

struct SentRange {
  uint32_t start = 0, end = 0;
  Nanos first_sent{}, last_sent{};
  DeliveryRate::Snapshot rate;
  uint16_t mss = 1;    // of the segments that it left as
  uint16_t phase = 0;  // bytes of its first segment that lie before it
  bool sacked : 1 = false;
  bool lost : 1 = false;          // stays while its retransmission is in flight
  bool retrans : 1 = false;       // a retransmission is in flight
  bool ever_retrans : 1 = false;  // for Karn's rule

  uint32_t size() const { return end - start; }
  // A segment of which a part is left counts.
  uint32_t segments() const {
    const uint32_t bytes = phase + size();
    return bytes <= mss ? (start != end) : (bytes + mss - 1) / mss;
  }
  bool waits() const { return lost && !retrans; }                   // to be retransmitted
  bool candidate() const { return !sacked && (!lost || retrans); }  // may yet be found lost
};

class Scoreboard {
 public:
  struct Counts {
    uint32_t segments = 0, bytes = 0;
  };

  explicit Scoreboard(uint32_t mss) { set_mss(mss); }

  bool empty() const { return size_ == 0; }
  uint32_t ranges() const { return size_; }
  const SentRange& operator[](uint32_t i) const { return slot(i); }
  const SentRange& front() const { return slot(0); }
  const SentRange& back() const { return slot(size_ - 1); }
  // The first range that ends after `seq`; ranges() if none does.
  uint32_t find(uint32_t seq) const;

  // New data. Ranges that differ in nothing become one.
  void append(const SentRange& range);
  // Takes all below `una` off the front; `each` gets every piece as it was, and how
  // many segments it was the last part of.
  template <class F>
  void ack(uint32_t una, F&& each) {
    while (size_ != 0 && seq_lt(slot(0).start, una)) {
      SentRange piece = slot(0);
      const uint32_t before = out_.segments;
      trim_front(una);
      piece.end = seq_min(piece.end, una);
      each(static_cast<const SentRange&>(piece), before - out_.segments);
    }
    if (size_ == 0) release();
  }
  // Marks what of `block` is in flight and was not SACKed; `each` gets every such piece as it was.
  template <class F>
  void sack(SackBlock block, F&& each) {
    if (size_ == 0) return;
    const uint32_t s = seq_max(block.start, slot(0).start);
    const uint32_t e = seq_min(block.end, slot(size_ - 1).end);
    if (!seq_lt(s, e)) return;
    for (uint32_t i = find(s); i < size_ && seq_lt(slot(i).start, e); ++i) {
      if (slot(i).sacked || !narrow(i, s, e)) continue;
      each(static_cast<const SentRange&>(slot(i)));
      i = set_sacked(i);
    }
  }
  void mark_lost(uint32_t i);
  // Splits so that range i has at most `bytes`.
  void cut(uint32_t i, uint32_t bytes);
  void mark_all_lost();   // but SACKed ones
  void unmark_waiting();  // what was marked lost and not yet sent again, is not lost
  void forget_sacks();    // the receiver took them back (RFC 2018, 8)
  // [start, end) was sent again.
  void retransmitted(uint32_t start, uint32_t end, Nanos now, const DeliveryRate::Snapshot& rate);
  // The first that waits to be retransmitted, with its direct followers, at most `max` bytes.
  std::optional<SackBlock> next_waiting(uint32_t max) const;

  void set_mss(uint32_t mss) { mss_ = static_cast<uint16_t>(std::clamp(mss, 1u, 65535u)); }
  uint32_t mss() const { return mss_; }
  uint32_t segments(uint32_t bytes) const {
    return bytes <= mss_ ? (bytes != 0) : (bytes + mss_ - 1) / mss_;
  }

  const Counts& out() const { return out_; }  // all, SACKed and lost as well
  const Counts& sacked() const { return sacked_; }
  const Counts& lost() const { return lost_; }  // lost, retransmitted or not
  const Counts& retrans() const { return retrans_; }
  uint32_t in_flight() const {  // segments
    return out_.segments - sacked_.segments - lost_.segments + retrans_.segments;
  }
  uint32_t in_flight_bytes() const {
    return out_.bytes - sacked_.bytes - lost_.bytes + retrans_.bytes;
  }
  bool any_waiting() const { return waiting_.bytes != 0; }
  size_t memory() const { return heap_ ? capacity_ * sizeof(SentRange) : 0; }

 private:
  SentRange& slot(uint32_t i) { return heap_ ? heap_[(head_ + i) & (capacity_ - 1)] : inline_; }
  const SentRange& slot(uint32_t i) const {
    return heap_ ? heap_[(head_ + i) & (capacity_ - 1)] : inline_;
  }
  void count(const SentRange& r, bool in);
  void insert(uint32_t i, const SentRange& range);
  void erase(uint32_t i);
  void grow();
  void release();
  void trim_front(uint32_t una);
  bool narrow(uint32_t& i, uint32_t s, uint32_t e);
  uint32_t set_sacked(uint32_t i);

  // A ring of a power of two; one range needs no memory of its own.
  std::unique_ptr<SentRange[]> heap_;
  SentRange inline_;
  uint32_t head_ = 0, size_ = 0, capacity_ = 1;
  uint16_t mss_;
  uint32_t waiting_from_ = 0;  // nothing below it waits; valid when any does
  Counts out_, sacked_, lost_, retrans_, waiting_;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_SCOREBOARD_H_
