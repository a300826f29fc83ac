// Packet: sharing, copying and summing across the head and the fragments.
#include <algorithm>

#include "packet/packet.h"
#include "packet/packet_buffer.h"
#include "packet/packet_pool.h"

namespace unetns {
namespace {

// Calls fn(owner, storage offset, size) for each piece of the packet's bytes [offset, offset+n).
template <class Fn>
void for_each_piece(PacketBuffer* b, size_t offset, size_t n, Fn fn) {
  auto piece = [&](PacketBuffer* owner, uint32_t start, uint32_t size) {
    if (offset >= size) {
      offset -= size;
      return;
    }
    const auto take = static_cast<uint32_t>(std::min<size_t>(n, size - offset));
    if (take) fn(owner, start + static_cast<uint32_t>(offset), take);
    n -= take;
    offset = 0;
  };
  piece(b, b->front, b->end - b->front);
  // By index: fn may add fragments to this very buffer.
  const size_t count = b->fragment_count;
  for (size_t i = 0; i < count && n > 0; i++) {
    const PacketFragment f = b->fragments()[i];
    piece(f.owner, f.offset, f.size);
  }
}

// Below this many bytes a copy costs less than a shared buffer.
constexpr size_t kCopyInstead = 128;

}  // namespace

void Packet::append_shared(const Packet& from, size_t offset, size_t bytes) {
  const size_t size = from.size();
  if (offset >= size) return;
  bytes = std::min(bytes, size - offset);
  if (bytes <= kCopyInstead && is_linear() && buf_->refs == 1 &&
      buf_->capacity - buf_->end >= bytes) {
    from.copy_to({buf_->storage() + buf_->end, bytes}, offset);
    buf_->end += static_cast<uint32_t>(bytes);
    return;
  }
  for_each_piece(from.buf_, offset, bytes, [&](PacketBuffer* owner, uint32_t start, uint32_t n) {
    owner->share_from(start);
    buf_->add_fragment(owner, start, n);
  });
}

Packet Packet::clone() const {
  const size_t linear = buf_->end - buf_->front;
  const size_t copied = linear <= kCloneCopy ? linear : kCloneHead;
  const uint32_t first = first_offset();
  const uint32_t kept = buf_->front - first + static_cast<uint32_t>(copied);
  PacketBuffer* b = buf_->pool->get(first + kept);
  std::memcpy(b->storage() + first, buf_->storage() + first, kept);
  b->meta = buf_->meta;
  b->front = buf_->front;
  b->end = buf_->front + static_cast<uint32_t>(copied);
  Packet out(b);
  for_each_piece(buf_, copied, size() - copied,
                 [&](PacketBuffer* owner, uint32_t start, uint32_t n) {
                   owner->share_from(start);
                   b->add_fragment(owner, start, n);
                 });
  return out;
}

void Packet::copy_to(MutableBytes out, size_t offset) const {
  size_t at = 0;
  for_each_piece(buf_, offset, out.size(), [&](PacketBuffer* owner, uint32_t start, uint32_t n) {
    std::memcpy(out.data() + at, owner->storage() + start, n);
    at += n;
  });
}

size_t Packet::pieces(std::span<Bytes> out, size_t offset) const {
  size_t count = 0;
  for_each_piece(buf_, offset, size(), [&](PacketBuffer* owner, uint32_t start, uint32_t n) {
    if (count < out.size()) out[count++] = Bytes(owner->storage() + start, n);
  });
  return count;
}

ByteVector Packet::to_vector() const {
  ByteVector out(size());
  copy_to(out);
  return out;
}

void Packet::add_to(InternetSum& sum, size_t offset, size_t n) const {
  for_each_piece(buf_, offset, n, [&](PacketBuffer* owner, uint32_t start, uint32_t size) {
    sum.add({owner->storage() + start, size});
  });
}

bool Packet::complete_checksum() {
  const PacketMeta& m = buf_->meta;
  if (m.checksum != ChecksumState::kPartial) return true;
  const uint32_t field = uint32_t{m.csum_start} + m.csum_offset;
  if (m.csum_start < buf_->front || field + 2 > buf_->end) return false;
  if (!ensure_writable(field + 2 - buf_->front)) return false;
  InternetSum sum;
  add_to(sum, buf_->meta.csum_start - buf_->front);
  // 0 would read as "no checksum" in UDP; the other zero is as good for every protocol.
  store_be16(buf_->storage() + buf_->meta.csum_start + buf_->meta.csum_offset, sum.udp_checksum());
  buf_->meta.checksum = ChecksumState::kUnnecessary;
  return true;
}

size_t Packet::footprint() const {
  size_t total = sizeof(PacketBuffer) + buf_->capacity;
  if (buf_->many) total += sizeof(PacketBuffer) + buf_->many->capacity;
  const PacketBuffer* last = buf_;
  for (const PacketFragment& f : buf_->fragments()) {
    if (f.owner != last) total += sizeof(PacketBuffer) + f.owner->capacity;
    last = f.owner;
  }
  return total;
}

}  // namespace unetns
