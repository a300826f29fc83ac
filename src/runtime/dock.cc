#include "runtime/dock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <optional>
#include <string_view>

#include "runtime/caller.h"
#include "runtime/proc_status.h"
#include "runtime/stream_file.h"

namespace unetns {
namespace {

constexpr int kBacklog = 4096;
constexpr int kPerTurn = 256;
constexpr int kMostTurns = 64;
constexpr auto kRest = std::chrono::milliseconds(100);

int number_option(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : 0;
}

// Who connected it.
pid_t pid_behind(int fd) {
  ucred who{};
  socklen_t size = sizeof who;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who.pid : 0;
}

sockaddr_un name_of(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  return name;
}

int mark_of(const Net& net) { return static_cast<int>(UNETNS_HOT_MARK | net.id()); }

}  // namespace

Result<int> socket_mark(Supervisor& s, const Thread& thread) {
  if (thread.process->diverged || !s.files().can_getfd() || thread.net->id() >= UNETNS_HOT_MARK)
    return fail(EINVAL);
  return mark_of(*thread.net);
}

Result<Dock::Quay> Dock::build(const std::string& path) {
  const sockaddr_un name = name_of(path);
  if (path.size() >= sizeof name.sun_path) return fail(ENAMETOOLONG);
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket || bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
      listen(socket.get(), kBacklog) != 0)
    return fail(errno);
  return Quay{std::move(socket), path};
}

Result<std::unique_ptr<Dock>> Dock::create(Supervisor& supervisor, const std::string& directory) {
  std::unique_ptr<Dock> dock(new Dock(supervisor));
  UNETNS_ASSIGN(dock->programs_, build(directory + "/dock"));
  // Nobody else is to come there: it is known by its descriptor alone.
  UNETNS_ASSIGN(dock->own_, build(directory + "/own-dock"));
  dock->own_.name.reset(open(dock->own_.path.c_str(), O_PATH | O_CLOEXEC));
  if (!dock->own_.name) return fail(errno);
  unlink(dock->own_.path.c_str());
  dock->own_.path = "/proc/self/fd/" + std::to_string(dock->own_.name.get());
  UNETNS_TRY(dock->watch());
  return dock;
}

Dock::Dock(Supervisor& supervisor)
    : s_(supervisor), rest_(supervisor.env().timers, [this] {
        if (!watch()) rest_.arm_in(kRest);
      }) {}

Result<void> Dock::watch() {
  return s_.loop().add(programs_.socket.get(), EPOLLIN, [this](uint32_t) { (void)serve_some(); });
}

Dock::~Dock() {
  if (programs_.socket) s_.loop().remove(programs_.socket.get());
}

