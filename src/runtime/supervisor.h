// Supervisor: serves the notified syscalls of a tree of programs from a Machine. One thread, one
// event loop.
#ifndef UNETNS_RUNTIME_SUPERVISOR_H_
#define UNETNS_RUNTIME_SUPERVISOR_H_

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "env/env.h"
#include "host/event_loop.h"
#include "host/host_clock.h"
#include "host/host_rng.h"
#include "host/memory_reserve.h"
#include "machine/machine.h"
#include "runtime/call.h"
#include "runtime/file_table.h"
#include "runtime/listener.h"
#include "runtime/mounts.h"
#include "runtime/native_waits.h"
#include "runtime/net_reaper.h"
#include "runtime/outcome.h"
#include "runtime/process_table.h"
#include "runtime/run.h"
#include "runtime/sysctl_writes.h"
#include "runtime/truesize.h"
#include "runtime/unix_names.h"
#include "runtime/unsupported.h"

namespace unetns {

class Dock;
class PcapDirectory;
class RingMappings;
class Supervisor;

// Serves one syscall for one thread.
using Handler = Outcome (*)(Supervisor&, Thread&, Call&);

class Supervisor {
 public:
  struct Config {
    RunOptions options;
    std::string private_dir;
    bool can_getfd = true;
  };
  static Result<std::unique_ptr<Supervisor>> create(Config config);
  ~Supervisor();

  // Serves one more tree of programs; until its last one has ended.
  Result<void> attach(Listener listener);
  void run_once(std::optional<Nanos> max_wait);

  Env& env() { return env_; }
  EventLoop& loop() { return loop_; }
  Kernel& machine() { return *machine_; }
  ProcessTable& processes() { return *processes_; }
  FileTable& files() { return *files_; }
  bool has_dock() const { return dock_ != nullptr; }  // with the accelerator only
  Dock& dock() { return *dock_; }
  Mounts& mounts() { return mounts_; }
  NetReaper& reaper() { return *reaper_; }
  TruesizeTable& sizes() { return sizes_; }
  SysctlWrites& sysctl_writes() { return *sysctl_writes_; }
  Unsupported& unsupported() { return unsupported_; }
  UnixNames& unix_names() { return unix_names_; }
  const RunOptions& options() const { return config_.options; }

  // What people call a namespace: its name under /run/netns, "init", or "net" and its id.
  std::string label(const Net& net) const;
  // A directory for the names in a virtual directory, at PRIVATE/view/NETID/path.
  std::string view_dir(const Net& net, std::string_view path);
  // Syscalls that may arrive by the carrier (prctl) because an outer filter refuses them.
  Handler carried_handler(int nr) const;
  // Parks `call` with the file it waits for.
  void park(ProgramFile& file, Call call);

 private:
  explicit Supervisor(Config config);
  Result<void> boot();
  void run_held(std::optional<Nanos> max_wait);
  void notification(Listener& listener);
  void detach(Listener& listener);
  // Runs the handler and answers, unless it blocks.
  void serve(Call call);
  // True when answered (or no longer there); false when it blocks again.
  bool attempt(Call& call, ProgramFile** waits_for);
  void answer(Thread& thread, const Call& call, Outcome outcome);
  void deliver_now();
  void service_dirty();
  void again(Call call);       // one that waited for a socket of the host's
  bool interrupt(Call& call);  // true when it waits no more
  void retry_parked(ProgramFile& file);
  void arm_deadlines();
  void process_exited(pid_t tgid);
  void sweep();
  // Parked calls for whose thread a signal waits are interrupted as Linux would.
  void deliver_signals();
  void look_for_signals();
  struct Taker {
    pid_t tid = 0;  // 0: none
    bool sure = false;
  };
  Taker taker_of(pid_t tgid);
  void end_brief_waits();

