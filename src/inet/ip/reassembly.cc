#include "inet/ip/reassembly.h"

#include <algorithm>
#include <iterator>

namespace unetns {

template <class F>
Reassembler<F>::Reassembler(const Env& env, Owner& owner)
    : env_(env), owner_(owner), timer_(env.timers, [this] { expire(); }) {}

template <class F>
ReassemblyResult Reassembler<F>::add(const FragmentKey<F>& key, Packet fragment,
                                     const FragmentPlace& place, const FragmentLimits& limits) {
  const auto [header_len, offset, more, ecn] = place;
  ReassemblyResult result;
  if (memory_ > limits.high_thresh || limits.high_thresh == 0) {
    result.reason = DropReason::kFragMemory;
    result.fails = 1;
    result.dropped.push_back(std::move(fragment));
    return result;
  }
  uint32_t end = offset + static_cast<uint32_t>(fragment.size() - header_len);
  auto it = queues_.find(key);
  if (it == queues_.end()) {
    it = queues_.emplace(key, Queue{}).first;
    it->second.deadline = env_.clock.monotonic() + limits.timeout;
    // By deadline: the time to wait may have been changed meanwhile.
    auto at = ages_.end();
    while (at != ages_.begin() &&
           queues_.find(*std::prev(at))->second.deadline > it->second.deadline)
      --at;
    it->second.age = ages_.insert(at, key);
    if (it->second.age == ages_.begin()) timer_.arm_at(it->second.deadline);
  }
  Queue& q = it->second;
  if (too_far(q, key, limits)) {
    // Its id may have come round: what was there belongs to another packet (RFC 4963).
    result.reason = DropReason::kFragTooFar;
    result.fails = 1;
    for (Piece& p : q.pieces) result.dropped.push_back(std::move(p.packet));
    memory_ -= q.memory;
    q.pieces.clear();
    q.memory = 0;
    q.have = q.total = q.ecns = 0;
    q.last_seen = false;
  }
  q.ecns |= static_cast<uint8_t>(1 << ecn);

  if (more) {
    // All but the last fragment carry multiples of 8 bytes (RFC 791): what is too much is cut.
    end = offset + ((end - offset) & ~7u);
    if (end == offset || (q.last_seen && end > q.total))
      return give_up(it, std::move(fragment), DropReason::kIpHeader);
    q.total = std::max(q.total, end);
  } else {
    if (end == offset || end < q.total || (q.last_seen && end != q.total))
      return give_up(it, std::move(fragment), DropReason::kIpHeader);
    q.last_seen = true;
    q.total = end;
  }

  const auto next = std::lower_bound(q.pieces.begin(), q.pieces.end(), offset,
                                     [](const Piece& p, uint32_t at) { return p.end <= at; });
  if (next != q.pieces.end() && next->start < end) {
    // A repetition of bytes that are all here is harmless; any other overlap is an attack (RFC
    // 5722).
    uint32_t covered = next->start <= offset ? next->end : offset;
    for (auto p = next + 1; p != q.pieces.end() && p->start == covered; ++p) covered = p->end;
    if (covered < end) return give_up(it, std::move(fragment), DropReason::kFragOverlap);
    result.reason = DropReason::kFragOverlap;
    result.dropped.push_back(std::move(fragment));
    return result;
  }

  fragment.trim(header_len + (end - offset));
  const int64_t bytes = cost(fragment);
  q.memory += bytes;
  memory_ += bytes;
  q.have += end - offset;
  q.largest = std::max(q.largest, static_cast<uint32_t>(fragment.size()));
  q.pieces.insert(next, Piece{offset, end, header_len, std::move(fragment)});
  if (q.last_seen && q.have == q.total) {
    Queue whole = remove(it);
    constexpr uint8_t kNotEct = 1 << 0, kCe = 1 << 3;
    // Some that could tell of congestion among some that could not are not of one packet.
    const bool mixed = (whole.ecns & kNotEct) && whole.ecns != kNotEct;
    if (mixed || whole.total + whole.pieces.front().header_len > 65535) {
      result.reason = mixed ? DropReason::kIpHeader : DropReason::kFragTooFar;
      result.fails++;
      for (Piece& p : whole.pieces) result.dropped.push_back(std::move(p.packet));
    } else {
      result.largest = whole.largest;
      result.congested = (whole.ecns & kCe) != 0;
      result.complete = join(std::move(whole));
    }
  }
  return result;
}

template <class F>
bool Reassembler<F>::too_far(Queue& q, const FragmentKey<F>& key, const FragmentLimits& limits) {
  if (limits.max_distance <= 0) return false;
  if (heard_.size() >= kMaxSenders && !heard_.contains(key.src)) {
    heard_.clear();
    for (auto& [other, queue] : queues_) queue.heard = 0;
  }
  const uint32_t before = q.heard, now = ++heard_[key.src];
  q.heard = now;
  return !q.pieces.empty() && before != 0 &&
         now - before > static_cast<uint32_t>(limits.max_distance);
}

template <class F>
typename Reassembler<F>::Queue Reassembler<F>::remove(typename Queues::iterator it) {
  Queue q = std::move(it->second);
  memory_ -= q.memory;
  ages_.erase(q.age);
  queues_.erase(it);
  if (queues_.empty()) {
    timer_.disarm();
    heard_.clear();
  }
  return q;
}

template <class F>
ReassemblyResult Reassembler<F>::give_up(typename Queues::iterator it, Packet present,
                                         DropReason reason) {
  ReassemblyResult result;
  result.reason = reason;
  result.fails = 1;
  Queue q = remove(it);
  for (Piece& p : q.pieces) result.dropped.push_back(std::move(p.packet));
  result.dropped.push_back(std::move(present));
  return result;
}

template <class F>
Packet Reassembler<F>::join(Queue q) {
  Packet whole = std::move(q.pieces.front().packet);
  for (size_t i = 1; i < q.pieces.size(); i++) {
    const Piece& p = q.pieces[i];
    whole.append_shared(p.packet, p.header_len, p.end - p.start);
  }
  whole.meta().flags |= PacketMeta::kReassembled;
  return whole;
}

template <class F>
void Reassembler<F>::expire() {
  const Nanos now = env_.clock.monotonic();
  while (!ages_.empty()) {
    auto it = queues_.find(ages_.front());
    if (it->second.deadline > now) {
      timer_.arm_at(it->second.deadline);
      return;
    }
    Queue q = remove(it);
    Packet first;
    std::vector<Packet> rest;
    for (Piece& p : q.pieces) {
      if (p.start == 0)
        first = std::move(p.packet);
      else
        rest.push_back(std::move(p.packet));
    }
    owner_.fragments_timed_out(std::move(first), std::move(rest));
  }
}

template class Reassembler<V4>;
template class Reassembler<V6>;

}  // namespace unetns
