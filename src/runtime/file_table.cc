#include "runtime/file_table.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "runtime/filter.h"
#include "runtime/listener.h"
#include "runtime/proc_status.h"
#include "runtime/socket_file.h"
#include "runtime/stream_file.h"

namespace unetns {
namespace {
constexpr int kMissesToClose = 2;
constexpr rlim_t kSpareDescriptors = 64;
constexpr uint32_t kMaxSkipped = 255;
constexpr Nanos kHeldMost = std::chrono::microseconds(300);
constexpr int kRestPerSweep = 20;  // times as long as a sweep took, none is made for an exit
}  // namespace

FileTable::~FileTable() {
  for (auto& [inode, f] : files_) loop_.remove(f->our_end());
  auto files = std::exchange(files_, {});  // a socket that goes may mark others
}

namespace {

// Some descriptors are kept for serving calls: without any, nobody could even close a socket.
bool is_spare(int fd) {
  const auto last = static_cast<rlim_t>(fd);
  rlimit limit{};
  return last > 3 * kSpareDescriptors && getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
         limit.rlim_cur > 4 * kSpareDescriptors && last >= limit.rlim_cur - kSpareDescriptors;
}

}  // namespace

uint32_t FileTable::interest_of(const ProgramFile& file) {
  return (file.want_read_ ? EPOLLIN : 0u) | (file.want_write_ ? EPOLLOUT : 0u);
}

void FileTable::join(ProgramFile& file, UniqueFd our_end, uint64_t inode) {
  file.inode_ = inode;
  file.ours_ = std::move(our_end);
  file.want_read_ = true;
  file.want_write_ = false;
  file.missed_ = 0;
}

Result<void> FileTable::watch(ProgramFile& file) {
  return loop_.add(file.our_end(), interest_of(file),
                   [this, inode = file.inode()](uint32_t events) { event(inode, events); });
}

bool FileTable::has_room(int fd) const { return !is_spare(fd); }

Result<ProgramFile*> FileTable::adopt(std::unique_ptr<ProgramFile> file, UniqueFd our_end,
                                      uint64_t inode) {
  if (inode == 0 || files_.contains(inode)) return fail(EEXIST);
  if (is_spare(our_end.get())) return fail(ENFILE);
  join(*file, std::move(our_end), inode);
  return (files_[inode] = std::move(file)).get();
}

Result<UniqueFd> FileTable::make_pair(ProgramFile& file, bool nonblock, bool held_here) {
  int pair[2];
  const int type = file.pair_type() | SOCK_CLOEXEC | (nonblock ? SOCK_NONBLOCK : 0);
  if (socketpair(AF_UNIX, type, 0, pair) != 0) return fail(errno);
  UniqueFd theirs(pair[0]), ours(pair[1]);
  if (is_spare(pair[1])) return fail(ENFILE);
  if (!nonblock) fcntl(pair[1], F_SETFL, O_NONBLOCK);
  struct stat st {};
  if (fstat(pair[0], &st) != 0) return fail(errno);
  UniqueFd held;
  if (held_here) {
    held.reset(fcntl(pair[0], F_DUPFD_CLOEXEC, 0));
    if (!held) return fail(errno);
  }
  join(file, std::move(ours), st.st_ino);
  if (auto watched = watch(file); !watched) {
    file.ours_.reset();
    return std::unexpected(watched.error());
  }
  hot_.born();
  hold(file, std::move(held));
  return theirs;
}

Result<UniqueFd> FileTable::add(std::unique_ptr<ProgramFile>&& file, bool nonblock,
                                bool reachable) {
  UNETNS_ASSIGN(UniqueFd theirs, make_pair(*file, nonblock, reachable && !can_getfd_));
  const uint64_t inode = file->inode();
  files_[inode] = std::move(file);
  return theirs;
}

Result<UniqueFd> FileTable::renew(ProgramFile& file, bool nonblock) {
  const uint64_t before = file.inode();
  file.look_at.reset();  // that was about the old inode
  auto it = files_.find(before);
  if (it == files_.end()) return fail(EBADF);
  hot_.set(before, 0);
  forget_end(file);
  loop_.remove(file.our_end());
  file.ours_.reset();
  auto theirs = make_pair(file, nonblock, !can_getfd_);
  if (!theirs) {
    set_unsure_to(file, true);
    return theirs;
  }
  std::unique_ptr<ProgramFile> moved = std::move(it->second);
  files_.erase(it);
  files_[file.inode()] = std::move(moved);
  if (waiting_.erase(before)) waits(file);
  if (file.dirty) dirty_.push_back(file.inode());
  return theirs;
}

void FileTable::hold(ProgramFile& file, UniqueFd end) {
  if (file.held_) --held_count_;
  file.held_ = std::move(end);
  if (file.held_) ++held_count_;
  set_unsure_to(file, file.unsure_);
}

void FileTable::set_unsure_to(ProgramFile& file, bool on) {
  file.unsure_ = on;
  if (file.held_ || on)
    swept_.insert(file.inode());
  else
    swept_.erase(file.inode());
}

void FileTable::forget_end(ProgramFile& file) {
  hold(file, UniqueFd());
  set_unsure_to(file, false);
}

void FileTable::set_unsure(ProgramFile& file) {
  if (file.unsure_) return;
  find_maker(file);
  set_unsure_to(file, true);
  file.missed_ = 0;
  to_skip_ = skipped_ = 0;
}

void FileTable::sever(ProgramFile& file) {
  find_maker(file);
  loop_.remove(file.our_end());
  file.ours_.reset();
  set_unsure(file);
}

void FileTable::let_go(ProgramFile& file) { hold(file, UniqueFd()); }

std::unique_ptr<ProgramFile> FileTable::take(uint64_t inode) {
  auto it = files_.find(inode);
  if (it == files_.end()) return nullptr;
  std::unique_ptr<ProgramFile> f = std::move(it->second);
  files_.erase(it);
  hot_.set(inode, 0);
  loop_.remove(f->our_end());
  forget_end(*f);
  waiting_.erase(inode);
  uneven_.erase(inode);
  return f;
}

namespace {

// A copy of a thread's descriptor. A leader that has ended has none, and a thread may have left the
// table of its process: then the thread itself is asked (Linux 6.9).
UniqueFd borrow(const Thread& thread, int fd) {
  UniqueFd copy(static_cast<int>(syscall(SYS_pidfd_getfd, thread.process->pidfd.get(), fd, 0)));
  if (copy || thread.tid == thread.process->tgid || (errno != EBADF && errno != ESRCH)) return copy;
  constexpr unsigned kPidfdThread = O_EXCL;
  UniqueFd own(static_cast<int>(syscall(SYS_pidfd_open, thread.tid, kPidfdThread)));
  if (!own) return copy;
  copy.reset(static_cast<int>(syscall(SYS_pidfd_getfd, own.get(), fd, 0)));
  return copy;
}

}  // namespace

UniqueFd FileTable::copy_of(const Thread& thread, int fd) const {
  return can_getfd_ && thread.process->pidfd ? borrow(thread, fd) : UniqueFd();
}

int FileTable::free_high(Thread& thread) {
  constexpr int kCount = kHighEnd - kHighFirst;
  for (int tries = 0; tries < kCount; tries++) {
    int& next = thread.process->next_high;
    const int fd = kHighFirst + next;
    next = (next + 1) % kCount;
    if (can_getfd_ && thread.process->pidfd) {
      if (!borrow(thread, fd)) return errno == EBADF ? fd : -1;
    } else if (!read_link(fmt::format("/proc/{}/fd/{}", thread.tid, fd))) {
      return errno == ENOENT ? fd : -1;
    }
  }
  return -1;
}

int FileRef::end() const {
  if (FileTable* table = std::exchange(lender, nullptr)) borrowed = table->reach(*file);
  return borrowed ? borrowed.get() : held;
}

FileRef FileTable::again(ProgramFile& file, const Call& call) {
  FileRef out;
  out.file = &file;
  out.held = call.end.get();
  if (!call.end) out.lender = this;
  found_ = file.inode();
  return out;
}

FileRef FileTable::find(Thread& thread, int fd) {
  FileRef out;
  if (fd < 0) return out;
  if (can_getfd_ && thread.process->pidfd) {
    if (UniqueFd copy = borrow(thread, fd)) {
      struct stat st {};
      if (fstat(copy.get(), &st) != 0 || !S_ISSOCK(st.st_mode)) return out;
      out.file = by_inode(st.st_ino);
      if (!out.file && on_unknown) out.file = on_unknown(thread, fd, copy.get(), st.st_ino);
      if (out.file) {
        out.borrowed = std::move(copy);
        found_ = out.file->inode();
        seen(*out.file, thread, fd);
      }
      return out;
    }
    // We are out of descriptors, or can't reach the thread's: the file is still found by name, only
    // not its end.
    if (errno == EBADF && thread.tid == thread.process->tgid) return out;
  }
  const uint64_t inode = socket_inode_of_fd(thread.tid, fd);
  if (!inode) return out;
  out.file = by_inode(inode);
  if (!out.file && on_unknown) out.file = on_unknown(thread, fd, -1, inode);
  if (out.file) {
    found_ = out.file->inode();
    seen(*out.file, thread, fd);
    if (out.file->held_) out.held = out.file->held_.get();
  }
  return out;
}

FileRef FileTable::find_believing(Thread& thread, int fd, uint64_t inode) {
  ProgramFile* file = inode ? by_inode(inode) : nullptr;
  if (file) find_maker(*file);
  if (!file || file->seen_fd_ != fd || file->seen_tgid_ != thread.process->tgid)
    return find(thread, fd);
  FileRef out;
  out.file = file;
  out.lender = this;
  found_ = inode;
  return out;
}

void FileTable::installed(int end, const Thread& thread, int fd) {
  if (swept_.empty()) return;
  struct stat st {};
  ProgramFile* file = fstat(end, &st) == 0 && S_ISSOCK(st.st_mode) ? by_inode(st.st_ino) : nullptr;
  if (file && swept_.contains(file->inode())) seen(*file, thread, fd);
}

void FileTable::seen(ProgramFile& file, const Thread& thread, int fd) {
  file.seen_tgid_ = thread.process->tgid;
  file.seen_tid_ = thread.tid;
  file.seen_fd_ = fd;
}

void FileTable::seen_by_maker(ProgramFile& file, int fd) {
  file.seen_tgid_ = file.seen_tid_ = 0;
  file.seen_fd_ = fd;
}

// Who connected the pair.
void FileTable::find_maker(ProgramFile& file) {
  ucred who{};
  socklen_t size = sizeof who;
  if (file.seen_tgid_ == 0 && file.seen_fd_ >= 0 && file.ours_ &&
      getsockopt(file.our_end(), SOL_SOCKET, SO_PEERCRED, &who, &size) == 0)
    file.seen_tgid_ = file.seen_tid_ = who.pid;
}

bool FileTable::still_there(ProgramFile& file) {
  find_maker(file);
  return file.seen_fd_ >= 0 && socket_inode_of_fd(file.seen_tid_, file.seen_fd_) == file.inode();
}

UniqueFd FileTable::end_at(const ProgramFile& file, pid_t tgid, int fd) {
  const Process* p = fd >= 0 ? processes_.process(tgid) : nullptr;
  if (!p) return UniqueFd();
  UniqueFd copy(static_cast<int>(syscall(SYS_pidfd_getfd, p->pidfd.get(), fd, 0)));
  struct stat st {};
  if (copy && (fstat(copy.get(), &st) != 0 || st.st_ino != file.inode() || !S_ISSOCK(st.st_mode)))
    copy.reset();
  return copy;
}

UniqueFd FileTable::reach(ProgramFile& file) {
  if (file.held_) return UniqueFd(fcntl(file.held_.get(), F_DUPFD_CLOEXEC, 0));
  if (!can_getfd_) return UniqueFd();
  find_maker(file);
  if (UniqueFd copy = end_at(file, file.seen_tgid_, file.seen_fd_)) return copy;
  if (!look_everywhere(file)) return UniqueFd();
  return end_at(file, file.seen_tgid_, file.seen_fd_);
}

bool FileTable::look_everywhere(const ProgramFile& wanted) {
  processes_.adopt_unseen();
  bool found = false;
  processes_.for_each([&](Process& p) {
    auto fds = list_pids(fmt::format("/proc/{}/fd", p.tgid));
    fds.push_back(0);
    for (pid_t fd : fds) {
      ProgramFile* file = by_inode(socket_inode_of_fd(p.tgid, fd));
      if (!file) continue;
      file->seen_tgid_ = file->seen_tid_ = p.tgid;
      file->seen_fd_ = fd;
      found = found || file == &wanted;
    }
  });
  return found;
}

ProgramFile* FileTable::by_inode(uint64_t inode) {
  auto it = files_.find(inode);
  return it == files_.end() ? nullptr : it->second.get();
}

void FileTable::set_interest(ProgramFile& file) { loop_.modify(file.our_end(), interest_of(file)); }

void FileTable::want_read(ProgramFile& file, bool on) {
  if (std::exchange(file.want_read_, on) != on) set_interest(file);
}

void FileTable::want_write(ProgramFile& file, bool on) {
  if (std::exchange(file.want_write_, on) != on) set_interest(file);
}

void FileTable::watch_edges(ProgramFile& file) {
  // Added anew, so that no event of before is taken for one of after.
  const uint64_t inode = file.inode();
  loop_.remove(file.our_end());
  if (!loop_.add(file.our_end(), EPOLLET, [this, inode](uint32_t events) { event(inode, events); }))
    set_unsure(file);
}

void FileTable::mark_dirty(ProgramFile& file) {
  if (file.dirty) return;
  file.dirty = true;
  dirty_.push_back(file.inode());
}

namespace {

// Of what was written into the other end. (Empty datagrams can't be told from its closing.)
bool nothing_left(int our_end) {
  int bytes = 0;
  return ioctl(our_end, FIONREAD, &bytes) == 0 && bytes == 0;
}

}  // namespace

void FileTable::event(uint64_t inode, uint32_t events) {
  ProgramFile* f = by_inode(inode);
  if (!f) return;
  // A stream takes what is left when it goes; of the others most have nothing left.
  const bool going = (events & EPOLLHUP) && (f->stream() || nothing_left(f->our_end()));
  const bool more = !going && (events & EPOLLIN) && f->readable();
  if (events & (EPOLLHUP | EPOLLERR)) {
    if (!more && f->hung_up()) close(inode);  // else the event comes again
    return;
  }
  if (events & EPOLLOUT) {
    if (!f->stream()) want_write(*f, false);  // a stream's push() puts it off when all is written
    mark_dirty(*f);
  }
}

void FileTable::later_is_now() {
  for (const uint64_t inode : std::exchange(later_, {}))
    if (ProgramFile* f = by_inode(inode)) {
      f->later = false;
      (void)f->readable();
    }
}

void FileTable::look(ProgramFile& file) {
  pollfd p{file.our_end(), POLLIN, 0};
  if (p.fd >= 0 && ::poll(&p, 1, 0) == 1 && (p.revents & POLLHUP))
    event(file.inode(), static_cast<uint32_t>(p.revents));
}

void FileTable::close(uint64_t inode) {
  auto it = files_.find(inode);
  if (it == files_.end()) return;
  std::unique_ptr<ProgramFile> f = std::move(it->second);
  // Their ends could not be kept (hardened hosts), nor has Linux an answer for a socket that is
  // gone: there the call would go on.
  for (Call& call : f->parked) (void)call.listener->answer_error(call.id, EBADF);
  files_.erase(it);
  hot_.set(inode, 0);
  loop_.remove_closing(f->our_end());
  forget_end(*f);
  waiting_.erase(inode);
  uneven_.erase(inode);
  if (on_close) on_close(*f);
}

void FileTable::release_held(Nanos until) {
  std::erase_if(holding_, [&](uint64_t inode) {
    ProgramFile* f = by_inode(inode);
    Turns* turns = f ? f->turns() : nullptr;
    if (!turns || !turns->held().listener) return true;
    if (turns->held().since > until) return false;
    turns->disappointed();
    turns->answer();
    f->heat();
    return true;
  });
}

bool FileTable::any_held(const Clock& clock) {
  if (holding_.empty()) return false;
  release_held(clock.monotonic() - kHeldMost);
  return !holding_.empty();
}

void FileTable::cool_senders() {
  for (uint64_t inode : std::exchange(senders_, {}))
    if (ProgramFile* f = by_inode(inode); f && f->socket()) f->socket()->cool();
}

void FileTable::look_for_lost_tokens() {
  absl::erase_if(lenders_, [&](uint64_t inode) {
    ProgramFile* f = by_inode(inode);
    if (f && f->stream()) f->stream()->look_for_lost_tokens();
    return !f;
  });
}

bool FileTable::is_socket(Thread& thread, int fd) {
  return fd >= 0 && socket_inode_of_fd(thread.tid, fd) != 0;
}

void FileTable::erase_waiting(const std::function<bool(ProgramFile&)>& done) {
  absl::erase_if(waiting_, [&](uint64_t inode) {
    ProgramFile* f = by_inode(inode);
    return !f || done(*f);
  });
}

namespace {

// Tells the sockets among the descriptors of one thread; false when they can't be seen though it
// lives.
bool sockets_of(const std::string& path, pid_t tid,
                const std::function<void(int fd, uint64_t inode)>& found) {
  DIR* dir = opendir(path.c_str());
  if (!dir) return errno == ENOENT || errno == ESRCH || is_ending(tid);
  while (dirent* e = readdir(dir))
    if (e->d_name[0] != '.') {
      const int fd = std::atoi(e->d_name);
      if (const uint64_t inode = socket_inode_of_fd(tid, fd)) found(fd, inode);
    }
  closedir(dir);
  return true;
}

}  // namespace

bool FileTable::sweep() {
  processes_.adopt_unseen();  // a child that has made no call yet may hold what its parent closed
  struct Place {
    pid_t tgid, tid;
    int fd;
  };
  absl::flat_hash_map<uint64_t, Place> places;
  bool all = true;
  processes_.for_each([&](Process& p) {
    // By thread: a leader that has ended shows no descriptors, a thread may have a table of its
    // own.
    for (pid_t tid : list_pids(fmt::format("/proc/{}/task", p.tgid)))
      all = sockets_of(fmt::format("/proc/{}/task/{}/fd", p.tgid, tid), tid,
                       [&](int fd, uint64_t inode) {
                         if (swept_.contains(inode))
                           places.try_emplace(inode, Place{p.tgid, tid, fd});
                       }) &&
            all;
  });
  if (!all) return true;
  std::vector<uint64_t> closed;
  bool missing = false;
  for (uint64_t inode : swept_) {
    ProgramFile& f = *files_.at(inode);
    if (auto it = places.find(inode); it != places.end()) {
      f.missed_ = 0;
      if (still_there(f)) continue;
      f.seen_tgid_ = it->second.tgid;
      f.seen_tid_ = it->second.tid;
      f.seen_fd_ = it->second.fd;
      continue;
    }
    // One that is on its way to another process in a UNIX socket's queue is nobody's for a moment.
    missing = true;
    // Nor is one whose program was killed in the call that we serve: that goes on with its file.
    if (++f.missed_ >= kMissesToClose && inode != found_) closed.push_back(inode);
  }
  for (uint64_t inode : closed) close(inode);
  if (!closed.empty()) to_skip_ = 0;
  return missing;
}

bool FileTable::any_missing() {
  bool missing = false;
  for (uint64_t inode : swept_) {
    ProgramFile& f = *files_.at(inode);
    if (still_there(f))
      f.missed_ = 0;
    else
      missing = true;
  }
  return missing;
}

void FileTable::sweep_sometimes() {
  if (!any_missing()) return;
  if (held_count_ == 0 && skipped_++ < to_skip_) return;
  skipped_ = 0;
  to_skip_ = std::min(to_skip_ * 2 + 1, kMaxSkipped);
  sweep();
}

void FileTable::process_gone(pid_t tgid) {
  for (uint64_t inode : swept_)
    if (sweep_due_ || files_.at(inode)->seen_tgid_ == tgid) {
      sweep_due_ = true;
      return;
    }
}

void FileTable::sweep_now_or_later(const Clock& clock) {
  const Nanos begin = clock.monotonic();
  if (begin < not_before_) return;
  sweep_due_ = false;
  sweep_for_conflict();
  const Nanos end = clock.monotonic();
  not_before_ = end + (end - begin) * kRestPerSweep;
}

}  // namespace unetns
