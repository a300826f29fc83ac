#include "packet/packet_buffer.h"

#include <algorithm>
#include <cstring>

#include "packet/packet_pool.h"

namespace unetns {

void PacketBuffer::unref() {
  if (--refs == 0) pool->put(this);
}

void PacketBuffer::add_fragment(PacketBuffer* owner, uint32_t offset, uint32_t size) {
  if (size == 0) return;
  fragment_bytes += size;
  auto present = fragments();
  if (!present.empty()) {
    PacketFragment& last = present.back();
    if (last.owner == owner && last.offset + last.size == offset) {
      last.size += size;
      return;
    }
  }
  owner->ref();
  if (fragment_count == 0 && !many) {
    one = {owner, offset, size};
    fragment_count = 1;
    return;
  }
  if (!many || many->capacity < (fragment_count + 1) * sizeof(PacketFragment)) {
    PacketBuffer* wider =
        pool->get(std::max<size_t>(8, fragment_count * 2) * sizeof(PacketFragment));
    std::memcpy(wider->storage(), present.data(), present.size_bytes());
    if (many) many->unref();
    many = wider;
  }
  fragment_count++;
  fragments().back() = {owner, offset, size};
}

void PacketBuffer::drop_fragments(size_t first, size_t count) {
  auto all = fragments();
  for (const PacketFragment& f : all.subspan(first, count)) {
    fragment_bytes -= f.size;
    f.owner->unref();
  }
  std::copy(all.begin() + first + count, all.end(), all.begin() + first);
  fragment_count -= static_cast<uint32_t>(count);
  if (fragment_count == 0 && many) {
    many->unref();
    many = nullptr;
  }
}

}  // namespace unetns
