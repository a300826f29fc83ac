#include "runtime/process_table.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/proc_status.h"

namespace unetns {
namespace {

// The mark lies far above any limit that a program would set, and below "unlimited". Bits 40-61 hold our pid, so that
// two runs of one user don't take each other's processes.
constexpr uint64_t kMarkBit = 1ull << 62;
constexpr uint64_t kIdMask = (1ull << 40) - 1;

uint64_t mark_base() { return kMarkBit | static_cast<uint64_t>(getpid()) << 40; }

std::optional<uint64_t> read_mark(pid_t pid) {
  rlimit limit{};
  if (prlimit(pid, RLIMIT_RTTIME, nullptr, &limit) != 0) return std::nullopt;
  if (limit.rlim_cur == RLIM_INFINITY || (limit.rlim_cur & ~kIdMask) != mark_base()) return std::nullopt;
  return limit.rlim_cur & kIdMask;
}

}  // namespace

ProcessTable::~ProcessTable() {
  for (auto& [tgid, p] : processes_)
    if (p->pidfd) loop_.remove(p->pidfd.get());
}

bool ProcessTable::mark(pid_t pid, uint64_t net_id) {
  rlimit limit{};
  if (prlimit(pid, RLIMIT_RTTIME, nullptr, &limit) != 0) return false;
  limit.rlim_cur = mark_base() | net_id;
  return prlimit(pid, RLIMIT_RTTIME, &limit, nullptr) == 0;
}

Thread* ProcessTable::find(pid_t tid) {
  if (auto it = threads_.find(tid); it != threads_.end()) return it->second.get();
  return learn(tid);
}

Process* ProcessTable::process(pid_t tgid) {
  auto it = processes_.find(tgid);
  return it == processes_.end() ? nullptr : it->second.get();
}

Thread* ProcessTable::learn(pid_t tid) {
  auto status = read_proc_status(tid);
  if (!status) return nullptr;
  Process* process = this->process(status->tgid);
  NetRef net;
  if (!process) {
    const auto mark = read_mark(status->tgid);
    if (Net* n = mark ? nets_.find(*mark) : nullptr) net = NetRef(*n);
    auto fresh = std::make_unique<Process>();
    process = fresh.get();
    process->tgid = status->tgid;
    process->parent = status->parent;
    process->mark = mark.value_or(0);
    process->pidfd = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, status->tgid, 0)));
    if (Process* parent = this->process(status->parent)) {
      process->creds = parent->creds;
      // Without a mark (the program set that limit itself) the parent's namespace is the best guess.
      if (!net)
        if (auto it = threads_.find(parent->tgid); it != threads_.end()) net = it->second->net;
    }
    if (!net) net = NetRef(*nets_.first());
    processes_[process->tgid] = std::move(fresh);
    if (process->pidfd) {
      const pid_t tgid = process->tgid;
      if (!loop_.add(process->pidfd.get(), EPOLLIN, [this, tgid](uint32_t) { gone(tgid); })) process->pidfd.reset();
    }
  } else if (auto it = threads_.find(process->tgid); it != threads_.end()) {
    net = it->second->net;
  } else {
    net = NetRef(*nets_.first());
  }
  auto thread = std::make_unique<Thread>();
  thread->tid = tid;
  thread->process = process;
  thread->net = net;
  process->threads.push_back(tid);
  Thread* out = thread.get();
  threads_[tid] = std::move(thread);
  if (tid != process->tgid && !threads_.contains(process->tgid)) learn(process->tgid);
  return threads_.contains(tid) ? out : nullptr;
}

Result<NetRef> ProcessTable::net_of(pid_t pid) {
  if (auto it = threads_.find(pid); it != threads_.end()) return it->second->net;
  auto status = read_proc_status(pid);
  if (!status) return fail(ESRCH);
  if (!process(status->tgid) && !read_mark(status->tgid)) return fail(ESRCH);
  Thread* t = learn(pid);
  if (!t) return fail(ESRCH);
  return t->net;
}

void ProcessTable::set_birth_net(Thread& thread, const Net& net) {
  Process& p = *thread.process;
  if (p.mark != net.id() && mark(p.tgid, net.id())) p.mark = net.id();
}

void ProcessTable::set_net(Thread& thread, NetRef net) {
  set_birth_net(thread, *net);
  std::swap(thread.net, net);
  if (on_release) on_release(*net);
}

void ProcessTable::adopt_unseen() {
  for (pid_t pid : list_pids())
    if (!processes_.contains(pid) && read_mark(pid)) learn(pid);
}

void ProcessTable::gone(pid_t tgid) {
  auto it = processes_.find(tgid);
  if (it == processes_.end()) return;
  std::unique_ptr<Process> p = std::move(it->second);
  processes_.erase(it);
  if (p->pidfd) loop_.remove(p->pidfd.get());
  for (pid_t tid : p->threads) {
    auto thread = threads_.find(tid);
    if (thread == threads_.end() || thread->second->process != p.get()) continue;
    if (on_release) on_release(*thread->second->net);
    threads_.erase(thread);
  }
  if (on_exit) on_exit(tgid);
}

void ProcessTable::end_all(int signal) {
  adopt_unseen();
  for (auto& [tgid, p] : processes_) kill(tgid, signal);
}

void ProcessTable::for_each(const std::function<void(Process&)>& fn) {
  for (auto& [tgid, p] : processes_) fn(*p);
}

}  // namespace unetns
