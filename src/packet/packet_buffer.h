// PacketBuffer: what a Packet points at. For packet/ alone: it stands in a header so that the
// accessors of Packet are inline. Include packet/packet.h.
#ifndef UNETNS_PACKET_PACKET_BUFFER_H_
#define UNETNS_PACKET_PACKET_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "packet/packet_meta.h"

namespace unetns {

class PacketPool;
struct PacketBuffer;

// Bytes [offset, offset+size) of the storage of `owner`, on which it holds a reference.
struct PacketFragment {
  PacketBuffer* owner;
  uint32_t offset;
  uint32_t size;
};

// `refs` counts the Packet (at most one) and the fragments that share the storage. When the Packet
// goes first, its own fragments are released at once: so a buffer kept by fragments alone has none,
// and no chain of buffers can grow.
struct alignas(64) PacketBuffer {
  PacketMeta meta;  // the first cache line
  PacketPool* pool;

  uint32_t capacity;  // bytes of storage behind this struct
  uint32_t refs;
  uint32_t front;  // the linear bytes are storage[front, end); front >= kGuard
  uint32_t end;
  uint32_t fragment_bytes;
  uint32_t fragment_count;
  uint32_t shared_from;  // while refs > 1: no byte below this storage offset is shared
  uint8_t size_class;    // index of the pool's free list, kExact when not pooled
  PacketBuffer* many;    // its storage holds the fragments when there is more than one
  union {
    PacketFragment one;
    PacketBuffer* next_free;
  };

  static constexpr uint8_t kExact = 0xff;
  // Storage bytes never used, so that an offset of 0 means "unset".
  static constexpr uint32_t kGuard = 8;

  void ref() { refs++; }
  void unref();  // the last one gives the buffer back to its pool
  void add_fragment(PacketBuffer* owner, uint32_t offset, uint32_t size);  // takes a reference
  void drop_fragments(size_t first, size_t count);
  // Notes that storage bytes from `offset` on are now shared, before the reference is taken.
  void share_from(uint32_t offset) {
    shared_from = refs == 1 || offset < shared_from ? offset : shared_from;
  }

  uint8_t* storage() { return reinterpret_cast<uint8_t*>(this + 1); }
  const uint8_t* storage() const { return reinterpret_cast<const uint8_t*>(this + 1); }
  std::span<const PacketFragment> fragments() const {
    return {many ? reinterpret_cast<const PacketFragment*>(many->storage()) : &one, fragment_count};
  }
  std::span<PacketFragment> fragments() {
    return {many ? reinterpret_cast<PacketFragment*>(many->storage()) : &one, fragment_count};
  }
};
static_assert(sizeof(PacketBuffer) == 128);
static_assert(offsetof(PacketBuffer, capacity) == 64, "metadata fills the first cache line");

}  // namespace unetns

#endif  // UNETNS_PACKET_PACKET_BUFFER_H_
