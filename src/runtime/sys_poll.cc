// poll(2) and ppoll(2), which are native but for one thing: what a pair can't show. A pending error
// of a datagram socket, or that it is shut, lies in its pair as an empty datagram (a token), which
// polls as POLLIN; asked, we say POLLERR, POLLRDHUP, POLLHUP. A stream that was never connected has
// hung up. Time stamps of what a stream sent (SO_TIMESTAMPING) show as POLLERR. And a token that
// nobody needs any more is taken away first: also for select(2), as who reads a mapped ring may
// wait for ever for what a stale one promised.
#include <poll.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "env/timespec.h"
#include "runtime/socket_file.h"
#include "runtime/stream_file.h"
#include "runtime/supervisor.h"

namespace unetns {
namespace {

constexpr size_t kMost = 256;
constexpr short kReadable = POLLIN | POLLRDNORM;

// What poll(2) is to say of a socket whose pair says `native`.
short events_of(ProgramFile& file, short native, short asked) {
  const auto own = static_cast<short>(file.stack_socket()->poll());
  if (file.stream() && !file.stream()->unjoined())  // its error queue
    return static_cast<short>(native | (own & POLLERR));
  if (file.stream()) {
    if (own & POLLIN) native |= asked & (kReadable | POLLRDHUP);
    if (own & POLLOUT) native |= asked & (POLLOUT | POLLWRNORM);
    if (!(own & POLLIN)) native = static_cast<short>(native & ~(kReadable | POLLRDHUP));
    return static_cast<short>((native & ~(POLLWRBAND | POLLERR)) | POLLHUP | (own & POLLERR));
  }
  native = static_cast<short>(native & ~kReadable);
  if (file.socket()->holds_data() || (own & POLLRDHUP)) native |= asked & kReadable;
  return static_cast<short>(native | (own & (POLLERR | POLLHUP)) | (own & asked & POLLRDHUP));
}

// What is wrong with the time limit or the mask of ppoll(2) the kernel tells.
bool limit_is_well(const Call& c) {
  if (c.nr != SYS_ppoll || !c.args[2]) return true;
  const auto limit = c.memory().read_object<timespec>(c.args[2]);
  return limit && from_timespec(*limit);
}

// ppoll(2) itself, unlike libc's, tells how much of its time was not needed: here next to nothing.
void tell_time_left(const Call& c) {
  auto limit =
      c.args[2] ? c.memory().read_object<timespec>(c.args[2]) : Result<timespec>(fail(EFAULT));
  if (!limit || (limit->tv_sec == 0 && limit->tv_nsec == 0)) return;
  if (limit->tv_nsec-- == 0) {
    limit->tv_sec--;
    limit->tv_nsec = 999'999'999;
  }
  (void)c.memory().write_object(c.args[2], *limit);
}

// Until when poll(2) may wait; null: it can't wait here.
struct PollLimit {
  std::optional<Nanos> time;  // null: for ever
};
std::optional<PollLimit> limit_of(const Call& c) {
  if (c.nr != SYS_ppoll) {
    const int ms = c.arg_int(2);
    if (ms == 0) return std::nullopt;
    return ms < 0 ? PollLimit{} : PollLimit{std::chrono::milliseconds(ms)};
  }
  if (c.args[3]) return std::nullopt;  // with a mask for signals
  if (!c.args[2]) return PollLimit{};
  const auto limit = c.memory().read_object<timespec>(c.args[2]);
  if (!limit) return std::nullopt;
  const auto time = from_timespec(*limit);
  if (!time || *time == Nanos{}) return std::nullopt;
  return PollLimit{*time};
}

// Nothing is to be told yet of a stream alone whose time stamps are still to come, which would not
// wake a native poll. Null: it must wait natively all the same.
std::optional<Outcome> wait_for_stamps(Supervisor& s, Call& c, ProgramFile& file, short asked) {
  if (asked & (POLLOUT | POLLWRNORM | POLLWRBAND)) return std::nullopt;
  if (c.expired) return Outcome::ret(0);
  if (!c.deadline_known) {
    const auto limit = limit_of(c);
    if (!limit) return std::nullopt;
    c.deadline_known = true;
    if (limit->time) c.deadline = s.env().clock.monotonic() + *limit->time;
  }
  return s.block_on(file);
}

Outcome sys_poll(Supervisor& s, Thread& t, Call& c) {
  FileTable& files = s.files();
  const size_t count = c.args[1];
  if (!files.any_uneven() || count == 0 || count > kMost) return Outcome::native();
  std::vector<pollfd> polled(count);
  if (!c.memory().read(c.args[0],
                       {reinterpret_cast<uint8_t*>(polled.data()), count * sizeof(pollfd)}))
    return Outcome::native();
  std::vector<FileRef> refs(count);
  std::vector<ProgramFile*> uneven(count);
  bool other = false;             // than what the pairs say
  StreamFile* stamped = nullptr;  // time stamps are to come
  for (size_t i = 0; i < count; i++) {
    refs[i] = files.find(t, polled[i].fd);
    ProgramFile* file = refs[i].file;
    if (!file || !files.is_uneven(*file)) continue;
    uneven[i] = file;
    if (SocketFile* datagrams = file->socket()) {
      if (datagrams->even_out(refs[i])) {
        files.set_uneven(*file, false);
        uneven[i] = nullptr;
      } else if (!(datagrams->sock().poll() & (POLLERR | POLLRDHUP | POLLHUP))) {
        uneven[i] = nullptr;  // a ring
      }
    } else if (StreamFile* stream = file->stream(); !stream || !stream->unjoined()) {
      const bool stamps = stream && stream->sock().has_queued_errors();
      if (stream && stream->sock().tells_sent())
        stamped = stream;
      else if (!stamps)
        files.set_uneven(*file, false);
      if (!stamps) uneven[i] = nullptr;
    }
    other = other || uneven[i];
  }
  const bool may_wait = stamped && count == 1;
  if (may_wait) stamped->push();
  if (!(other || may_wait) || !limit_is_well(c)) return Outcome::native();
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
    const short events =
        uneven[i] ? events_of(*uneven[i], ours[i].revents, polled[i].events) : ours[i].revents;
    polled[i].revents = polled[i].fd < 0 ? 0 : events;
    ready += polled[i].revents != 0;
  }
  if (ready == 0) {
    std::optional<Outcome> out;
    if (may_wait) out = wait_for_stamps(s, c, *refs[0].file, polled[0].events);
    if (!out) return Outcome::native();  // it may wait
    if (out->kind == Outcome::Kind::kBlocked) return std::move(*out);
  }
  if (!c.memory().write(c.args[0],
                        {reinterpret_cast<const uint8_t*>(polled.data()), count * sizeof(pollfd)}))
    return Outcome::err(EFAULT);
  if (c.nr == SYS_ppoll) tell_time_left(c);
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
