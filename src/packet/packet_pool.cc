#include "packet/packet_pool.h"

#include <cassert>
#include <new>

#include "packet/packet_buffer.h"

namespace unetns {
namespace {

constexpr std::array<uint32_t, 5> kStorage = {384, 2304, 9728, 18432, 66560};
constexpr std::array<size_t, 5> kMaxCached = {1024, 512, 64, 64, 64};

PacketBuffer* allocate_buffer(size_t storage, uint8_t size_class) {
  void* memory =
      ::operator new (sizeof(PacketBuffer) + storage, std::align_val_t{alignof(PacketBuffer)});
  auto* b = new (memory) PacketBuffer;
  b->capacity = static_cast<uint32_t>(storage);
  b->size_class = size_class;
  return b;
}

void free_buffer(PacketBuffer* b) {
  ::operator delete (b, std::align_val_t{alignof(PacketBuffer)});
}

}  // namespace

PacketPool::~PacketPool() {
  assert(live_ == 0);
  for (PacketBuffer* b : free_)
    while (b) {
      PacketBuffer* next = b->next_free;
      free_buffer(b);
      b = next;
    }
}

PacketBuffer* PacketPool::get(size_t storage) {
  static_assert(kStorage.size() == kClasses);
  PacketBuffer* b = nullptr;
  size_t c = 0;
  while (c < kClasses && kStorage[c] < storage) c++;
  if (c == kClasses) {
    b = allocate_buffer(storage, PacketBuffer::kExact);
  } else if (free_[c]) {
    b = free_[c];
    free_[c] = b->next_free;
    free_count_[c]--;
    cached_--;
  } else {
    b = allocate_buffer(kStorage[c], static_cast<uint8_t>(c));
  }
  live_++;
  b->meta = PacketMeta{};
  b->pool = this;
  b->refs = 1;
  b->front = b->end = PacketBuffer::kGuard;
  b->fragment_bytes = 0;
  b->fragment_count = 0;
  b->shared_from = 0;
  b->many = nullptr;
  return b;
}

void PacketPool::put(PacketBuffer* b) {
  live_--;
  const size_t c = b->size_class;
  if (c >= kClasses || free_count_[c] >= kMaxCached[c]) {
    free_buffer(b);
    return;
  }
  b->next_free = free_[c];
  free_[c] = b;
  free_count_[c]++;
  cached_++;
}

}  // namespace unetns
