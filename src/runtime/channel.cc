#include "runtime/channel.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>

#include "preload/hot_layout.h"
#include "runtime/stream_file.h"

namespace unetns {
namespace {
constexpr unsigned kPerTurn = 16;
constexpr int kMostTurns = 1024;
}  // namespace

Outcome open_channel(Supervisor& s, Thread& t, const Call& c) {
  Process& process = *t.process;
  const auto mark = socket_mark(s, t);
  if (!mark) return Outcome::err(mark.error().code);
  if (!c.memory().write_object(c.args[1], *mark)) return Outcome::err(EFAULT);
  process.marks_sockets = true;
  if (process.channel && s.files().by_inode(process.channel)) return Outcome::err(EEXIST);
  auto file = std::make_unique<Channel>(s);
  const ProgramFile& made = *file;
  auto end = s.files().add(std::move(file), true, false);
  if (!end) return Outcome::err(end.error().code);
  process.channel = made.inode();
  return Outcome::install(std::move(*end), true);
}

bool Channel::readable() {
  std::array<unetns_hot_wish, kPerTurn> wishes;
  std::array<iovec, kPerTurn> parts;
  std::array<mmsghdr, kPerTurn> messages{};
  for (size_t i = 0; i < kPerTurn; i++) {
    parts[i] = {&wishes[i], sizeof wishes[i]};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int count = recvmmsg(our_end(), messages.data(), kPerTurn, MSG_DONTWAIT, nullptr);
  for (int i = 0; i < count; i++) {
    const auto at = static_cast<size_t>(i);
    if (messages[at].msg_len == sizeof wishes[at]) serve(wishes[at]);
    if (messages[at].msg_len == 0) return false;  // it is closed
  }
  return count == kPerTurn;
}

// Of any socket: descriptors are inherited.
void Channel::serve(const unetns_hot_wish& wish) {
  ProgramFile* file = s_.dock().known(wish.inode);
  if (!file || !file->stream()) return;
  SystemCaller caller;
  (void)file->stream()->sock().set_option(caller, IPPROTO_TCP, TCP_NODELAY, bytes_of(wish.value));
}

void serve_channel(Supervisor& s, const Process& process) {
  ProgramFile* file = process.channel ? s.files().by_inode(process.channel) : nullptr;
  for (int i = 0; file && i < kMostTurns && file->readable(); i++) {
  }
}

}  // namespace unetns
