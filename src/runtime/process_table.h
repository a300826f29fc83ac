// ProcessTable: the programs of a run, and the namespace of every process and thread.
//
// Births are not announced to us. Each process carries a mark that is inherited by fork and exec
// and that we can read and set from outside without privilege: its soft RLIMIT_RTTIME (of no effect
// on ordinary scheduling classes), which holds the id of the namespace in which its next child is
// born: that of the thread which moved last. So a new process is placed exactly, however late it
// makes its first call and whatever became of its parent. Before a namespace dies that nobody known
// uses, adopt_unseen() looks for processes that carry its mark.
#ifndef UNETNS_RUNTIME_PROCESS_TABLE_H_
#define UNETNS_RUNTIME_PROCESS_TABLE_H_

#include <sys/types.h>
#include <unistd.h>

#include <absl/container/flat_hash_map.h>

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "host/event_loop.h"
#include "host/unique_fd.h"
#include "netns/net_registry.h"
#include "runtime/creds.h"
#include "runtime/exec_creds.h"
#include "runtime/process_mark.h"

namespace unetns {

struct Thread;

inline constexpr size_t kThreadsUnlooked = 64;

struct Process {
  pid_t tgid = 0;
  UniqueFd pidfd;                    // for its death, and for pidfd_getfd
  uint64_t mark = 0;                 // what its RLIMIT_RTTIME says; 0 unknown
  NetRef birth_net;                  // of the next child only (clone with CLONE_NEWNET)
  bool threaded = false;             // has, or had, more than one thread
  bool diverged = false;             // its threads are, or were, in different namespaces
  std::deque<NetRef> thread_births;  // where threads begin that were asked for and not seen yet
  // A thread other than the first has asked for an exec, after which it is the first.
  pid_t exec_tid = 0;
  NetRef exec_net;    // where it was then
  int next_high = 0;  // see FileTable::free_high
  Creds creds;        // creds_changed() after changing them
  // Of the program by which it is who creds says, when an exec may change that: see settle_exec().
  std::optional<ExecStamp> exec_stamp;
  uint64_t channel = 0;                // inode of its Channel; it may be gone
  bool marks_sockets = false;          // it was told where it is, by a mark: see Dock
  std::vector<pid_t> threads;          // some may have ended
  size_t prune_at = kThreadsUnlooked;  // so many: time to look which have
};

// A call that took effect but whose answer was lost to a signal: given to the same call when it
// comes again.
struct Served {
  int nr;
  std::array<uint64_t, 6> args;
  int64_t value;  // as returned: negative errno for failures
};

struct Thread {
  pid_t tid = 0;
  Process* process = nullptr;
  NetRef net;
  UniqueFd pidfd;  // of a thread that moved by itself: for its end (Linux 6.9)
  std::optional<Served> served;
};

class ProcessTable {
 public:
  ProcessTable(NetRegistry& nets, EventLoop& loop) : nets_(nets), loop_(loop) {}
  ~ProcessTable();

  // The thread behind a notification; learns new ones from /proc. Null when it is gone already.
  Thread* find(pid_t tid);
  Process* process(pid_t tgid);  // known ones only
  // The namespace of any thread or process by id: ESRCH when it is none of ours.
  Result<NetRef> net_of(pid_t pid);

  // Moves a thread, and the place where its children are to be born.
  void set_net(Thread& thread, NetRef net);
  // The next child of the thread's process is to be born in `net`, itself staying where it is;
  // until born().
  void set_birth_net(Thread& thread, NetRef net);
  void born(Process& process);  // requires process.birth_net
  // The thread is about to make another one, which begins where it is now.
  void thread_wanted(Thread& maker);
  // The thread is about to exec. (Not told where threads can be marked: see took_over.)
  void exec_wanted(Thread& thread);
  void adopt_unseen();  // looks through /proc for processes that carry a mark and aren't known
  // Children born from now on are who the process is now.
  void creds_changed(Process& process);
  // Before its capabilities and saved ids are asked for: execs are not told of.
  void settle_exec(Process& process);
  // Sets the mark of a process before its exec.
  bool mark(pid_t pid, uint64_t net_id);

  size_t end_all(int signal);               // returns how many there were
  std::function<void(Net&)> on_release;     // a thread let go of a namespace
  std::function<void(Thread&)> on_move;  // before it, or its next child, is elsewhere
  std::function<void(pid_t tgid)> on_exit;  // after a process has gone from the table
  size_t size() const { return processes_.size(); }
  void for_each(const std::function<void(Process&)>& fn);

 private:
  Thread* learn(pid_t tid);
  void learn_threads(Process& process);
  void forget(pid_t tid);
  void after_exec(Process& process);
  void thread_ended(pid_t tid);
  // Whether another thread than the first has called exec, and is the first now. While threads are
  // in different namespaces all others carry a mark (mark_thread) that they take along.
  static bool took_over(const Process& process);
  void move_leader(Process& process, NetRef net);
  void inherit_creds(Process& process);  // of one just found
  // Of a diverged process whose first thread makes a call: this may be another one's program.
  void look_for_exec(Process& process);
  void forget_ended_threads(Process& process);
  // Where a child was born whose parent's threads are in different namespaces: that of the thread
  // that made it.
  NetRef net_of_maker(const Process& parent, pid_t child) const;
  NetRef net_of_birth(Process& process);  // of one just found; takes up its mark
  void set_diverged(Process& process, bool on);
  void move_mark(Process& process, uint64_t net_id);
  void gone(pid_t tgid);

  NetRegistry& nets_;
  EventLoop& loop_;
  pid_t self_ = getpid();
  // Processes whose next child may be born elsewhere than where their first thread is: diverged, or
  // with a birth_net. While there are none a mark says all.
  size_t unsettled_ = 0;
  CredsTable creds_;
  absl::flat_hash_map<pid_t, std::unique_ptr<Process>> processes_;
  absl::flat_hash_map<pid_t, std::unique_ptr<Thread>> threads_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PROCESS_TABLE_H_
