#include "packet/packet.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "packet/packet_buffer.h"
#include "packet/packet_pool.h"

namespace unetns {

void Packet::release() {
  if (buf_->fragment_count != 0) buf_->drop_fragments(0, buf_->fragment_count);
  buf_->unref();
}

Packet& Packet::operator=(Packet&& o) noexcept {
  Packet old(std::exchange(buf_, std::exchange(o.buf_, nullptr)));
  return *this;
}

namespace {

// Large payloads start on a cache line: Linux copies to user space by `rep movsb`, which takes two
// to three times as long on some processors where the destination is not a multiple of 16
// (docs/performance.md).
constexpr size_t kLarge = 4096;

size_t first_byte(size_t headroom, size_t size) {
  const size_t start = PacketBuffer::kGuard + headroom;
  constexpr size_t kLine = alignof(PacketBuffer);
  return size < kLarge ? start : (start + kLine - 1) / kLine * kLine;
}

}  // namespace

Packet Packet::allocate(PacketPool& pool, size_t headroom, size_t size) {
  const size_t start = first_byte(headroom, size);
  PacketBuffer* b = pool.get(start + size);
  b->front = static_cast<uint32_t>(start);
  b->end = static_cast<uint32_t>(b->front + size);
  return Packet(b);
}

Packet Packet::copy_of(PacketPool& pool, Bytes data, size_t headroom) {
  Packet p = allocate(pool, headroom, data.size());
  if (!data.empty()) std::memcpy(p.head().data(), data.data(), data.size());
  return p;
}

void Packet::lower_front() { relocate(kHeadroom, 0, buf_->front); }

// The lowest storage offset in use: headers that were pulled are still there to be looked at.
uint32_t Packet::first_offset() const {
  uint32_t first = buf_->front;
  for (uint16_t o : {buf_->meta.mac_offset, buf_->meta.network_offset, buf_->meta.transport_offset})
    if (o && o < first) first = o;
  return first;
}

// Moves to a new buffer the linear bytes from storage offset keep_from on, with that much room on
// both sides.
void Packet::relocate(size_t headroom, size_t tailroom, uint32_t keep_from) {
  PacketBuffer* old = buf_;
  const uint32_t kept = old->end - keep_from;
  PacketBuffer* b = old->pool->get(PacketBuffer::kGuard + headroom + kept + tailroom);
  const auto start = static_cast<uint32_t>(PacketBuffer::kGuard + headroom);
  std::memcpy(b->storage() + start, old->storage() + keep_from, kept);
  b->front = start + (old->front - keep_from);
  b->end = start + kept;
  b->meta = old->meta;
  auto move = [&](uint16_t& offset) {
    const uint32_t moved = offset - keep_from + start;
    offset = offset < keep_from || moved > 0xffff ? 0 : static_cast<uint16_t>(moved);
  };
  move(b->meta.mac_offset);
  move(b->meta.network_offset);
  move(b->meta.transport_offset);
  move(b->meta.csum_start);
  b->fragment_bytes = std::exchange(old->fragment_bytes, 0);
  b->fragment_count = std::exchange(old->fragment_count, 0);
  b->many = std::exchange(old->many, nullptr);
  if (!b->many && b->fragment_count) b->one = old->one;
  old->unref();
  buf_ = b;
}

MutableBytes Packet::push(size_t n) {
  const bool overwrites_shared = buf_->refs > 1 && buf_->front > buf_->shared_from;
  if (headroom() < n || overwrites_shared)
    relocate(std::max(n, kHeadroom), buf_->capacity - buf_->end, first_offset());
  buf_->front -= static_cast<uint32_t>(n);
  return {buf_->storage() + buf_->front, n};
}

void Packet::trim(size_t size) {
  if (size >= this->size()) return;
  const size_t linear = buf_->end - buf_->front;
  if (size <= linear) {
    buf_->drop_fragments(0, buf_->fragment_count);
    buf_->end = static_cast<uint32_t>(buf_->front + size);
    return;
  }
  size_t excess = this->size() - size;
  auto fragments = buf_->fragments();
  size_t keep = fragments.size();
  while (fragments[keep - 1].size <= excess) excess -= fragments[--keep].size;
  buf_->drop_fragments(keep, fragments.size() - keep);
  fragments[keep - 1].size -= static_cast<uint32_t>(excess);
  buf_->fragment_bytes -= static_cast<uint32_t>(excess);
}

MutableBytes Packet::append(size_t n) {
  linearize();
  if (buf_->capacity - buf_->end < n || buf_->refs > 1) {
    const uint32_t first = first_offset();
    relocate(first - PacketBuffer::kGuard, n, first);
  }
  buf_->end += static_cast<uint32_t>(n);
  return {buf_->storage() + buf_->end - n, n};
}

bool Packet::gather(size_t n) {
  const size_t linear = buf_->end - buf_->front;
  if (n > size()) return false;
  size_t need = n - linear;
  if (buf_->capacity - buf_->end < need || buf_->refs > 1) {
    const uint32_t first = first_offset();
    relocate(first - PacketBuffer::kGuard, need, first);
  }
  size_t used = 0;
  for (PacketFragment& f : buf_->fragments()) {
    const auto take = static_cast<uint32_t>(std::min<size_t>(need, f.size));
    std::memcpy(buf_->storage() + buf_->end, f.owner->storage() + f.offset, take);
    buf_->end += take;
    need -= take;
    if (take < f.size) {
      f.offset += take;
      f.size -= take;
      buf_->fragment_bytes -= take;
      break;
    }
    used++;
    if (need == 0) break;
  }
  buf_->drop_fragments(0, used);
  return true;
}

// The present front as a layer offset. Headers lie far below 64 KB of storage, but nothing forbids
// a pull beyond: then the bytes move down and what lay before is forgotten.
MutableBytes Packet::from_offset(uint16_t offset) const {
  if (offset == 0 || offset > buf_->end) return {};
  return {buf_->storage() + offset, buf_->end - offset};
}

MutableBytes Packet::mac() { return from_offset(buf_->meta.mac_offset); }
MutableBytes Packet::network() { return from_offset(buf_->meta.network_offset); }
MutableBytes Packet::transport() { return from_offset(buf_->meta.transport_offset); }
Bytes Packet::mac() const { return from_offset(buf_->meta.mac_offset); }
Bytes Packet::network() const { return from_offset(buf_->meta.network_offset); }
Bytes Packet::transport() const { return from_offset(buf_->meta.transport_offset); }

bool Packet::ensure_writable(size_t n) {
  if (!ensure_linear(n)) return false;
  if (buf_->refs > 1 && buf_->front + n > buf_->shared_from) {
    const uint32_t first = first_offset();
    relocate(first - PacketBuffer::kGuard, buf_->capacity - buf_->end, first);
  }
  return true;
}

}  // namespace unetns
