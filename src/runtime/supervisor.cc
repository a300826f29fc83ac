#include "runtime/supervisor.h"

#include <fmt/format.h>
#include <sched.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <filesystem>

#include "runtime/channel.h"
#include "runtime/dock.h"
#include "runtime/lacking.h"
#include "runtime/net_handle.h"
#include "runtime/pcap_directory.h"
#include "runtime/proc_status.h"
#include "runtime/ring_mapping.h"
#include "runtime/socket_file.h"
#include "runtime/stream_file.h"
#include "runtime/syscall_name.h"
#include "runtime/tun_device_file.h"
#include "socket/packet/packet_family.h"

namespace unetns {
namespace {
// Where closings can't be seen: how often they are looked for while programs make calls.
constexpr auto kSweepPeriod = std::chrono::milliseconds(50);
// After so many without a call in between they are rare: who has closed a socket rests as a rule.
constexpr int kQuickSweeps = 20;
constexpr auto kRareSweeps = std::chrono::seconds(1);
// How long an answer is held while nothing happens: the turn may go by way of the other processor.
constexpr Nanos kHeldIdle = std::chrono::microseconds(250);
// How long a call waits here that can wait natively as well, at least.
constexpr auto kBriefWait = std::chrono::milliseconds(2);
// How often parked calls are looked at for signals: while one waits in the kernel only a fatal
// signal ends it.
constexpr uint32_t kLooksInARow = 10, kMostLeftOut = 4;
constexpr auto kSignalPeriod = std::chrono::milliseconds(10);
// What the largest operation takes, many times over (a request that changes a thousand devices,
// some hundred kilobytes; a table of a hundred thousand of them that grows, some megabytes).
constexpr size_t kReserve = 8 << 20;
// After a process has ended: what it took and did not use by then it took along.
constexpr auto kLostTokens = std::chrono::milliseconds(1100);
constexpr int kRestartSys =
    512;  // ERESTARTSYS: the kernel makes it EINTR or a restart, by SA_RESTART

// Calls that make what stays. What gives memory back goes on when there is none (by a netlink
// socket, as a rule), and so does what is bounded by the sockets there are. Devices, addresses,
// routes … ask for themselves.
bool makes_something(const Call& call) {
  switch (call.nr) {
    case SYS_socket:
    case SYS_socketpair:
      return call.args[0] != AF_UNIX && call.args[0] != AF_NETLINK;
    case SYS_accept:
    case SYS_accept4:
    case SYS_unshare:
      return true;
    default:
      return false;
  }
}

// Waits for any number of descriptors.
bool is_poll(const Call& call) {
  switch (call.nr) {
    case SYS_ppoll:
    case SYS_pselect6:
#ifdef SYS_poll
    case SYS_poll:
    case SYS_select:
#endif
      return true;
    default:
      return false;
  }
}

}  // namespace

void set_handler(std::vector<Handler>& table, long nr, Handler handler) {
  if (table.size() <= static_cast<size_t>(nr)) table.resize(static_cast<size_t>(nr) + 1);
  table[static_cast<size_t>(nr)] = handler;
}

Supervisor::Supervisor(Config config)
    : config_(std::move(config)), reserve_(kReserve), mounts_(config_.private_dir) {}

Supervisor::~Supervisor() {
  for (auto& listener : listeners_) loop_.remove(listener->fd());
  // Programs' files and threads hold namespaces: they go before the machine.
  pcap_.reset();
  sysctl_writes_.reset();
  dock_.reset();
  files_.reset();
  reaper_.reset();
  processes_.reset();
  mounts_ = Mounts(config_.private_dir);
  tasks_.run_pending();
}

Result<std::unique_ptr<Supervisor>> Supervisor::create(Config config) {
  std::unique_ptr<Supervisor> s(new Supervisor(std::move(config)));
  UNETNS_TRY(s->boot());
  return s;
}

Result<void> Supervisor::boot() {
  UNETNS_ASSIGN(machine_, Kernel::boot(env_));
  machine_->nets().fail_alloc = [this] { return !reserve_.whole(); };
  ring_mappings_ = std::make_unique<RingMappings>();
  machine_->packet_sockets().set_ring_memory(*ring_mappings_);
  processes_ = std::make_unique<ProcessTable>(machine_->nets(), loop_);
  processes_->on_exit = [this](pid_t tgid) { process_exited(tgid); };
  processes_->on_release = [this](Net& net) {
    if (reaper_) reaper_->suspect(net);
  };
  processes_->on_move = [this](Thread& thread) {
    if (!dock_) return;
    files_->hot().moved();
    if (std::exchange(thread.process->marks_sockets, false)) dock_->know_all(thread);
  };
  reaper_ = std::make_unique<NetReaper>(machine_->nets(), timers_, *processes_);
  reaper_->on_dead = [this](uint64_t id) {
    if (!viewed_.erase(id)) return;
    std::error_code ignored;
    std::filesystem::remove_all(config_.private_dir + "/view/" + std::to_string(id), ignored);
  };
  files_ = std::make_unique<FileTable>(loop_, *processes_, config_.can_getfd);
  if (config_.options.accelerate) {
    UNETNS_ASSIGN(files_->hot(), HotSockets::create(config_.private_dir, env_.rng));
    auto dock = Dock::create(*this, config_.private_dir);
    // Where the directory has a long name programs do without.
    if (!dock && dock.error().code != ENAMETOOLONG) return std::unexpected(dock.error());
    if (dock) {
      dock_ = std::move(*dock);
      files_->on_unknown = [this](Thread& thread, int fd, int end, uint64_t inode) {
        return dock_->know(thread, fd, end, inode);
      };
    }
  }
  files_->on_close = [this](ProgramFile& file) {
    if (Socket* socket = file.stack_socket()) reaper_->suspect(socket->net());
    if (NetHandle* handle = file.net_handle()) reaper_->suspect(*handle->net());
  };
  sysctl_writes_ = std::make_unique<SysctlWrites>(loop_, machine_->files());
  if (!config_.options.pcap_dir.empty()) {
    UNETNS_ASSIGN(pcap_, PcapDirectory::create(machine_->netdevs(), config_.options.pcap_dir,
                                               [this](Net& net) { return label(net); }));
  }
  note_lacking(*machine_, unsupported_);
  if (config_.options.verbose) {
    unsupported_.on_first = [](const std::string& what) {
      spdlog::info("asked for and not there: {}", what);
    };
    machine_->nets().on_drop = [this](Net& net, const Packet& packet, DropReason reason) {
      const NetDevice* dev = packet.meta().dev;
      spdlog::info("dropped in {}: {} bytes{}{}: {}", label(net), packet.size(), dev ? " on " : "",
                   dev ? dev->name() : std::string_view(), drop_reason_text(reason));
    };
  }
  register_socket_calls(handlers_);
  register_message_calls(handlers_);
  register_ioctl_calls(handlers_);
  register_mmap_calls(handlers_);
  register_poll_calls(handlers_);
  register_netns_calls(handlers_);
  register_process_calls(handlers_);
  register_prctl_calls(handlers_);
  register_path_calls(handlers_);
  register_path_change_calls(handlers_);
  register_unix_calls(host_handlers_);
  if (config_.options.map_root) {
    register_identity_calls(handlers_);
    register_ownership_calls(handlers_);
  }
  return {};
}

Result<void> Supervisor::attach(Listener listener) {
  listeners_.push_back(std::make_unique<Listener>(std::move(listener)));
  Listener* made = listeners_.back().get();
  auto added = loop_.add_direct(made->fd(), [this, made](uint32_t events) {
    if (events & EPOLLHUP)  // no program is left
      detach(*made);
    else
      notified_.push_back(made);
  });
  if (!added) listeners_.pop_back();
  return added;
}

void Supervisor::detach(Listener& listener) {
  loop_.remove(listener.fd());
  files_->for_each([&](ProgramFile& file) {
    std::erase_if(file.parked, [&](const Call& call) { return call.listener == &listener; });
  });
  native_waits_.erase_if([&](const Call& call) { return call.listener == &listener; });
  files_->for_each([&](ProgramFile& file) {
    if (Turns* turns = file.turns(); turns && turns->held().listener == &listener) turns->answer();
  });
  std::erase_if(listeners_, [&](const auto& l) { return l.get() == &listener; });
}

// Who is held waits for what another program does: that one runs first, here or, when it must be
// woken on another processor, for a moment there.
void Supervisor::run_held(std::optional<Nanos> max_wait) {
  const Nanos steps[] = {Nanos::zero(), Nanos::zero(), kHeldIdle};
  for (const Nanos step : steps) {
    if (loop_.run_once(timers_, tasks_, max_wait ? std::min(step, *max_wait) : step) > 0) return;
    if (step == Nanos::zero()) sched_yield();
  }
  files_->release_held(Nanos::max());
}

void Supervisor::run_once(std::optional<Nanos> max_wait) {
  if (files_->any_later() || files_->has_dirty()) max_wait = Nanos::zero();
  if (files_->any_held(clock_))
    run_held(max_wait);
  else
    loop_.run_once(timers_, tasks_, max_wait);
  files_->later_is_now();
  service_dirty();
  // After all other events of the batch: what a program closed or wrote before its call has been
  // dealt with then.
  for (Listener* listener : notified_) notification(*listener);
  notified_.clear();
}

void Supervisor::notification(Listener& listener) {
  auto n = listener.receive();
  if (!n) return;
  Call call;
  call.listener = &listener;
  call.id = n->id;
  call.tid = static_cast<pid_t>(n->pid);
  call.nr = n->data.nr;
  for (size_t a = 0; a < 6; a++) call.args[a] = n->data.args[a];
  if (sysctl_writes_->any()) {
    sysctl_writes_->apply();
    files_->cool_senders();
  }
  files_->before_call(clock_);
  serve(std::move(call));
  if (files_->needs_sweeping() && (!sweep_timer_.armed() || sweeps_ >= kQuickSweeps))
    sweep_timer_.arm_in(kSweepPeriod);
  sweeps_ = 0;
  tasks_.run_pending();
  service_dirty();
}

void Supervisor::serve(Call call) {
  ProgramFile* file = nullptr;
  if (attempt(call, &file)) return;
  if (file) return park(*file, std::move(call));
  native_waits_.erase_if([&](const Call& c) { return c.tid == call.tid; });
  native_waits_.add(std::move(waits_for_fd_), waits_for_events_, std::move(call));
  if (!signal_timer_.armed()) signal_timer_.arm_in(kSignalPeriod);
}

void Supervisor::again(Call call) {
  if (call.listener->valid(call.id)) serve(std::move(call));
}

namespace {

// Whether the call may have changed what becomes of packets: by rtnetlink, or by ioctl(2).
bool may_configure(const Call& call, ProgramFile* file) {
  if (call.nr == SYS_ioctl || call.nr == SYS_setsockopt) return true;
  Socket* socket = file ? file->stack_socket() : nullptr;
  return socket && socket->domain() == AF_NETLINK;
}

}  // namespace

bool Supervisor::attempt(Call& call, ProgramFile** waits_for) {
  Thread* thread = processes_->find(call.tid);
  if (!thread) {
    // It died meanwhile, or we have no descriptor left to know it by: nothing of it may run
    // natively then, which would be outside of every namespace.
    (void)call.listener->answer_error(call.id, ENFILE);
    return true;
  }
  if (thread->served) {
    const Served served = *thread->served;
    thread->served.reset();
    if (served.nr == call.nr && served.args == call.args) {
      (void)(served.value < 0
                 ? call.listener->answer_error(call.id, static_cast<int>(-served.value))
                 : call.listener->answer(call.id, served.value));
      return true;
    }
  }
  if (thread->process->birth_net)
    processes_->born(*thread->process);  // it goes on: the child is there, or never came
  const size_t nr = static_cast<size_t>(call.nr);
  Handler handler = nr < handlers_.size() ? handlers_[nr] : nullptr;
  if (!handler) {
    (void)call.listener->answer_native(call.id);
    return true;
  }
  if (!reserve_.whole() && makes_something(call)) {
    (void)call.listener->answer_error(call.id, ENOMEM);
    return true;
  }
  if (thread->process->channel) serve_channel(*this, *thread->process);
  waits_for_ = nullptr;
  waits_for_fd_.reset();
  undo = nullptr;
  effect = false;
  hold = 0;
  Outcome outcome = handler(*this, *thread, call);
  // Before the program goes on.
  if (may_configure(call, files_->found())) files_->cool_senders();
  if (ProgramFile* file = call.nr == SYS_connect ? files_->found() : nullptr;
      file && file->socket())
    file->socket()->cool();  // it goes elsewhere now
  files_->heat_found();
  if (const int refused = files_->take_refusal();
      refused && outcome.kind == Outcome::Kind::kNative && !is_poll(call))
    outcome = Outcome::err(refused);
  if (outcome.kind == Outcome::Kind::kNative && nr < host_handlers_.size() && host_handlers_[nr])
    outcome = host_handlers_[nr](*this, *thread, call);
  if (config_.options.verbose > 1)
    spdlog::debug("{} {} -> {} {}", call.tid, syscall_name(call.nr), static_cast<int>(outcome.kind),
                  outcome.value);
  if (outcome.kind == Outcome::Kind::kBlocked && waits_for_) {
    *waits_for = waits_for_;
    return false;
  }
  if (outcome.kind == Outcome::Kind::kBlocked && waits_for_fd_) return false;
  if (effect && outcome.kind == Outcome::Kind::kReturn) deliver_now();
  ProgramFile* holder = hold ? files_->by_inode(hold) : nullptr;
  if (holder && holder->turns() && outcome.kind == Outcome::Kind::kReturn) {
    holder->turns()->hold({call.listener, call.id, outcome.value, clock_.monotonic()});
    files_->holds(*holder);
    return true;
  }
  answer(*thread, call, std::move(outcome));
  return true;
}

void Supervisor::answer(Thread& thread, const Call& call, Outcome outcome) {
  Result<void> sent;
  switch (outcome.kind) {
    case Outcome::Kind::kReturn:
      sent = call.listener->answer(call.id, outcome.value);
      break;
    case Outcome::Kind::kError:
      sent = call.listener->answer_error(call.id, static_cast<int>(outcome.value));
      break;
    case Outcome::Kind::kNative:
      sent = call.listener->answer_native(call.id);
      break;
    case Outcome::Kind::kAnswered:
      break;
    case Outcome::Kind::kBlocked:
      sent = call.listener->answer_error(call.id, EAGAIN);
      break;
    case Outcome::Kind::kInstall: {
      Result<int> n = fail(EMFILE);
      if (const int at = outcome.high ? files_->free_high(thread) : -1; at >= 0)
        n = call.listener->answer_fd_at(call.id, call.tid, outcome.fd.get(), at, outcome.cloexec);
      if (!n && n.error().code != ENOENT)
        n = call.listener->answer_fd(call.id, call.tid, outcome.fd.get(), outcome.cloexec);
      if (n) files_->installed(outcome.fd.get(), thread, *n);
      if (!n && n.error().code != ENOENT)
        sent = call.listener->answer_error(call.id, n.error().code);
      if (!n) sent = std::unexpected(n.error());
      break;
    }
  }
  if (sent) return;
  if (undo) {
    undo();
  } else if (effect && sent.error().code == ENOENT &&
             (outcome.kind == Outcome::Kind::kReturn || outcome.kind == Outcome::Kind::kError)) {
    const int64_t value = outcome.kind == Outcome::Kind::kError ? -outcome.value : outcome.value;
    thread.served = Served{call.nr, call.args, value};
  }
}

void Supervisor::park(ProgramFile& file, Call call) {
  // A thread waits for one thing: an older call of its was interrupted.
  std::erase_if(file.parked, [&](const Call& c) { return c.tid == call.tid; });
  // One entry for each file, which may be early: it is looked at again then.
  if (call.deadline && (!file.look_at || *call.deadline < *file.look_at)) {
    if (file.look_at) deadlines_.erase({*file.look_at, file.inode()});
    file.look_at = call.deadline;
    deadlines_.emplace(*call.deadline, file.inode());
    if (!deadline_timer_.armed() || *call.deadline < deadline_timer_.deadline())
      deadline_timer_.arm_at(*call.deadline);
  }
  call.waited_for = file.inode();
  if (call.brief) {
    if (!call.brief_since) call.brief_since = brief_tick_;
    if (!brief_timer_.armed()) brief_timer_.arm_in(kBriefWait);
  }
  file.parked.push_back(std::move(call));
  files_->waits(file);
  if (!signal_timer_.armed()) signal_timer_.arm_in(kSignalPeriod);
}

bool Supervisor::interrupt(Call& call) {
  if (!call.listener->valid(call.id)) return true;
  const auto found = interrupted_.find(call.tid);
  if (found == interrupted_.end()) return false;
  if (call.nr == SYS_connect) {
    ProgramFile* file = files_->by_inode(call.waited_for);
    if (StreamFile* stream = file ? file->stream() : nullptr)
      stream->connect_left(files_->again(*file, call).end());
  } else if (call.progress) {  // what is sent or received is
    (void)call.listener->answer(call.id, static_cast<int64_t>(call.progress));
    return true;
  }
  // As sock_intr_errno: a call with a time limit is not begun anew. Nor one of a thread that finds
  // no signal when it returns: it would see the kernel's own number.
  const bool anew = !call.deadline && found->second;
  (void)call.listener->answer_error(call.id, anew ? kRestartSys : EINTR);
  return true;
}

// Who has waited long is looked at less often.
void Supervisor::look_for_signals() {
  interrupted_.clear();
  absl::flat_hash_set<pid_t> processes;
  const auto look = [&](Call& call) {
    if (call.looks_left_out > 0) {
      --call.looks_left_out;
      return;
    }
    call.looks_left_out = std::min(call.looks++ / kLooksInARow, kMostLeftOut);
    const auto [pending, tgid] = deliverable_signal(call.tid);
    if (pending == Pending::kThread) interrupted_[call.tid] = true;
    if (pending == Pending::kProcess) processes.insert(tgid);
  };
  files_->erase_waiting([&](ProgramFile& file) {
    for (Call& call : file.parked) look(call);
    return file.parked.empty();
  });
  native_waits_.erase_if([&](Call& call) {
    look(call);
    return false;
  });
  absl::erase_if(takers_, [&](const auto& entry) { return !processes.contains(entry.first); });
  for (const pid_t tgid : processes)
    if (const Taker taker = taker_of(tgid); taker.tid) interrupted_[taker.tid] |= taker.sure;
}

// The thread that Linux picks for a signal to the process: the first one of the process, or any
// other if that blocks it. Which is not seen from outside: while the signal waits, the next is
// tried.
Supervisor::Taker Supervisor::taker_of(pid_t tgid) {
  auto& tried = takers_[tgid];
  std::vector<pid_t> may;
  for (pid_t tid : list_pids(fmt::format("/proc/{}/task", tgid)))
    if (deliverable_signal(tid).pending == Pending::kProcess) may.push_back(tid);
  for (pid_t tid : may)
    if (tried.insert(tid).second) return {tid, tid == tgid || may.size() == 1};
  tried.clear();
  return {};
}

void Supervisor::deliver_signals() {
  look_for_signals();
  files_->erase_waiting([this](ProgramFile& file) {
    std::erase_if(file.parked, [this](Call& call) { return interrupt(call); });
    return file.parked.empty();
  });
  native_waits_.erase_if([this](Call& call) { return interrupt(call); });
  native_waits_.tick(clock_.monotonic());
  if (files_->any_waiting() || !native_waits_.empty()) signal_timer_.arm_in(kSignalPeriod);
}

void Supervisor::end_brief_waits() {
  ++brief_tick_;
  bool more = false;
  files_->erase_waiting([&](ProgramFile& file) {
    std::erase_if(file.parked, [&](Call& call) {
      if (!call.brief) return false;
      if (call.brief_since + 1 >= brief_tick_) {
        more = true;
        return false;
      }
      if (socket_inode_of_fd(call.tid, call.arg_int(0)) != file.inode()) {
        call.brief = false;  // it was closed: natively the call would be about something else
        return false;
      }
      (void)call.listener->answer_native(call.id);
      return true;
    });
    return file.parked.empty();
  });
  if (more) brief_timer_.arm_in(kBriefWait);
}

void Supervisor::arm_deadlines() {
  const Nanos now = clock_.monotonic();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    if (ProgramFile* f = files_->by_inode(deadlines_.begin()->second)) {
      f->look_at.reset();
      files_->mark_dirty(*f);
    }
    deadlines_.erase(deadlines_.begin());
  }
  if (!deadlines_.empty()) deadline_timer_.arm_at(deadlines_.begin()->first);
}