namespace {

// What the other end of a connection is named; null: that says nothing.
std::optional<unetns_hot_hello> hello_of(const sockaddr_un& name, socklen_t size) {
  constexpr std::string_view kFirst(UNETNS_HELLO_NAME);
  constexpr size_t kBefore = offsetof(sockaddr_un, sun_path) + 1;
  std::array<uint8_t, sizeof(unetns_hot_hello)> bytes;
  if (size != kBefore + kFirst.size() + 2 * bytes.size() || name.sun_path[0] != 0)
    return std::nullopt;
  const std::string_view text(name.sun_path + 1, size - kBefore);
  if (!text.starts_with(kFirst)) return std::nullopt;
  for (size_t i = 0; i < bytes.size(); i++) {
    const int high = text[kFirst.size() + 2 * i] - 'a', low = text[kFirst.size() + 2 * i + 1] - 'a';
    if (high < 0 || high > 15 || low < 0 || low > 15) return std::nullopt;
    bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return load<unetns_hot_hello>(bytes.data());
}

}  // namespace

bool Dock::serve_some() {
  for (int i = 0; i < kPerTurn; i++) {
    sockaddr_un name{};
    socklen_t size = sizeof name;
    UniqueFd end(accept4(programs_.socket.get(), reinterpret_cast<sockaddr*>(&name), &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (end) {
      if (const auto hello = hello_of(name, size); hello && s_.files().has_room(end.get()))
        arrived(std::move(end), *hello);
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      s_.loop().remove(programs_.socket.get());
      rest_.arm_in(kRest);
    }
    return false;
  }
  return true;
}

void Dock::serve() {
  for (int i = 0; i < kMostTurns && serve_some(); i++) {
  }
}

void Dock::arrived(UniqueFd end, const unetns_hot_hello& hello) {
  if (hello.what == UNETNS_HELLO_CONNECT)
    connecting(std::move(end), hello);
  else if (hello.what == UNETNS_HELLO_ACCEPT)
    accepting(std::move(end), hello);
}

Result<std::unique_ptr<StreamSocket>> Dock::make_socket(int mark, Thread* thread) {
  Net* net = thread && mark == mark_of(*thread->net)
                 ? thread->net.get()
                 : s_.machine().nets().find(static_cast<uint32_t>(mark) & ~UNETNS_HOT_MARK);
  if (!net || mark < UNETNS_HOT_MARK) return fail(EINVAL);
  std::optional<ThreadCaller> caller;
  if (thread) caller.emplace(s_, *thread);
  const SystemCaller system;
  const Caller& who = caller ? static_cast<const Caller&>(*caller) : system;
  UNETNS_ASSIGN(auto socket, s_.machine().socket(*net, who, AF_INET, SOCK_STREAM, 0));
  return std::unique_ptr<StreamSocket>(static_cast<StreamSocket*>(socket.release()));
}

StreamFile* Dock::settle(UniqueFd end, uint64_t inode, std::unique_ptr<StreamSocket> socket,
                         const Thread* thread, int fd) {
  auto adopted = s_.files().adopt(
      std::make_unique<StreamFile>(s_.files(), s_.machine().packets(), std::move(socket)),
      std::move(end), inode);
  if (!adopted) return nullptr;
  StreamFile* file = (*adopted)->stream();
  file->sock().set_inode(inode);
  if (thread)
    FileTable::seen(*file, *thread, fd);
  else
    FileTable::seen_by_maker(*file, fd);
  return file;
}

// When it can't be made its program sees that it has been reset.
void Dock::connecting(UniqueFd end, const unetns_hot_hello& hello) {
  // Its process may have ended.
  const pid_t maker = pid_behind(end.get());
  Thread* thread = s_.processes().net_of(maker) ? s_.processes().find(maker) : nullptr;
  auto socket = make_socket(hello.mark, thread);
  StreamFile* file =
      socket ? settle(std::move(end), hello.inode, std::move(*socket), thread, hello.descriptor)
             : nullptr;
  if (!file) return;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = unetns_hot_address(hello.about);
  to.sin_port = unetns_hot_port(hello.about);
  const SystemCaller caller;
  if (!file->connect_told(caller, bytes_of(to))) s_.files().hot().failed();
  if (!file->severed() && !s_.files().watch(*file)) s_.files().set_unsure(*file);
}

// Its process may have ended: then the connection does too, as any that was accepted.
void Dock::accepting(UniqueFd end, const unetns_hot_hello& hello) {
  ProgramFile* listener = s_.files().by_inode(hello.about);
  if (!listener || !listener->stream() || hello.inode == 0 || s_.files().by_inode(hello.inode))
    return;
  auto connection = listener->stream()->claim(hello.token);
  if (!connection) return;
  StreamFile* file =
      settle(std::move(end), hello.inode, std::move(connection), nullptr, hello.descriptor);
  if (!file) return;
  if (!s_.files().watch(*file)) s_.files().set_unsure(*file);
  s_.files().mark_dirty(*file);
}

void Dock::know_all(Thread& thread) {
  serve();
  for (const pid_t fd : list_pids(fmt::format("/proc/{}/fd", thread.tid)))
    if (const uint64_t inode = socket_inode_of_fd(thread.tid, fd);
        inode && !s_.files().by_inode(inode))
      (void)s_.files().find(thread, fd);
  s_.files().refuse(0);
}

ProgramFile* Dock::known(uint64_t inode) {
  if (ProgramFile* file = s_.files().by_inode(inode)) return file;
  serve();
  return s_.files().by_inode(inode);
}

Result<UniqueFd> Dock::join(int end) {
  const sockaddr_un name = name_of(own_.path);
  if (::connect(end, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
    return fail(errno);
  UniqueFd ours(accept4(own_.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!ours) return fail(errno);
  return ours;
}

ProgramFile* Dock::know(Thread& thread, int fd, int end, uint64_t inode) {
  ProgramFile* file = known(inode);
  if (file) return file;
  if (end < 0) {  // we are out of descriptors, or may never look at those of programs
    if (thread.process->marks_sockets) s_.files().refuse(ENFILE);
    return nullptr;
  }
  const int mark = number_option(end, SO_INCOMING_CPU);
  if (mark < UNETNS_HOT_MARK || number_option(end, SO_DOMAIN) != AF_UNIX ||
      number_option(end, SO_TYPE) != SOCK_STREAM)
    return nullptr;
  // What can't be made one of ours must not be used as a UNIX socket.
  s_.files().refuse(ENFILE);
  auto socket = make_socket(mark, &thread);
  if (!socket) return nullptr;
  auto ours = join(end);
  StreamFile* made =
      ours ? settle(std::move(*ours), inode, std::move(*socket), &thread, fd) : nullptr;
  if (!made) return nullptr;
  if (!s_.files().watch(*made)) s_.files().set_unsure(*made);
  StreamFile::widen(end);
  made->wait_for_data(end, false);
  s_.files().set_uneven(*made, true);
  s_.files().refuse(0);
  return made;
}

}  // namespace unetns
