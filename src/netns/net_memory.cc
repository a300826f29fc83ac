// NetRegistry: the memory of namespaces. A Net, its slot table and the states of all slots known at
// its creation lie in one zeroed block; slots added later live outside, one allocation each.
#include <cstring>
#include <new>

#include "netns/net_registry.h"

namespace unetns {
namespace {

constexpr size_t kMaxCachedBlocks = 16;
constexpr size_t kMaxSlots = 4096;

constexpr size_t align_up(size_t n, size_t align) { return (n + align - 1) / align * align; }

void* allocate_state(const PernetSlotType& type) {
  void* state = ::operator new(type.size);
  std::memset(state, 0, type.size);
  return state;
}

void destroy_state(const PernetSlotType& type, void* state) {
  type.destroy(state);
  ::operator delete(state);
}

}  // namespace

Result<uint32_t> NetRegistry::add_slot(const PernetSlotType& type) {
  if (in_callbacks_ > 0) return fail(EBUSY);
  if (slot_types_.size() >= kMaxSlots) return fail(ENOSPC);
  for (Net* net = head_; net; net = net->next_) {
    auto grown = add_late_slot(*net, type);
    if (grown) continue;
    while ((net = net->prev_)) {
      remove_last_slot(*net);
      destroy_state(type, net->slots_[net->slot_count_]);
    }
    return std::unexpected(std::move(grown).error());
  }
  slot_types_.push_back(&type);

  free_cached_blocks();
  slot_offsets_.clear();
  size_t end = sizeof(Net) + slot_types_.size() * sizeof(void*);
  for (const PernetSlotType* t : slot_types_) {
    end = align_up(end, t->align);
    slot_offsets_.push_back(static_cast<uint32_t>(end));
    end += t->size;
  }
  block_size_ = end;
  return static_cast<uint32_t>(slot_types_.size() - 1);
}

Net* NetRegistry::allocate_net(uint64_t id) {
  if (!may_allocate()) return nullptr;
  void* block;
  if (cached_blocks_.empty()) {
    block = ::operator new(block_size_);
  } else {
    block = cached_blocks_.back();
    cached_blocks_.pop_back();
  }
  auto* bytes = static_cast<uint8_t*>(block);
  std::memset(bytes, 0, block_size_);
  Net* net = new (block) Net(*this, id);
  net->passive_ = 1;
  allocated_++;
  const auto slots = static_cast<uint16_t>(slot_types_.size());
  net->slots_ = reinterpret_cast<void**>(bytes + sizeof(Net));
  net->slot_count_ = net->block_slots_ = net->slot_capacity_ = slots;
  for (size_t i = 0; i < slots; i++) net->slots_[i] = bytes + slot_offsets_[i];
  for (size_t i = 0; i < slots; i++) slot_types_[i]->construct(net->slots_[i], *net);
  return net;
}

Result<void> NetRegistry::add_late_slot(Net& net, const PernetSlotType& type) {
  if (net.slot_count_ == net.slot_capacity_) {
    if (!may_allocate()) return fail(ENOMEM);
    const auto capacity = static_cast<uint16_t>(net.slot_capacity_ + 8 + net.slot_capacity_ / 2);
    void** table = new void*[capacity];
    std::memcpy(table, net.slots_, net.slot_count_ * sizeof(void*));
    if (net.slot_capacity_ > net.block_slots_) delete[] net.slots_;
    net.slots_ = table;
    net.slot_capacity_ = capacity;
  }
  if (!may_allocate()) return fail(ENOMEM);
  void* state = allocate_state(type);
  net.slots_[net.slot_count_++] = state;
  type.construct(state, net);
  return {};
}

void NetRegistry::remove_last_slot(Net& net) { net.slot_count_--; }

void NetRegistry::free_net(Net& net) {
  for (size_t i = net.slot_count_; i-- > 0;) {
    if (i < net.block_slots_)
      slot_types_[i]->destroy(net.slots_[i]);
    else
      destroy_state(*slot_types_[i], net.slots_[i]);
  }
  if (net.slot_capacity_ > net.block_slots_) delete[] net.slots_;
  // Only blocks of the present layout are worth keeping.
  const bool keep =
      net.block_slots_ == slot_types_.size() && cached_blocks_.size() < kMaxCachedBlocks;
  net.~Net();
  allocated_--;
  if (keep)
    cached_blocks_.push_back(&net);
  else
    ::operator delete(static_cast<void*>(&net));
}

void NetRegistry::free_cached_blocks() {
  for (void* block : cached_blocks_) ::operator delete(block);
  cached_blocks_.clear();
}

}  // namespace unetns