void Supervisor::retry_parked(ProgramFile& file) {
  const uint64_t inode = file.inode();
  const Nanos now = clock_.monotonic();
  for (size_t left = file.parked.size(); left > 0; left--) {
    ProgramFile* f = files_->by_inode(inode);
    if (!f || f->parked.empty()) return;
    Call call = std::move(f->parked.front());
    f->parked.pop_front();
    if (!call.listener->valid(call.id)) continue;
    call.expired = call.deadline && *call.deadline <= now;
    serve(std::move(call));
  }
}

// As on Linux, what was sent inside of the machine has arrived when the call returns.
void Supervisor::deliver_now() {
  tasks_.run_pending();
  for (size_t i = 0; i < files_->dirty().size(); i++) {  // pushing may add others
    ProgramFile* f = files_->by_inode(files_->dirty()[i]);
    if (f && f->parked.empty() && f->socket()) f->push();
  }
}

void Supervisor::service_dirty() {
  for (int round = 0; files_->has_dirty() && round < 1000; round++) {
    for (uint64_t inode : files_->take_dirty()) {
      ProgramFile* f = files_->by_inode(inode);
      if (!f) continue;
      f->dirty = false;
      if (!f->parked.empty()) retry_parked(*f);
      f = files_->by_inode(inode);
      if (!f) continue;
      f->push();
    }
    tasks_.run_pending();
  }
}

