// ProgramFile: what stands behind a descriptor that we made for programs. The program has one end
// of a socket pair, a real kernel fd; the other end is here and hangs up when the last copy of the
// program's is closed.
#ifndef UNETNS_RUNTIME_PROGRAM_FILE_H_
#define UNETNS_RUNTIME_PROGRAM_FILE_H_

#include <sys/socket.h>

#include <deque>
#include <memory>

#include "base/result.h"
#include "host/unique_fd.h"
#include "runtime/call.h"

namespace unetns {

class FileTable;
class NetHandle;
class Socket;
class SocketFile;
class StreamFile;
class TunDeviceFile;
class Turns;

class ProgramFile {
 public:
  virtual ~ProgramFile() = default;
  uint64_t inode() const {
    return inode_;
  }  // of the program's end: names the file across dup, fork and SCM_RIGHTS
  int our_end() const { return ours_.get(); }  // -1: FileTable::sever
  virtual int pair_type() const { return SOCK_SEQPACKET; }

  // The program wrote natively into its end. True: there may be more, others get their turn first.
  virtual bool readable() { return false; }
  // Moves what the stack has into the program's end, as far as there is room.
  virtual void push() {}
  // Our end hung up. True: the program's is closed, and the file goes.
  virtual bool hung_up() { return true; }

  // Tells FileTable::hot() what its program may do natively, before anything may have changed.
  virtual void heat() {}

  virtual SocketFile* socket() { return nullptr; }
  virtual StreamFile* stream() { return nullptr; }
  virtual Socket* stack_socket() { return nullptr; }  // of either kind
  virtual TunDeviceFile* tun() { return nullptr; }
  virtual NetHandle* net_handle() { return nullptr; }
  virtual Turns* turns() { return nullptr; }

  // Calls that wait for this file, oldest first.
  std::deque<Call> parked;
  std::optional<Nanos> look_at;  // when the first of them has waited long enough, or earlier
  bool dirty = false;            // queued for FileTable::service
  bool later = false;  // FileTable::read_later

 private:
  friend class FileTable;
  uint64_t inode_ = 0;
  UniqueFd ours_;
  UniqueFd
      held_;  // the program's end, where pidfd_getfd is refused and it must be reached all the same
  // Where the program's end was seen last: a call named it so.
  pid_t seen_tgid_ = 0, seen_tid_ = 0;
  int seen_fd_ = -1;
  int missed_ = 0;       // sweeps in a row that found it nowhere
  bool unsure_ = false;  // no hang-up will come: only a sweep can tell that it is closed
  bool want_read_ = true, want_write_ = false;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PROGRAM_FILE_H_
