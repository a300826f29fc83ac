#include "runtime/process_table.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/proc_status.h"
#include "runtime/process_mark.h"

namespace unetns {
ProcessTable::~ProcessTable() {
  for (auto& [tgid, p] : processes_)
    if (p->pidfd) loop_.remove(p->pidfd.get());
  for (auto& [tid, t] : threads_)
    if (t->pidfd) loop_.remove(t->pidfd.get());
}

bool ProcessTable::mark(pid_t pid, uint64_t net_id) { return write_mark(self_, pid, net_id); }

Thread* ProcessTable::find(pid_t tid) {
  auto it = threads_.find(tid);
  if (it == threads_.end()) return learn(tid);
  Thread* thread = it->second.get();
  if (thread->process->exec_tid) {
    after_exec(*thread->process);
    it = threads_.find(tid);
    if (it == threads_.end()) return learn(tid);
    thread = it->second.get();
  }
  if (tid == thread->process->tgid) {  // its end is told by the pidfd
    if (thread->process->diverged) look_for_exec(*thread->process);
    return thread;
  }
  // The end of a single thread is not: the number may be another's by now. (Reading its status
  // would cost more than all else of a call.)
  if (syscall(SYS_tgkill, thread->process->tgid, tid, 0) == 0) return thread;
  forget(tid);
  return learn(tid);
}

Process* ProcessTable::process(pid_t tgid) {
  auto it = processes_.find(tgid);
  return it == processes_.end() ? nullptr : it->second.get();
}

Thread* ProcessTable::learn(pid_t tid) {
  // Only the first thread of a process has a pidfd, so one that has is the process itself. (To read
  // /proc/TID/status takes as long as several calls.)
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, tid, 0)));
  pid_t tgid = tid;
  if (!pidfd) {
    const auto status = errno == ESRCH ? std::nullopt : read_proc_status(tid);
    if (!status) return nullptr;
    tgid = status->tgid;
  }
  Process* process = this->process(tgid);
  NetRef net;
  if (!process) {
    auto fresh = std::make_unique<Process>();
    process = fresh.get();
    process->tgid = tgid;
    process->pidfd = std::move(pidfd);
    if (!process->pidfd) process->pidfd.reset(static_cast<int>(syscall(SYS_pidfd_open, tgid, 0)));
    // Its end would never be told.
    if (!process->pidfd && (errno == EMFILE || errno == ENFILE)) return nullptr;
    inherit_creds(*process);
    net = net_of_birth(*process);
    move_mark(*process, net->id());  // for its own children
    processes_[tgid] = std::move(fresh);
    if (process->pidfd &&
        !loop_.add(process->pidfd.get(), EPOLLIN, [this, tgid](uint32_t) { gone(tgid); }))
      process->pidfd.reset();
  } else if (!process->thread_births.empty()) {
    net = std::move(process->thread_births.front());
    process->thread_births.pop_front();
  } else if (auto it = threads_.find(process->tgid); it != threads_.end()) {
    net = it->second->net;
  } else {
    net = NetRef(*nets_.first());
  }
  auto thread = std::make_unique<Thread>();
  thread->tid = tid;
  thread->process = process;
  thread->net = net;
  if (process->threads.size() >= process->prune_at) {
    forget_ended_threads(*process);
    process->prune_at = std::max(kThreadsUnlooked, 2 * process->threads.size());
  }
  process->threads.push_back(tid);
  if (process->diverged && tid != tgid) mark_thread(tid);
  Thread* out = thread.get();
  threads_[tid] = std::move(thread);
  if (tid != process->tgid && !threads_.contains(process->tgid)) learn(process->tgid);
  return threads_.contains(tid) ? out : nullptr;
}

NetRef ProcessTable::net_of_birth(Process& p) {
  const auto mark = read_mark(self_, p.tgid);
  p.mark = mark.value_or(0);
  NetRef net;
  if (Net* n = mark ? nets_.find(*mark) : nullptr) net = NetRef(*n);
  if (net && unsettled_ == 0) return net;
  const auto status = read_proc_status(p.tgid);
  if (Process* parent = status ? process(status->parent) : nullptr) {
    if (parent->diverged)
      if (NetRef maker = net_of_maker(*parent, p.tgid)) net = std::move(maker);
    if (parent->birth_net && mark == parent->birth_net->id()) born(*parent);
    // Without a mark (the program set that limit itself) the parent's namespace is the best guess.
    if (!net)
      if (auto it = threads_.find(parent->tgid); it != threads_.end()) net = it->second->net;
  }
  return net ? net : NetRef(*nets_.first());
}