  Config config_;
  MemoryReserve reserve_;
  HostClock clock_;
  HostRng rng_;
  TimerQueue timers_{clock_};
  TaskQueue tasks_;
  Env env_{clock_, rng_, timers_, tasks_};
  EventLoop loop_;
  std::unique_ptr<RingMappings> ring_mappings_;  // the machine's sockets use it
  std::unique_ptr<Kernel> machine_;
  Mounts mounts_;
  TruesizeTable sizes_;
  Unsupported unsupported_;
  std::unique_ptr<ProcessTable> processes_;
  std::unique_ptr<NetReaper> reaper_;
  std::unique_ptr<FileTable> files_;
  std::unique_ptr<Dock> dock_;
  std::unique_ptr<SysctlWrites> sysctl_writes_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<Listener*> notified_;  // for whom a notification waits in the kernel
  std::unique_ptr<PcapDirectory> pcap_;
  std::set<uint64_t> viewed_;  // namespaces that have view directories
  std::vector<Handler> handlers_;
  std::vector<Handler> host_handlers_;  // of calls that are about none of our sockets
  NativeWaits native_waits_{loop_, [this](Call call) { again(std::move(call)); }};
  UnixNames unix_names_{rng_.u32()};
  // Threads: of the last look_for_signals(), and whether a signal surely is theirs.
  absl::flat_hash_map<pid_t, bool> interrupted_;
  // Of processes for which a signal waits: who might have taken it, and did not.
  absl::flat_hash_map<pid_t, absl::flat_hash_set<pid_t>> takers_;
  std::set<std::pair<Nanos, uint64_t>> deadlines_;  // of parked calls: inode of the file to look at
  Timer deadline_timer_{timers_, [this] { arm_deadlines(); }};
  Timer signal_timer_{timers_, [this] { deliver_signals(); }};
  Timer brief_timer_{timers_, [this] { end_brief_waits(); }};
  uint64_t brief_tick_ = 1;
  Timer token_timer_{timers_, [this] { files_->look_for_lost_tokens(); }};
  Timer sweep_timer_{timers_, [this] { sweep(); }};
  int sweeps_ = 0;  // since the last notification

  // Set by a handler that blocks:
  ProgramFile* waits_for_ = nullptr;
  UniqueFd waits_for_fd_;
  uint32_t waits_for_events_ = 0;

 public:
  // For handlers: says what a blocked call waits for.
  Outcome block_on(ProgramFile& file) {
    waits_for_ = &file;
    return Outcome::blocked();
  }
  // The same for a socket of the host's own; without `events` it is tried again a while later.
  Outcome block_on(UniqueFd fd, uint32_t events) {
    waits_for_fd_ = std::move(fd);
    waits_for_events_ = events;
    return Outcome::blocked();
  }
  // For handlers: called when the answer could not be given because the call was interrupted, to
  // undo.
  std::function<void()> undo;
  uint64_t hold = 0;    // inode of the file that is to hold the call's answer: Turns
  bool effect = false;  // the call changed something: if its answer is lost, remember it
};

// The table of handlers, by syscall number; one register_* per family of syscalls.
void register_socket_calls(std::vector<Handler>& table);
void register_message_calls(std::vector<Handler>& table);
void register_ioctl_calls(std::vector<Handler>& table);
void register_mmap_calls(std::vector<Handler>& table);
void register_poll_calls(std::vector<Handler>& table);
void register_netns_calls(std::vector<Handler>& table);
void register_process_calls(std::vector<Handler>& table);
void register_prctl_calls(std::vector<Handler>& table);
void register_unix_calls(std::vector<Handler>& table);  // of host_handlers_
void register_path_calls(std::vector<Handler>& table);
void register_path_change_calls(std::vector<Handler>& table);
void register_ownership_calls(std::vector<Handler>& table);
void register_identity_calls(std::vector<Handler>& table);
void set_handler(std::vector<Handler>& table, long nr, Handler handler);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_SUPERVISOR_H_
