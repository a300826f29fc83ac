#include "runtime/stream_calls.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "runtime/caller.h"
#include "runtime/proc_status.h"

namespace unetns {
namespace {

// In Call::progress of a parked connect().
constexpr uint64_t kBegan = 1, kJoined = 2;

StreamSocket* as_stream(Socket* socket) { return static_cast<StreamSocket*>(socket); }

Outcome outcome_of_connect(const Caller& caller, StreamFile& file, Bytes name) {
  auto result = file.sock().connect(caller, name);
  file.connect_over();
  return Outcome::of(result);
}

}  // namespace

Outcome stream_install(Supervisor& s, std::unique_ptr<Socket> socket, int flags) {
  auto file = std::make_unique<StreamFile>(
      s.files(), s.machine().packets(), std::unique_ptr<StreamSocket>(as_stream(socket.release())));
  StreamFile& made = *file;
  auto fd = s.files().add(std::move(file), flags & SOCK_NONBLOCK, true);
  if (!fd) return Outcome::err(fd.error().code);
  StreamFile::widen(fd->get());
  made.sock().set_inode(made.inode());
  made.wait_for_data(fd->get(), false);
  s.files().set_uneven(made, true);
  return Outcome::install(std::move(*fd), flags & SOCK_CLOEXEC);
}

Outcome stream_connect(Supervisor& s, Thread& t, Call& c, const SocketTarget& target, Bytes name) {
  StreamFile& file = *target.stream;
  StreamSocket& sock = file.sock();
  ThreadCaller caller(s, t);
  const auto wait = [&](int code) {
    if (!c.deadline_known) {
      c.deadline_known = true;
      if (const Nanos limit = sock.options().sndtimeo; limit > Nanos::zero())
        c.deadline = s.env().clock.monotonic() + limit;
    }
    if (!c.expired) return target.wait(s, c);
    file.connect_left(target.ref.end());
    return Outcome::err(code);
  };
  if (c.progress) {  // parked
    if (sock.state() == StreamState::kConnecting)
      return wait(c.progress == kBegan ? EINPROGRESS : EALREADY);
    // What is reported is the outcome, not how far it is.
    return outcome_of_connect(caller, file, name);
  }
  if (file.owes_success) {
    file.owes_success = false;
    return Outcome::ret(0);
  }
  const bool nonblock = target.nonblock(c, 0);
  const StreamState before = sock.state();
  // Where closings can't be seen: who has the port, or listens at the other end, may be gone.
  if (before == StreamState::kFresh && s.files().needs_sweeping() && !s.files().can_getfd())
    s.files().close_missing();
  auto result = sock.connect(caller, name);
  const int code = result ? 0 : result.error().code;
  int end = target.ref.end();
  UniqueFd renewed;
  // The outcome of an attempt that was told to be in progress is told as it is.
  if (std::exchange(file.outstanding, false) && code != EINPROGRESS) {
    if (code == EALREADY) {
      file.outstanding = true;
    } else {
      file.connect_over();
      if (!result && code != EISCONN) file.taken_apart();  // it is as new
      return Outcome::of(result);
    }
  }
  const auto in_progress = [&] {
    file.outstanding = true;
    return Outcome::err(EINPROGRESS);
  };
  const bool begins =
      before == StreamState::kFresh && (result || code == EINPROGRESS || code == ECONNREFUSED);
  if (begins && file.spent()) {
    auto fresh = stream_fresh_pair(c, target);
    if (!fresh) return Outcome::err(fresh.error().code);
    renewed = std::move(*fresh);
    end = renewed.get();
  }
  if (begins) {
    file.wait_for_data(end, true);
    s.files().set_uneven(file, false);
  }
  if (result && sock.is_late()) {
    file.connected_late(end);
    return Outcome::ret(0);
  }
  if (result) {
    if (before != StreamState::kFresh || sock.state() != StreamState::kConnected) {
      if (before == StreamState::kConnecting) file.connect_over();
      return Outcome::ret(0);
    }
    file.connected_at_once(nonblock ? end : -1);
    if (!nonblock) return Outcome::ret(0);
    file.owes_success = true;
    return Outcome::err(EINPROGRESS);
  }
  switch (code) {
    case EINPROGRESS:
      if (sock.state() == StreamState::kConnecting) {
        file.connect_began(end, !nonblock);
        if (nonblock) return in_progress();
        c.progress = kBegan;
        return wait(EINPROGRESS);
      }
      // The handshake was over before the call.
      if (!nonblock) return outcome_of_connect(caller, file, name);
      if (sock.state() == StreamState::kConnected)
        file.connected_at_once(end);
      else
        file.failed_at_once(ECONNREFUSED);
      return in_progress();
    case EALREADY:
      if (nonblock) return Outcome::err(EALREADY);
      c.progress = kJoined;
      return wait(EALREADY);
    case ECONNREFUSED:
      if (before != StreamState::kFresh || !nonblock) {
        file.connect_over();
        return Outcome::err(code);
      }
      file.failed_at_once(code);
      return in_progress();
    default:
      if (before == StreamState::kConnecting) file.connect_over();
      return Outcome::err(code);
  }
}

Outcome stream_accept(Supervisor& s, Thread& t, Call& c, const SocketTarget& target) {
  StreamFile& listener = *target.stream;
  const int flags = c.nr == SYS_accept4 ? c.arg_int(3) : 0;
  if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) return Outcome::err(EINVAL);
  auto next = listener.accept(target.ref.end());
  if (!next) {
    if (next.error().code != EAGAIN) return Outcome::err(next.error().code);
    return wait_or(s, c, target, 0, listener.sock().options().rcvtimeo, EAGAIN);
  }
  if (c.args[1]) {
    auto room = c.memory().read_object<int>(c.args[2]);
    int failed = !room ? EFAULT : *room < 0 ? EINVAL : 0;
    if (!failed) {
      auto name = (*next)->accepted_name();
      if (!name) {
        failed = ECONNABORTED;
      } else {
        const size_t n = std::min<size_t>(static_cast<size_t>(*room), name->len);
        if (!c.memory().write(c.args[1], name->view().first(n)) ||
            !c.memory().write_object<int>(c.args[2], static_cast<int>(name->len)))
          failed = EFAULT;
      }
    }
    if (failed) return Outcome::err(failed);  // and the connection is lost
  }
  std::unique_ptr<ProgramFile> file =
      std::make_unique<StreamFile>(s.files(), s.machine().packets(), std::move(*next));
  StreamFile& made = *file->stream();
  auto fd = s.files().add(std::move(file), flags & SOCK_NONBLOCK, false);
  if (!fd) {
    listener.give_back(made.release(), target.ref.end());
    return Outcome::err(fd.error().code);
  }
  StreamFile::widen(fd->get());
  made.sock().set_inode(made.inode());
  auto number = c.listener->answer_fd(c.id, c.tid, fd->get(), flags & SOCK_CLOEXEC);
  if (!number) {  // no descriptor is free, or the call was interrupted: the next accept gets it
    listener.give_back(made.release(), target.ref.end());
    s.files().take(made.inode());
    return Outcome::err(number.error().code);
  }
  FileTable::seen(made, t, *number);
  s.files().mark_dirty(made);
  return Outcome::answered();
}

Outcome stream_error(Call& c, const SocketTarget& target, int room) {
  const int code = target.stream->take_error(target.ref.end());
  const size_t n = std::min<size_t>(static_cast<size_t>(room), sizeof code);
  if (!c.memory().write(c.args[3], bytes_of(code).first(n)) ||
      !c.memory().write_object<int>(c.args[4], static_cast<int>(n)))
    return Outcome::err(EFAULT);
  return Outcome::ret(0);
}

}  // namespace unetns
