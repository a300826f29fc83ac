#include "runtime/control_server.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

#include "runtime/proc_status.h"

namespace unetns {
namespace {

constexpr size_t kMaxClients = 16384;
constexpr int kBacklog = 128;

// EPERM where we may not look into a process that we did not start (ptrace(2), "Ptrace access mode
// checking").
Result<void> may_serve(pid_t pid) {
  char byte;
  iovec ours{&byte, 1}, theirs{nullptr, 1};
  if (process_vm_readv(pid, &ours, 1, &theirs, 1, 0) < 0 && errno != EFAULT) return fail(errno);
  return {};
}

}  // namespace

ControlServer::~ControlServer() {
  for (auto& [fd, client] : clients_) supervisor_.loop().remove(fd);
}

Result<void> ControlServer::start() {
  if (listen(accepting_.socket(), kBacklog) != 0) return fail(errno);
  return accepting_.start();
}

void ControlServer::taken(UniqueFd fd) {
  if (clients_.size() >= kMaxClients) return;
  ucred peer{};
  socklen_t length = sizeof peer;
  if (getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.uid != geteuid())
    return;
  const int number = fd.get();
  if (!supervisor_.loop().add(number, EPOLLIN, [this, number](uint32_t) { request(number); }))
    return;
  clients_[number] = Client{std::move(fd), peer.pid};
}

void ControlServer::drop(int number) {
  supervisor_.loop().remove(number);
  clients_.erase(number);
}

void ControlServer::request(int number) {
  Client& client = clients_.at(number);
  ControlRequest r;
  auto got = receive_with_fd(number, mutable_bytes_of(r));
  if (!got && got.error().code == EAGAIN) return;
  if (!got || got->size == 0) return drop(number);
  ControlReply reply;
  if (got->size != sizeof r || r.version != ControlRequest::kVersion) {
    reply.error = EPROTO;
    put_text(
        reply.text,
        "it was started by another version of unetns: end it with that one, and start it anew");
  } else if (r.op == ControlRequest::kDown) {
    supervisor_.loop().remove(number);
    waiting_.push_back(std::move(client.fd));
    clients_.erase(number);
    return;
  } else {
    r.netns[sizeof r.netns - 1] = 0;
    reply = serve(client, r, std::move(got->fd));
  }
  if (!send_with_fd(number, bytes_of(reply))) drop(number);
}

ControlReply ControlServer::serve(const Client& client, const ControlRequest& r, UniqueFd fd) {
  ControlReply reply;
  reply.pid = getpid();
  reply.map_root = supervisor_.options().map_root;
  reply.since = facts_.since;
  Result<void> done;
  switch (r.op) {
    case ControlRequest::kInfo:
      supervisor_.processes().adopt_unseen();
      reply.programs = supervisor_.processes().size();
      reply.namespaces = supervisor_.machine().nets().live_count();
      break;
    case ControlRequest::kEnter: {
      auto net = net_named(r.netns);
      if (!net) done = std::unexpected(net.error());
      put_text(reply.text, facts_.directory);
      reply.carrier = facts_.carrier;
      reply.accelerator = facts_.accelerator;
      break;
    }
    case ControlRequest::kAttach:
      done = attach(client, r.pid, r.netns, std::move(fd));
      break;
    default:
      done = fail(EINVAL, "it does not know what is asked of it");
  }
  if (!done) {
    reply.error = done.error().code;
    put_text(reply.text, done.error().message);
  }
  return reply;
}

Result<NetRef> ControlServer::net_named(std::string_view name) {
  if (name.empty()) return NetRef(supervisor_.machine().init_net());
  Net* net = supervisor_.mounts().mounted("/run/netns/" + std::string(name));
  if (!net)
    return fail(
        ENOENT,
        fmt::format("it has no network namespace '{}' (`ip netns` inside lists them)", name));
  return NetRef(*net);
}

Result<void> ControlServer::attach(const Client& client, pid_t program, std::string_view netns,
                                   UniqueFd fd) {
  UNETNS_ASSIGN(NetRef net, net_named(netns));
  const auto status = read_proc_status(program);
  const auto kind = read_link(fmt::format("/proc/self/fd/{}", fd.get()));
  if (!status || status->parent != client.pid)
    return fail(EINVAL, "the program is none of who brings it (another PID namespace?)");
  if (!kind || kind->find("seccomp") == std::string::npos)
    return fail(EINVAL, "what was handed over is no seccomp listener");
  if (auto may = may_serve(program); !may)
    return fail(may.error().code,
                may.error().code == EPERM
                    ? "this host lets a process look into its own descendants only "
                      "(kernel.yama.ptrace_scope is not 0), or the program has rights that the "
                      "machine lacks: use `unetns run` here"
                    : fmt::format("can't serve the program: {}", std::strerror(may.error().code)));
  ProcessTable& processes = supervisor_.processes();
  processes.mark(program, net->id());
  Thread* thread = processes.find(program);
  if (!thread) return fail(ESRCH, "the program has ended already");
  if (thread->net.get() != net.get()) processes.set_net(*thread, net);
  auto attached = supervisor_.attach(Listener(std::move(fd)));
  if (!attached) return fail(attached.error().code, "can't watch the program");
  spdlog::info("program {} in {}", program, supervisor_.label(*net));
  return {};
}

}  // namespace unetns