Result<NetRef> ProcessTable::net_of(pid_t pid) {
  if (auto it = threads_.find(pid); it != threads_.end()) return it->second->net;
  auto status = read_proc_status(pid);
  if (!status || status->dead) return fail(ESRCH);  // a zombie is nowhere
  if (!process(status->tgid) && !read_mark(self_, status->tgid)) return fail(ESRCH);
  Thread* t = learn(pid);
  if (!t) return fail(ESRCH);
  return t->net;
}

NetRef ProcessTable::net_of_maker(const Process& parent, pid_t child) const {
  for (pid_t tid : parent.threads) {
    auto it = threads_.find(tid);
    if (it != threads_.end() && is_child_of_thread(parent.tgid, tid, child)) return it->second->net;
  }
  return NetRef();
}

void ProcessTable::move_mark(Process& p, uint64_t net_id) {
  if (p.mark != net_id && mark(p.tgid, net_id)) p.mark = net_id;
}

void ProcessTable::set_birth_net(Thread& thread, NetRef net) {
  if (on_move) on_move(thread);
  Process& p = *thread.process;
  move_mark(p, net->id());
  if (!p.birth_net) ++unsettled_;
  p.birth_net = std::move(net);
}

void ProcessTable::born(Process& p) {
  NetRef net = std::move(p.birth_net);
  p.birth_net = NetRef();
  --unsettled_;
  auto leader = threads_.find(p.tgid);
  if (leader != threads_.end()) move_mark(p, leader->second->net->id());
  if (on_release) on_release(*net);
}

void ProcessTable::set_net(Thread& thread, NetRef net) {
  Process& p = *thread.process;
  if (on_move) on_move(thread);
  // Those that have made no call yet stay where they are.
  if (p.threaded) learn_threads(p);
  if (!p.diverged && (p.threads.size() > 1 || thread.tid != p.tgid)) {
    set_diverged(p, true);
    unmark_thread(p.tgid);  // the thread that made the process may have had it
    for (pid_t tid : p.threads)
      if (tid != p.tgid) mark_thread(tid);
  }
  if (thread.tid != p.tgid && !thread.pidfd) {
    constexpr unsigned kPidfdThread = O_EXCL;
    thread.pidfd.reset(static_cast<int>(syscall(SYS_pidfd_open, thread.tid, kPidfdThread)));
    const pid_t tid = thread.tid;
    if (thread.pidfd &&
        !loop_.add(thread.pidfd.get(), EPOLLIN, [this, tid](uint32_t) { thread_ended(tid); }))
      thread.pidfd.reset();
  }
  move_mark(p, net->id());
  std::swap(thread.net, net);
  if (on_release) on_release(*net);
}

void ProcessTable::set_diverged(Process& p, bool on) {
  if (p.diverged != on) on ? ++unsettled_ : --unsettled_;
  p.diverged = on;
}

void ProcessTable::learn_threads(Process& p) {
  forget_ended_threads(p);
  for (pid_t tid : list_pids(fmt::format("/proc/{}/task", p.tgid)))
    if (!threads_.contains(tid)) learn(tid);
}

void ProcessTable::forget(pid_t tid) {
  auto it = threads_.find(tid);
  if (it == threads_.end()) return;
  std::unique_ptr<Thread> thread = std::move(it->second);
  threads_.erase(it);
  std::erase(thread->process->threads, tid);
  if (thread->pidfd) loop_.remove(thread->pidfd.get());
  if (on_release) on_release(*thread->net);
}

void ProcessTable::thread_wanted(Thread& maker) {
  Process& p = *maker.process;
  p.threaded = true;
  if (!p.diverged) return;
  learn_threads(p);  // which takes up what was wanted before
  p.thread_births.clear();
  p.thread_births.push_back(maker.net);
}

void ProcessTable::exec_wanted(Thread& thread) {
  if (thread.tid == thread.process->tgid) return;
  thread.process->exec_tid = thread.tid;
  thread.process->exec_net = thread.net;
}

void ProcessTable::creds_changed(Process& p) {
  write_creds_mark(p.tgid, creds_.number_of(p.creds));
  p.exec_stamp = exec_may_change(p.creds) ? exec_stamp(p.tgid) : std::nullopt;
}

