// HotSockets: tells the accelerator inside of programs which sockets they may use natively
// (preload/hot_layout.h).
#ifndef UNETNS_RUNTIME_HOT_SOCKETS_H_
#define UNETNS_RUNTIME_HOT_SOCKETS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "env/rng.h"
#include "host/shared_memory.h"
#include "preload/hot_layout.h"

namespace unetns {

class HotSockets {
 public:
  HotSockets() = default;  // tells nobody
  // Makes the table in a directory that programs can read.
  static Result<HotSockets> create(const std::string& directory, Rng& rng);
  bool on() const { return static_cast<bool>(table_); }

  // What may be done natively with the socket behind the program's end of that inode: UNETNS_HOT_*,
  // 0: nothing. When there is no room it is as if nothing were allowed.
  // `most`: bytes of a datagram that may be sent; `peer`: to whom, for UNETNS_HOT_SEND_TO;
  // `source`: SoleSource::told().
  void set(uint64_t inode, uint32_t flags, uint32_t most = 0, uint64_t peer = 0,
           uint64_t source = 0);
  uint32_t get(uint64_t inode) const;
  // What a program put in front of a datagram that it sent natively to a peer; null: nothing.
  std::optional<unetns_hot_name> name_of(Bytes datagram) const;
  // Random bytes that programs know, and nobody else.
  const std::array<uint8_t, 16>& mark() const { return mark_; }
  // Before a descriptor names a new socket: programs keep what they know of the old ones.
  void born();
  // A process that makes sockets has moved: programs ask where they are.
  void moved();
  // A connect() that a program took for one in progress has failed at once: they ask again.
  void failed();
  // Whether paths outside of the usual trees are the host's own.
  void set_plain_paths(bool on);

 private:
  struct Slot {
    uint64_t inode = 0;
    uint32_t flags = 0, most = 0;
    uint64_t peer = 0, source = 0;
    bool operator==(const Slot&) const = default;
  };
  const Slot* find(uint64_t inode) const;
  void write(const Slot& slot);

  unetns_hot_head* head() const {
    return reinterpret_cast<unetns_hot_head*>(table_.bytes().data());
  }
  unetns_hot_slot* raw_slots() const { return reinterpret_cast<unetns_hot_slot*>(head() + 1); }

  SharedMemory table_;
  std::vector<Slot> slots_;
  std::array<uint8_t, 16> mark_{};
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_HOT_SOCKETS_H_
