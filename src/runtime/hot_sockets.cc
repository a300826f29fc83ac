#include "runtime/hot_sockets.h"

#include <algorithm>
#include <cstring>

#include "preload/hot_layout.h"

namespace unetns {

Result<HotSockets> HotSockets::create(const std::string& directory, Rng& rng) {
  HotSockets out;
  constexpr size_t kSize = sizeof(unetns_hot_head) + UNETNS_HOT_SLOTS * sizeof(unetns_hot_slot);
  UNETNS_ASSIGN(out.table_, SharedMemory::create(directory + "/hot-sockets", kSize));
  unetns_hot_head& head = *out.head();
  head.plain_paths = 1;
  rng.fill(out.mark_);
  std::ranges::copy(out.mark_, head.mark);
  __atomic_store_n(&head.magic, UNETNS_HOT_MAGIC, __ATOMIC_RELEASE);
  out.slots_.resize(UNETNS_HOT_SLOTS);
  return out;
}

const HotSockets::Slot* HotSockets::find(uint64_t inode) const {
  const uint32_t at = unetns_hot_hash(inode);
  for (uint32_t i = 0; i < UNETNS_HOT_PROBES; i++) {
    const Slot& slot = slots_[(at + i) % UNETNS_HOT_SLOTS];
    if (slot.inode == inode) return &slot;
  }
  return nullptr;
}

uint32_t HotSockets::get(uint64_t inode) const {
  const Slot* slot = on() && inode ? find(inode) : nullptr;
  return slot ? slot->flags : 0;
}

void HotSockets::set(uint64_t inode, uint32_t flags, uint32_t most, uint64_t peer,
                     uint64_t source) {
  if (!on() || inode == 0) return;
  auto* slot = const_cast<Slot*>(find(inode));
  const Slot wanted = flags ? Slot{inode, flags, most, peer, source} : Slot{};
  if (slot ? *slot == wanted : flags == 0) return;
  if (!slot) {
    const uint32_t at = unetns_hot_hash(inode);
    for (uint32_t i = 0; i < UNETNS_HOT_PROBES && !slot; i++)
      if (Slot& free = slots_[(at + i) % UNETNS_HOT_SLOTS]; free.inode == 0) slot = &free;
    if (!slot) return;
  }
  *slot = wanted;
  write(*slot);
}

// Readers look at the inode before and after the rest.
void HotSockets::write(const Slot& slot) {
  unetns_hot_slot& raw = raw_slots()[&slot - slots_.data()];
  __atomic_store_n(&raw.inode, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&raw.flags, slot.flags, __ATOMIC_RELEASE);
  __atomic_store_n(&raw.most, slot.most, __ATOMIC_RELEASE);
  __atomic_store_n(&raw.peer, slot.peer, __ATOMIC_RELEASE);
  __atomic_store_n(&raw.source, slot.source, __ATOMIC_RELEASE);
  __atomic_store_n(&raw.inode, slot.inode, __ATOMIC_SEQ_CST);
}

std::optional<unetns_hot_name> HotSockets::name_of(Bytes datagram) const {
  unetns_hot_name name;
  if (!on() || datagram.size() < sizeof name) return std::nullopt;
  std::memcpy(&name, datagram.data(), sizeof name);
  if (!std::ranges::equal(name.mark, mark_)) return std::nullopt;
  return name;
}

void HotSockets::born() {
  if (on()) __atomic_fetch_add(&head()->births, 1, __ATOMIC_RELEASE);
}

void HotSockets::moved() {
  if (on()) __atomic_fetch_add(&head()->moves, 1, __ATOMIC_RELEASE);
}

void HotSockets::failed() {
  if (on()) __atomic_fetch_add(&head()->failures, 1, __ATOMIC_RELEASE);
}

void HotSockets::set_plain_paths(bool on) {
  if (table_) __atomic_store_n(&head()->plain_paths, on, __ATOMIC_RELEASE);
}

}  // namespace unetns