void Supervisor::sweep() {
  files_->sweep_sometimes();
  if (!files_->needs_sweeping()) return;
  if (++sweeps_ < kQuickSweeps)
    sweep_timer_.arm_in(kSweepPeriod);
  else
    sweep_timer_.arm_in(kRareSweeps);
}

void Supervisor::process_exited(pid_t tgid) {
  if (!files_) return;
  // Calls of its threads kept the ends of their sockets.
  std::vector<uint64_t> left;
  files_->erase_waiting([&](ProgramFile& file) {
    if (std::erase_if(file.parked, [](const Call& c) { return !c.listener->valid(c.id); }))
      left.push_back(file.inode());
    return file.parked.empty();
  });
  for (uint64_t inode : left)
    if (ProgramFile* file = files_->by_inode(inode)) files_->look(*file);
  if (dock_) token_timer_.arm_in(kLostTokens);
  files_->process_gone(tgid);
}

Handler Supervisor::carried_handler(int nr) const {
  switch (nr) {
    case SYS_unshare:
    case SYS_setns:
    case SYS_mount:
    case SYS_umount2:
    case SYS_clone:
    case SYS_inotify_add_watch:
      return handlers_[static_cast<size_t>(nr)];
    default:
      return nullptr;
  }
}

std::string Supervisor::label(const Net& net) const {
  const std::string name = mounts_.name_of(net);
  return !name.empty()   ? name
         : net.is_init() ? std::string("init")
                         : "net" + std::to_string(net.id());
}

std::string Supervisor::view_dir(const Net& net, std::string_view path) {
  viewed_.insert(net.id());
  return config_.private_dir + "/view/" + std::to_string(net.id()) + std::string(path);
}

}  // namespace unetns
