// What the commands for named machines do on their side of the control socket.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "host/host_clock.h"
#include "runtime/control_dir.h"
#include "runtime/control_message.h"
#include "runtime/dropped_capability.h"
#include "runtime/host_facts.h"
#include "runtime/job_control.h"
#include "runtime/launch.h"
#include "runtime/machine_daemon.h"
#include "runtime/named_machine.h"
#include "runtime/preload.h"

namespace unetns {
namespace {

constexpr int kOwnFailure = 125;
constexpr timeval kPatience{20, 0};  // for an answer
constexpr timeval kListPatience{3, 0};
constexpr int kExitPatience = 5000;  // ms

int complain(const std::string& text) {
  std::fprintf(stderr, "unetns: %s\n", text.c_str());
  return kOwnFailure;
}

// A connection to a living machine, or the reason why there is none.
Result<UniqueFd> connect_machine(const ControlDir& dir, const std::string& name) {
  if (!valid_machine_name(name))
    return fail(EINVAL, fmt::format("'{}' can't be the name of a machine: letters, digits, '_', "
                                    "'.' and '-', at most 64",
                                    name));
  auto fd = dir.connect(name);
  if (fd) {
    setsockopt(fd->get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    return fd;
  }
  switch (fd.error().code) {
    case ENOENT:
      return fail(ENOENT, fmt::format("there is no machine '{}': `unetns up {}` starts it, "
                                      "`unetns ls` lists those that are there",
                                      name, name));
    case ECONNREFUSED:
      dir.remove_if_dead(name);
      return fail(
          ECONNREFUSED,
          fmt::format("the machine '{}' has died, its programs with it (see {}): `unetns up "
                      "{}` starts it anew",
                      name, dir.log_path(name), name));
    default:
      return fail(fd.error().code, fmt::format("can't reach the machine '{}': {}", name,
                                               std::strerror(fd.error().code)));
  }
}

Result<ControlReply> ask(int socket, const std::string& name, const ControlRequest& request,
                         int fd = -1) {
  ControlReply reply;
  auto sent = send_with_fd(socket, bytes_of(request), fd);
  auto got = sent ? receive_with_fd(socket, mutable_bytes_of(reply))
                  : Result<FdMessage>(std::unexpected(sent.error()));
  if (!got && got.error().code == EAGAIN)
    return fail(ETIMEDOUT, fmt::format("the machine '{}' does not answer", name));
  if (!got || got->size == 0)
    return fail(ECONNRESET, fmt::format("the machine '{}' has just ended", name));
  if (got->size != sizeof reply || reply.version != ControlRequest::kVersion)
    return fail(EPROTO,
                fmt::format("the machine '{}' was started by another version of unetns: end "
                            "it with that one, and start it anew",
                            name));
  reply.text[sizeof reply.text - 1] = 0;
  if (reply.error) return fail(reply.error, fmt::format("machine '{}': {}", name, reply.text));
  return reply;
}

// What the child says when it is ready, or has failed.
std::string read_to_end(int fd) {
  std::string out;
  char buffer[512];
  for (;;) {
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return out;
    out.append(buffer, static_cast<size_t>(n));
  }
}

constexpr char kReady = '+';

// The process at the other end of a connection.
UniqueFd pidfd_of_peer(int socket) {
  ucred peer{};
  socklen_t length = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return UniqueFd();
  return UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, peer.pid, 0)));
}

}  // namespace

Result<void> start_machine(const UpOptions& given) {
  UpOptions options = given;
  syscall(SYS_close_range, 3, ~0u, 0);  // a daemon must not hold what it was started with
  const HostFacts facts = find_host_facts();
  if (!facts.usable()) return fail(ENOSYS, host_verdict(facts));
  if (!options.machine.pcap_dir.empty()) {
    std::error_code error;
    options.machine.pcap_dir = std::filesystem::absolute(options.machine.pcap_dir, error).string();
    if (error) return fail(error.value(), "can't find the current directory");
  }
  UNETNS_ASSIGN(ControlDir dir, ControlDir::open());
  UNETNS_ASSIGN(UniqueFd lock, dir.lock());
  auto there = dir.connect(options.name);
  if (there)
    return fail(EEXIST, fmt::format("there is a machine '{}' already: `unetns exec {} -- PROGRAM` "
                                    "starts programs in it, `unetns down {}` ends it",
                                    options.name, options.name, options.name));
  if (there.error().code != ENOENT && there.error().code != ECONNREFUSED)  // it may be alive
    return fail(there.error().code,
                fmt::format("can't tell whether there is a machine '{}' already: {}", options.name,
                            std::strerror(there.error().code)));
  auto socket = dir.bind(options.name);
  if (!socket)
    return fail(socket.error().code,
                fmt::format("can't make the control socket in {}: {}", dir.log_path(options.name),
                            std::strerror(socket.error().code)));
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return fail(errno, "can't make a pipe");
  UniqueFd from(fds[0]), to(fds[1]);
  const pid_t pid = fork();
  if (pid < 0) return fail(errno, fmt::format("can't fork: {}", std::strerror(errno)));
  if (pid == 0) {
    lock.reset();
    from.reset();
    machine_daemon(options, facts, dir, std::move(*socket), [&](const std::string& error) {
      const std::string text = error.empty() ? std::string(1, kReady) : error;
      (void)!write(to.get(), text.data(), text.size());
      to.reset();
    });
  }
  to.reset();
  socket->reset();
  const std::string said = read_to_end(from.get());
  if (!said.empty() && said[0] == kReady) return {};
  int status = 0;
  waitpid(pid, &status, 0);
  dir.remove(options.name);
  return fail(ECHILD, said.empty() ? "the machine died at its start" : said);
}

