// Call: one notified syscall of a program.
#ifndef UNETNS_RUNTIME_CALL_H_
#define UNETNS_RUNTIME_CALL_H_

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>

#include "env/clock.h"
#include "host/unique_fd.h"
#include "runtime/program_memory.h"

namespace unetns {

class Listener;

struct Call {
  Listener* listener = nullptr;  // that of its program tree
  uint64_t id = 0;               // of the notification, unique for its listener
  pid_t tid = 0;
  int nr = 0;
  std::array<uint64_t, 6> args{};
  // How long it may stay parked: set by the handler when it first blocks; the last call of the
  // handler sees expired.
  std::optional<Nanos> deadline;
  bool deadline_known = false;
  bool expired = false;
  uint64_t waited_for = 0;  // inode of the file that it was parked with
  UniqueFd end;  // and the program's end of it: the call goes on though its descriptor is closed
  // Parked only for a moment: what it waits for often comes at once, and answering it then saves
  // waking its thread twice. Later it runs natively.
  bool brief = false;
  uint64_t brief_since = 0;  // tick of Supervisor::end_brief_waits
  uint32_t looks = 0, looks_left_out = 0;  // for signals, while it is parked
  bool carried = false;        // came by the carrier: nothing of it can run natively
  uint64_t progress = 0;       // of calls that do several things (recvmmsg): how many are done
  // Of sendmmsg, recvmmsg: bytes of the message it is at, which counts as done then.
  uint64_t within = 0;
  std::optional<Nanos> began;  // of recvmmsg with a time-out: when it did

  int arg_int(size_t i) const { return static_cast<int>(args[i]); }
  ProgramMemory memory() const { return ProgramMemory(tid); }
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_CALL_H_
