#include "runtime/hot_sockets.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "preload/hot_layout.h"

namespace unetns {
namespace {

void write_at(int fd, Bytes bytes, size_t offset) {
  (void)!pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
}

}  // namespace

Result<HotSockets> HotSockets::create(const std::string& directory, Rng& rng) {
  const std::string path = directory + "/hot-sockets";
  HotSockets out;
  out.file_.reset(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
  if (!out.file_) return fail(errno);
  constexpr size_t kSize = sizeof(unetns_hot_head) + UNETNS_HOT_SLOTS * sizeof(unetns_hot_slot);
  if (ftruncate(out.file_.get(), kSize) != 0) return fail(errno);
  unetns_hot_head head{};
  head.magic = UNETNS_HOT_MAGIC;
  head.plain_paths = 1;
  rng.fill(out.mark_);
  std::ranges::copy(out.mark_, head.mark);
  write_at(out.file_.get(), bytes_of(head), 0);
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

void HotSockets::write(const Slot& slot) {
  // One write: readers look at the inode before and after the flags.
  const unetns_hot_slot raw{slot.inode, slot.flags, slot.most, slot.peer, slot.source};
  const auto index = static_cast<size_t>(&slot - slots_.data());
  write_at(file_.get(), bytes_of(raw), sizeof(unetns_hot_head) + index * sizeof raw);
}

std::optional<unetns_hot_name> HotSockets::name_of(Bytes datagram) const {
  unetns_hot_name name;
  if (!on() || datagram.size() < sizeof name) return std::nullopt;
  std::memcpy(&name, datagram.data(), sizeof name);
  if (!std::ranges::equal(name.mark, mark_)) return std::nullopt;
  return name;
}

void HotSockets::born() {
  if (!file_) return;
  ++births_;
  write_at(file_.get(), bytes_of(births_), offsetof(unetns_hot_head, births));
}

void HotSockets::set_plain_paths(bool on) {
  if (!file_) return;
  const uint32_t value = on;
  write_at(file_.get(), bytes_of(value), offsetof(unetns_hot_head, plain_paths));
}

}  // namespace unetns