Result<std::vector<MachineInfo>> list_machines() {
  UNETNS_ASSIGN(ControlDir dir, ControlDir::open());
  std::vector<MachineInfo> out;
  for (const std::string& name : dir.names()) {
    auto fd = connect_machine(dir, name);
    if (!fd && (fd.error().code == ENOENT || fd.error().code == ECONNREFUSED)) continue;
    if (fd) setsockopt(fd->get(), SOL_SOCKET, SO_RCVTIMEO, &kListPatience, sizeof kListPatience);
    auto reply = fd ? ask(fd->get(), name, {.op = ControlRequest::kInfo})
                    : Result<ControlReply>(std::unexpected(fd.error()));
    if (!reply && reply.error().code == ECONNRESET) continue;
    if (!reply) {
      out.push_back({.name = name,
                     .pid = 0,
                     .since = 0,
                     .programs = 0,
                     .namespaces = 0,
                     .trouble = reply.error().message});
      continue;
    }
    out.push_back({.name = name,
                   .pid = reply->pid,
                   .since = reply->since,
                   .programs = reply->programs,
                   .namespaces = reply->namespaces,
                   .trouble = {}});
  }
  return out;
}

Result<void> end_machine(const std::string& name) {
  UNETNS_ASSIGN(ControlDir dir, ControlDir::open());
  auto fd = connect_machine(dir, name);
  if (!fd) {
    if (fd.error().code == ECONNREFUSED) {
      if (auto lock = dir.lock(); lock && !dir.connect(name)) dir.remove(name);
      return fail(ECONNREFUSED,
                  fmt::format("the machine '{}' had died already; what it left is removed", name));
    }
    return std::unexpected(fd.error());
  }
  const UniqueFd process = pidfd_of_peer(fd->get());
  const ControlRequest request{.op = ControlRequest::kDown};
  UNETNS_TRY(send_with_fd(fd->get(), bytes_of(request)));
  ControlReply reply;  // none comes, unless something is wrong
  auto got = receive_with_fd(fd->get(), mutable_bytes_of(reply));
  if (!got && got.error().code == EAGAIN)
    return fail(ETIMEDOUT,
                fmt::format("the machine '{}' does not end: see {}", name, dir.log_path(name)));
  if (got && got->size == sizeof reply && reply.error) {
    reply.text[sizeof reply.text - 1] = 0;
    return fail(reply.error, fmt::format("machine '{}': {}", name, reply.text));
  }
  pollfd end{process.get(), POLLIN, 0};
  poll(&end, 1, kExitPatience);
  return {};
}

int exec_in_machine(const ExecOptions& options) {
  auto dir = ControlDir::open();
  if (!dir) return complain(dir.error().message);
  auto socket = connect_machine(*dir, options.name);
  if (!socket) return complain(socket.error().message);
  const HostFacts facts = find_host_facts();
  if (!facts.usable()) return complain(host_verdict(facts));

  ControlRequest request{.op = ControlRequest::kEnter};
  if (options.netns.size() >= sizeof request.netns)
    return complain("the name of the network namespace is too long");
  put_text(request.netns, options.netns);
  auto entry = ask(socket->get(), options.name, request);
  if (!entry) return complain(entry.error().message);
  const std::string directory = entry->text;
  const bool carried = !facts.netns_calls && entry->carrier;
  const std::vector<std::string> environment = preload_environment(
      {carried ? Preload::path_in(directory, Preload::Library::kCarrier) : "",
       entry->accelerator ? Preload::path_in(directory, Preload::Library::kAccelerator) : ""});

  const sigset_t mask = JobControl::block_signals();
  auto program = launch(options.argv, environment,
                        {.map_root = entry->map_root != 0,
                         .loader_offset = facts.loader_offset,
                         .loader_access = facts.loader_access,
                         .native_bounding = host_bounding(),
                         .exec = !facts.thread_marks},
                        mask, entry->accelerator != 0);
  if (!program)
    return complain(fmt::format("can't start the program: {}: {}", program.error().message,
                                std::strerror(program.error().code)));
  request.op = ControlRequest::kAttach;
  request.pid = program->pid;
  auto attached = ask(socket->get(), options.name, request, program->listener.get());
  program->listener.reset();
  if (!attached) {
    program->go.reset();
    waitpid(program->pid, nullptr, 0);
    return complain(attached.error().message);
  }
  HostClock clock;
  TimerQueue timers(clock);
  TaskQueue tasks;
  EventLoop loop;
  JobControl job(loop, program->pid);
  auto started = job.start();
  // The machine's end is that of the program: its warden sees to it, or we.
  bool lost = false;
  auto watched = loop.add(socket->get(), EPOLLIN | EPOLLRDHUP, [&](uint32_t) {
    lost = true;
    loop.remove(socket->get());
    kill(program->pid, SIGKILL);
  });
  if (!started || !watched) return complain("can't watch the program");
  (void)!write(program->go.get(), "g", 1);
  program->go.reset();
  while (!job.status()) loop.run_once(timers, tasks, std::nullopt);
  // Killed: by the machine's warden, whose end of the machine is about to be told here too?
  if (!lost && *job.status() == 128 + SIGKILL)
    loop.run_once(timers, tasks, std::chrono::milliseconds(50));
  if (lost)
    std::fprintf(stderr, "unetns: the machine '%s' has ended, and the program with it\n",
                 options.name.c_str());
  return *job.status();
}

}  // namespace unetns
