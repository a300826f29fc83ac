#include "runtime/file_table.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <absl/container/flat_hash_set.h>

#include "runtime/proc_status.h"

namespace unetns {
namespace {
constexpr int kMissesToClose = 2;
}  // namespace

FileTable::~FileTable() {
  for (auto& [inode, f] : files_) loop_.remove(f->our_end());
}

Result<UniqueFd> FileTable::add(std::unique_ptr<ProgramFile> file, bool nonblock, bool reachable) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return fail(errno);
  UniqueFd theirs(pair[0]);
  file->ours_ = UniqueFd(pair[1]);
  fcntl(pair[1], F_SETFL, O_NONBLOCK);
  if (nonblock) fcntl(pair[0], F_SETFL, O_NONBLOCK);
  struct stat st {};
  if (fstat(pair[0], &st) != 0) return fail(errno);
  file->inode_ = st.st_ino;
  if (reachable && !can_getfd_) {
    file->held_ = UniqueFd(fcntl(pair[0], F_DUPFD_CLOEXEC, 0));
    if (!file->held_) return fail(errno);
  }
  const uint64_t inode = st.st_ino;
  auto added =
      loop_.add(pair[1], EPOLLIN, [this, inode](uint32_t events) { event(inode, events); });
  if (!added) return std::unexpected(added.error());
  if (file->held_) ++held_count_;
  files_[inode] = std::move(file);
  return theirs;
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

FileRef FileTable::find(Thread& thread, int fd) {
  FileRef out;
  if (fd < 0) return out;
  if (can_getfd_ && thread.process->pidfd) {
    if (UniqueFd copy = borrow(thread, fd)) {
      struct stat st {};
      if (fstat(copy.get(), &st) != 0 || !S_ISSOCK(st.st_mode)) return out;
      out.file = by_inode(st.st_ino);
      if (out.file) out.borrowed = std::move(copy);
      return out;
    }
    // We are out of descriptors, or can't reach the thread's: the file is still found by name, only
    // not its end.
    if (errno == EBADF && thread.tid == thread.process->tgid) return out;
  }
  const uint64_t inode = socket_inode_of_fd(thread.tid, fd);
  if (!inode) return out;
  out.file = by_inode(inode);
  if (out.file && out.file->held_) out.held = out.file->held_.get();
  return out;
}

ProgramFile* FileTable::by_inode(uint64_t inode) {
  auto it = files_.find(inode);
  return it == files_.end() ? nullptr : it->second.get();
}

void FileTable::want_write(ProgramFile& file, bool on) {
  if (file.want_write_ == on) return;
  file.want_write_ = on;
  loop_.modify(file.our_end(), on ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void FileTable::mark_dirty(ProgramFile& file) {
  if (file.dirty) return;
  file.dirty = true;
  dirty_.push_back(file.inode());
}

void FileTable::event(uint64_t inode, uint32_t events) {
  ProgramFile* f = by_inode(inode);
  if (!f) return;
  const bool more = (events & EPOLLIN) && f->readable();
  if (events & (EPOLLHUP | EPOLLERR)) {
    if (!more) close(inode);  // else the event comes again
    return;
  }
  if (events & EPOLLOUT) {
    want_write(*f, false);
    mark_dirty(*f);
  }
}

void FileTable::close(uint64_t inode) {
  auto it = files_.find(inode);
  if (it == files_.end()) return;
  std::unique_ptr<ProgramFile> f = std::move(it->second);
  files_.erase(it);
  loop_.remove(f->our_end());
  if (f->held_) --held_count_;
  if (on_close) on_close(*f);
}

bool FileTable::is_socket(Thread& thread, int fd) {
  return fd >= 0 && socket_inode_of_fd(thread.tid, fd) != 0;
}

namespace {

// Collects the sockets among the descriptors of one thread; false when they can't be seen though it
// lives.
bool sockets_of(const std::string& path, pid_t tid, absl::flat_hash_set<uint64_t>& out) {
  DIR* dir = opendir(path.c_str());
  if (!dir) return errno == ENOENT || errno == ESRCH;
  while (dirent* e = readdir(dir))
    if (e->d_name[0] != '.')
      if (uint64_t inode = socket_inode_of_fd(tid, std::atoi(e->d_name))) out.insert(inode);
  closedir(dir);
  return true;
}

}  // namespace

void FileTable::sweep() {
  processes_.adopt_unseen();  // a child that has made no call yet may hold what its parent closed
  absl::flat_hash_set<uint64_t> seen;
  bool all = true;
  processes_.for_each([&](Process& p) {
    // By thread: a leader that has ended shows no descriptors, a thread may have a table of its
    // own.
    for (pid_t tid : list_pids(fmt::format("/proc/{}/task", p.tgid)))
      all = sockets_of(fmt::format("/proc/{}/task/{}/fd", p.tgid, tid), tid, seen) && all;
  });
  if (!all) return;
  std::vector<uint64_t> closed;
  for (auto& [inode, f] : files_) {
    if (!f->held_) continue;
    // One that is on its way to another process in a UNIX socket's queue is nobody's for a moment.
    f->missed_ = seen.contains(inode) ? 0 : f->missed_ + 1;
    if (f->missed_ >= kMissesToClose) closed.push_back(inode);
  }
  for (uint64_t inode : closed) close(inode);
}

}  // namespace unetns
