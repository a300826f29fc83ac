#include "inet/ip/reassembly.h"

#include <algorithm>

namespace unetns {

template <class F>
Reassembler<F>::Reassembler(const Env& env, Owner& owner)
    : env_(env), owner_(owner), timer_(env.timers, [this] { expire(); }) {}

template <class F>
ReassemblyResult Reassembler<F>::add(const FragmentKey<F>& key, Packet fragment, size_t header_len,
                                     uint32_t offset, bool more, const FragmentLimits& limits) {
  ReassemblyResult refused;
  if (memory_ > limits.high_thresh) {
    refused.reason = DropReason::kFragMemory;
    refused.dropped.push_back(std::move(fragment));
    return refused;
  }
  uint32_t end = offset + static_cast<uint32_t>(fragment.size() - header_len);
  if (end > 65535) {
    refused.reason = DropReason::kFragTooFar;
    refused.dropped.push_back(std::move(fragment));
    return refused;
  }

  auto it = queues_.find(key);
  if (it == queues_.end()) {
    it = queues_.emplace(key, Queue{}).first;
    it->second.deadline = env_.clock.monotonic() + limits.timeout;
    it->second.age = ages_.insert(ages_.end(), key);
    if (!timer_.armed()) timer_.arm_at(it->second.deadline);
  }
  Queue& q = it->second;

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
    refused.reason = DropReason::kFragOverlap;
    refused.dropped.push_back(std::move(fragment));
    return refused;
  }

  fragment.trim(header_len + (end - offset));
  const int64_t bytes = cost(fragment);
  q.memory += bytes;
  memory_ += bytes;
  q.have += end - offset;
  q.largest = std::max(q.largest, static_cast<uint32_t>(fragment.size()));
  q.pieces.insert(next, Piece{offset, end, header_len, std::move(fragment)});
  ReassemblyResult result;
  if (q.last_seen && q.have == q.total) {
    Queue whole = remove(it);
    if (whole.total + whole.pieces.front().header_len > 65535) {
      result.reason = DropReason::kFragTooFar;
      for (Piece& p : whole.pieces) result.dropped.push_back(std::move(p.packet));
    } else {
      result.largest = whole.largest;
      result.complete = join(std::move(whole));
    }
  }
  return result;
}

template <class F>
typename Reassembler<F>::Queue Reassembler<F>::remove(typename Queues::iterator it) {
  Queue q = std::move(it->second);
  memory_ -= q.memory;
  ages_.erase(q.age);
  queues_.erase(it);
  if (queues_.empty()) timer_.disarm();
  return q;
}

template <class F>
ReassemblyResult Reassembler<F>::give_up(typename Queues::iterator it, Packet present,
                                         DropReason reason) {
  ReassemblyResult result;
  result.reason = reason;
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
