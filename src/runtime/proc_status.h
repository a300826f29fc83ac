// What /proc tells of a process.
#ifndef UNETNS_RUNTIME_PROC_STATUS_H_
#define UNETNS_RUNTIME_PROC_STATUS_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unetns {

struct ProcStatus {
  pid_t tgid = 0;
  pid_t parent = 0;
  bool dead = false;  // a zombie, all threads of which have ended
};
std::optional<ProcStatus> read_proc_status(pid_t tid);
// Whether the thread has ended or is about to: it has no memory any more (nor will it use a
// descriptor). Its /proc/TID/fd is then root's.
bool is_ending(pid_t tid);
// Whether a signal waits that this thread does not block: sent to it, or to its process, of which
// one thread takes it.
enum class Pending { kNone, kThread, kProcess };
struct PendingSignal {
  Pending pending = Pending::kNone;
  pid_t tgid = 0;
};
PendingSignal deliverable_signal(pid_t tid);
// Whether that very thread made `child` (false where the kernel doesn't tell:
// CONFIG_PROC_CHILDREN).
bool is_child_of_thread(pid_t pid, pid_t tid, pid_t child);
std::vector<pid_t> list_pids(const std::string& dir = "/proc");  // all of /proc
std::optional<std::string> read_whole(const std::string& path);  // a small file
std::optional<std::string> read_link(const std::string& path);
// The socket behind a descriptor by /proc/PID/fd; 0: not a socket or gone.
uint64_t socket_inode_of_fd(pid_t tid, int fd);
// The O_* flags of a descriptor by /proc/PID/fdinfo, FD_CLOEXEC as O_CLOEXEC; 0 when it is gone.
int flags_of_fd(pid_t tid, int fd);
// "Pid:" of /proc/TID/fdinfo/FD when the descriptor is a pidfd; 0 else.
pid_t pid_of_pidfd(pid_t tid, int fd);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PROC_STATUS_H_
