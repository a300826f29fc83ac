// poll(2) and ppoll(2), which are native but for one thing: what a pair can't show. A pending error
// of a datagram socket lies in its pair as an empty datagram (a token), which polls as POLLIN;
// asked, we say POLLERR. And a token that nobody needs any more is taken away first: also for
// select(2), as who reads a mapped ring may wait for ever for what a stale one promised.
#include <poll.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "runtime/socket_file.h"
#include "runtime/supervisor.h"

namespace unetns {
namespace {

constexpr size_t kMost = 256;

Outcome sys_poll(Supervisor& s, Thread& t, Call& c) {
  FileTable& files = s.files();
  const size_t count = c.args[1];
  if (!files.any_uneven() || count == 0 || count > kMost) return Outcome::native();
  std::vector<pollfd> polled(count);
  if (!c.memory().read(c.args[0], {reinterpret_cast<uint8_t*>(polled.data()), count * sizeof(pollfd)}))
    return Outcome::native();
  std::vector<FileRef> refs(count);
  bool errors = false;
  for (size_t i = 0; i < count; i++) {
    refs[i] = files.find(t, polled[i].fd);
    SocketFile* file = refs[i].file ? refs[i].file->socket() : nullptr;
    if (!file || !files.is_uneven(*file)) continue;
    if (file->even_out(refs[i]))
      files.set_uneven(*file, false);
    else
      errors = errors || (file->sock().poll() & POLLERR);
  }
  if (!errors) return Outcome::native();
  std::vector<UniqueFd> others(count);
  std::vector<pollfd> ours = polled;
  for (size_t i = 0; i < count; i++) {
    if (polled[i].fd < 0) continue;
    if (!refs[i].file) others[i] = files.copy_of(t, polled[i].fd);
    ours[i].fd = refs[i].file ? refs[i].end() : others[i].get();
    if (ours[i].fd < 0) return Outcome::native();  // it can't be asked from here
  }
  if (::poll(ours.data(), ours.size(), 0) < 0) return Outcome::native();
  int64_t ready = 0;
  for (size_t i = 0; i < count; i++) {
    SocketFile* file = refs[i].file ? refs[i].file->socket() : nullptr;
    short events = ours[i].revents;
    if (file && (file->sock().poll() & POLLERR)) {
      events = static_cast<short>((events & ~(POLLIN | POLLRDNORM)) | POLLERR);
      if (file->holds_data()) events |= polled[i].events & (POLLIN | POLLRDNORM);
    }
    polled[i].revents = polled[i].fd < 0 ? 0 : events;
    ready += polled[i].revents != 0;
  }
  if (!c.memory().write(c.args[0], {reinterpret_cast<const uint8_t*>(polled.data()), count * sizeof(pollfd)}))
    return Outcome::err(EFAULT);
  return Outcome::ret(ready);
}

Outcome sys_select(Supervisor& s, Thread& t, Call& c) {
  FileTable& files = s.files();
  fd_set read;
  const int count = c.arg_int(0);
  if (!files.any_uneven() || c.args[1] == 0 || count <= 0 || count > FD_SETSIZE)
    return Outcome::native();
  FD_ZERO(&read);
  constexpr int kWord = 8 * sizeof(long);
  const auto size = static_cast<size_t>((count + kWord - 1) / kWord) * sizeof(long);
  if (!c.memory().read(c.args[1], {reinterpret_cast<uint8_t*>(&read), size}))
    return Outcome::native();
  for (int fd = 0; fd < count; fd++) {
    if (!FD_ISSET(fd, &read)) continue;
    const FileRef ref = files.find(t, fd);
    SocketFile* file = ref.file ? ref.file->socket() : nullptr;
    if (file && files.is_uneven(*file) && file->even_out(ref)) files.set_uneven(*file, false);
  }
  return Outcome::native();
}

}  // namespace

void register_poll_calls(std::vector<Handler>& table) {
#ifdef SYS_poll
  set_handler(table, SYS_poll, sys_poll);
#endif
  set_handler(table, SYS_ppoll, sys_poll);
#ifdef SYS_select
  set_handler(table, SYS_select, sys_select);
#endif
  set_handler(table, SYS_pselect6, sys_select);
}

}  // namespace unetns
