#include "runtime/channel.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "preload/hot_layout.h"
#include "runtime/caller.h"
#include "runtime/stream_file.h"

namespace unetns {
namespace {
constexpr int kPerTurn = 64;
}

Outcome open_channel(Supervisor& s, Thread& t, const Call& c) {
  Process& process = *t.process;
  const auto mark = socket_mark(s, t);
  if (!mark) return Outcome::err(mark.error().code);
  if (!c.memory().write_object(c.args[1], *mark)) return Outcome::err(EFAULT);
  process.marks_sockets = true;
  if (process.channel && s.files().by_inode(process.channel)) return Outcome::err(EEXIST);
  auto file = std::make_unique<Channel>(s, process.tgid);
  const ProgramFile& made = *file;
  auto end = s.files().add(std::move(file), true, false);
  if (!end) return Outcome::err(end.error().code);
  process.channel = made.inode();
  return Outcome::install(std::move(*end), true);
}

bool Channel::readable() {
  for (int i = 0; i < kPerTurn; i++) {
    unetns_hot_wish wish;
    const ssize_t n = recv(our_end(), &wish, sizeof wish, MSG_DONTWAIT);
    if (n <= 0) return false;
    if (n != static_cast<ssize_t>(sizeof wish)) continue;
    // Any socket will do: descriptors are inherited.
    ProgramFile* file = s_.dock().known(wish.inode);
    Thread* thread = s_.processes().find(tgid_);
    if (!file || !file->stream() || !thread) continue;
    ThreadCaller caller(s_, *thread);
    (void)file->stream()->sock().set_option(caller, IPPROTO_TCP, TCP_NODELAY, bytes_of(wish.value));
  }
  return true;
}

}  // namespace unetns