void ProcessTable::settle_exec(Process& p) {
  if (!p.exec_stamp) return;
  const auto now = exec_stamp(p.tgid);
  if (!now || *now == *p.exec_stamp) return;
  p.creds = creds_after_exec(std::move(p.creds), FileCaps::of_program(p.tgid));
  creds_changed(p);
}

void ProcessTable::inherit_creds(Process& p) {
  p.creds = creds_[read_creds_mark(p.tgid)];
  if (!exec_may_change(p.creds)) return;
  p.exec_stamp = exec_stamp(p.tgid);
  const auto status = read_proc_status(p.tgid);
  const Process* parent = status ? process(status->parent) : nullptr;
  if (!parent || !parent->exec_stamp || parent->creds != p.creds) return;
  p.exec_stamp = parent->exec_stamp;  // what the mark says holds for the program that it ran then
  settle_exec(p);
}

// The exec that a thread asked for has happened, or failed.
void ProcessTable::after_exec(Process& p) {
  const pid_t by = std::exchange(p.exec_tid, 0);
  NetRef net = std::exchange(p.exec_net, NetRef());
  if (syscall(SYS_tgkill, p.tgid, by, 0) == 0) return;
  move_leader(p, std::move(net));
  for (pid_t tid : std::vector<pid_t>(p.threads))
    if (tid != p.tgid) forget(tid);
  p.threaded = false;
  set_diverged(p, false);
  p.thread_births.clear();
}

bool ProcessTable::took_over(const Process& p) {
  if (!p.diverged || !is_thread_marked(p.tgid)) return false;
  for (pid_t tid : p.threads)  // while others run, the program has set that priority itself
    if (tid != p.tgid && syscall(SYS_tgkill, p.tgid, tid, 0) == 0) return false;
  return true;
}

void ProcessTable::move_leader(Process& p, NetRef net) {
  auto leader = threads_.find(p.tgid);
  if (leader == threads_.end()) return;
  std::swap(leader->second->net, net);
  move_mark(p, leader->second->net->id());
  if (on_release) on_release(*net);
}

// Of several that end by an exec, the one that called it is told last.
void ProcessTable::thread_ended(pid_t tid) {
  auto it = threads_.find(tid);
  if (it == threads_.end()) return;
  if (took_over(*it->second->process)) move_leader(*it->second->process, it->second->net);
  forget(tid);
}

void ProcessTable::forget_ended_threads(Process& p) {
  for (pid_t tid : std::vector<pid_t>(p.threads))
    if (tid != p.tgid && syscall(SYS_tgkill, p.tgid, tid, 0) != 0) thread_ended(tid);
}

void ProcessTable::look_for_exec(Process& p) {
  if (!took_over(p)) return;
  forget_ended_threads(p);
  unmark_thread(p.tgid);
  p.threaded = false;
  set_diverged(p, false);
  p.thread_births.clear();
}

void ProcessTable::adopt_unseen() {
  for (pid_t pid : list_pids())
    if (!processes_.contains(pid) && read_mark(self_, pid)) {
      auto status = read_proc_status(pid);
      if (status && !status->dead) learn(pid);
    }
}

void ProcessTable::gone(pid_t tgid) {
  auto it = processes_.find(tgid);
  if (it == processes_.end()) return;
  std::unique_ptr<Process> p = std::move(it->second);
  processes_.erase(it);
  if (p->pidfd) loop_.remove_closing(p->pidfd.get());
  set_diverged(*p, false);
  if (p->birth_net) {
    --unsettled_;
    if (on_release) on_release(*p->birth_net);
  }
  for (pid_t tid : p->threads) {
    auto thread = threads_.find(tid);
    if (thread == threads_.end() || thread->second->process != p.get()) continue;
    if (thread->second->pidfd) loop_.remove(thread->second->pidfd.get());
    if (on_release) on_release(*thread->second->net);
    threads_.erase(thread);
  }
  if (on_exit) on_exit(tgid);
}

size_t ProcessTable::end_all(int signal) {
  adopt_unseen();
  for (auto& [tgid, p] : processes_) kill(tgid, signal);
  return processes_.size();
}

void ProcessTable::for_each(const std::function<void(Process&)>& fn) {
  for (auto& [tgid, p] : processes_) fn(*p);
}

}  // namespace unetns
