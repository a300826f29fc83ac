#include "inet/tcp/scoreboard.h"

#include <utility>

namespace unetns {

namespace {
bool same_kind(const SentRange& a, const SentRange& b) {
  return a.end == b.start && a.mss == b.mss && (a.phase + a.size()) % a.mss == 0 &&
         a.last_sent == b.last_sent && a.first_sent == b.first_sent && a.sacked == b.sacked &&
         a.lost == b.lost && a.retrans == b.retrans && a.ever_retrans == b.ever_retrans &&
         a.rate == b.rate;
}
}  // namespace

void Scoreboard::count(const SentRange& r, bool in) {
  const uint32_t sign = in ? 1 : ~uint32_t{0};
  const uint32_t n = sign * r.segments(), bytes = sign * r.size();
  const auto add = [&](Counts& c) {
    c.segments += n;
    c.bytes += bytes;
  };
  add(out_);
  if (r.sacked) add(sacked_);
  if (r.lost) add(lost_);
  if (r.retrans) add(retrans_);
  if (r.waits()) add(waiting_);
}

uint32_t Scoreboard::find(uint32_t seq) const {
  if (size_ == 0 || seq_gt(slot(0).end, seq)) return 0;
  uint32_t lo = 1, hi = size_;
  while (lo < hi) {
    const uint32_t mid = lo + (hi - lo) / 2;
    if (seq_gt(slot(mid).end, seq))
      hi = mid;
    else
      lo = mid + 1;
  }
  return lo;
}

void Scoreboard::grow() {
  const uint32_t capacity = heap_ ? capacity_ * 2 : 8;
  auto bigger = std::make_unique<SentRange[]>(capacity);
  for (uint32_t i = 0; i < size_; ++i) bigger[i] = slot(i);
  heap_ = std::move(bigger);
  capacity_ = capacity;
  head_ = 0;
}

void Scoreboard::release() {
  heap_.reset();
  head_ = 0;
  capacity_ = 1;
}

// Moves the shorter side.
void Scoreboard::insert(uint32_t i, const SentRange& range) {
  const SentRange copy = range;
  if (size_ == capacity_) grow();
  ++size_;
  if (i < size_ / 2) {
    head_ = (head_ - 1) & (capacity_ - 1);
    for (uint32_t k = 0; k < i; ++k) slot(k) = slot(k + 1);
  } else {
    for (uint32_t k = size_ - 1; k > i; --k) slot(k) = slot(k - 1);
  }
  slot(i) = copy;
}

void Scoreboard::erase(uint32_t i) {
  if (i < size_ / 2) {
    for (uint32_t k = i; k > 0; --k) slot(k) = slot(k - 1);
    head_ = (head_ + 1) & (capacity_ - 1);
  } else {
    for (uint32_t k = i; k + 1 < size_; ++k) slot(k) = slot(k + 1);
  }
  --size_;
}

void Scoreboard::append(const SentRange& range) {
  SentRange r = range;
  r.mss = mss_;
  count(r, true);
  if (size_ != 0 && same_kind(slot(size_ - 1), r))
    slot(size_ - 1).end = r.end;
  else
    insert(size_, r);
}

void Scoreboard::trim_front(uint32_t una) {
  SentRange& r = slot(0);
  count(r, false);
  if (seq_gt(r.end, una)) {
    r.phase = static_cast<uint16_t>((r.phase + (una - r.start)) % r.mss);
    r.start = una;
    count(r, true);
    return;
  }
  head_ = (head_ + 1) & (capacity_ - 1);
  --size_;
}

void Scoreboard::cut(uint32_t i, uint32_t bytes) {
  SentRange r = slot(i);
  if (bytes == 0 || r.size() <= bytes) return;
  count(r, false);
  SentRange rest = r;
  rest.start = r.end = r.start + bytes;
  rest.phase = static_cast<uint16_t>((r.phase + bytes) % r.mss);
  slot(i) = r;
  insert(i + 1, rest);
  count(r, true);
  count(rest, true);
}

// Makes range i hold only what lies in [s, e), by splitting; i follows. False: nothing is left.
bool Scoreboard::narrow(uint32_t& i, uint32_t s, uint32_t e) {
  const SentRange& r = slot(i);
  uint32_t lo = seq_max(s, r.start) - r.start, hi = seq_min(e, r.end) - r.start;
  // Whole segments only: a flood of tiny blocks must not cost memory.
  if (lo != 0) lo = (r.phase + lo + r.mss - 1) / r.mss * r.mss - r.phase;
  if (hi != r.size()) hi -= std::min<uint32_t>((r.phase + hi) % r.mss, hi);
  if (lo >= hi) return false;
  cut(i, hi);
  if (lo != 0) {
    cut(i, lo);
    ++i;
  }
  return true;
}

// Joins the range with SACKed neighbours; their times no longer matter. Gives its new place.
uint32_t Scoreboard::set_sacked(uint32_t i) {
  count(slot(i), false);
  slot(i).sacked = true;
  slot(i).lost = slot(i).retrans = false;
  count(slot(i), true);
  if (i + 1 < size_ && slot(i + 1).sacked) {
    count(slot(i), false);
    count(slot(i + 1), false);
    slot(i).end = slot(i + 1).end;
    slot(i).ever_retrans |= slot(i + 1).ever_retrans;
    erase(i + 1);
    count(slot(i), true);
  }
  if (i > 0 && slot(i - 1).sacked) {
    --i;
    count(slot(i), false);
    count(slot(i + 1), false);
    slot(i).end = slot(i + 1).end;
    slot(i).ever_retrans |= slot(i + 1).ever_retrans;
    erase(i + 1);
    count(slot(i), true);
  }
  return i;
}

void Scoreboard::mark_lost(uint32_t i) {
  SentRange& r = slot(i);
  const bool first = !any_waiting();
  count(r, false);
  r.lost = true;
  r.retrans = false;
  count(r, true);
  if (first || seq_lt(r.start, waiting_from_)) waiting_from_ = r.start;
}

void Scoreboard::mark_all_lost() {
  for (uint32_t i = 0; i < size_; ++i)
    if (slot(i).candidate()) mark_lost(i);
}

void Scoreboard::unmark_waiting() {
  for (uint32_t i = 0; i < size_; ++i) {
    if (!slot(i).waits()) continue;
    count(slot(i), false);
    slot(i).lost = false;
    count(slot(i), true);
  }
}

void Scoreboard::forget_sacks() {
  for (uint32_t i = 0; i < size_; ++i) {
    if (!slot(i).sacked) continue;
    count(slot(i), false);
    slot(i).sacked = false;
    count(slot(i), true);
  }
}

void Scoreboard::retransmitted(uint32_t start, uint32_t end, Nanos now,
                               const DeliveryRate::Snapshot& rate) {
  for (uint32_t i = find(start); i < size_ && seq_lt(slot(i).start, end); ++i) {
    if (slot(i).sacked) continue;
    if (seq_lt(slot(i).start, start)) {
      cut(i, start - slot(i).start);
      ++i;
    }
    if (seq_gt(slot(i).end, end)) cut(i, end - slot(i).start);
    SentRange& r = slot(i);
    count(r, false);
    r.retrans = r.ever_retrans = true;
    r.last_sent = now;
    r.rate = rate;
    r.mss = mss_;
    r.phase = 0;
    // A probe sends again what nobody called lost: twice in flight.
    count(r, true);
  }
  if (seq_lt(waiting_from_, end) && !seq_lt(waiting_from_, start)) waiting_from_ = end;
}

std::optional<SackBlock> Scoreboard::next_waiting(uint32_t max) const {
  if (!any_waiting() || max == 0) return std::nullopt;
  uint32_t i = find(waiting_from_);
  while (i < size_ && !slot(i).waits()) ++i;
  if (i == size_) return std::nullopt;
  SackBlock block{slot(i).start, slot(i).end};
  for (++i; i < size_ && slot(i).waits() && block.end - block.start < max; ++i)
    block.end = slot(i).end;
  if (block.end - block.start > max) block.end = block.start + max;
  return block;
}

}  // namespace unetns
