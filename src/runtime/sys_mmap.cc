// mmap(2) of packet sockets: the rings of PACKET_RX_RING and PACKET_TX_RING.
#include <sys/mman.h>
#include <sys/syscall.h>

#include "runtime/ring_mapping.h"
#include "runtime/socket_target.h"
#include "runtime/stopped_thread.h"

namespace unetns {
namespace {

constexpr uint64_t kPage = 4096;

Outcome sys_mmap(Supervisor& s, Thread& t, Call& c) {
  const FileRef ref = s.files().find(t, c.arg_int(4));
  if (!ref.file || !ref.file->socket()) return Outcome::native();
  RingMemory* memory = ref.file->socket()->sock().ring_memory();
  if (!memory) return Outcome::err(EINVAL);
  if (c.args[5] != 0 || (c.args[1] + kPage - 1) / kPage * kPage != memory->bytes().size())
    return Outcome::err(EINVAL);
  const int at = s.files().free_high(t);
  if (at < 0 || !c.listener->replace_fd(c.id, memory->descriptor(), at, true))
    return Outcome::err(ENOMEM);
  bool released = false;
  const auto done = map_descriptor(t.tid, at, [&] {
    released = true;
    (void)c.listener->answer_error(c.id, kRestartNoIntr);
  });
  if (released) return Outcome::answered();
  s.unsupported().note("mmap of a packet socket: ptrace is refused");
  return Outcome::err(done.error().code);
}

}  // namespace

void register_mmap_calls(std::vector<Handler>& table) { set_handler(table, SYS_mmap, sys_mmap); }

}  // namespace unetns
