#include "runtime/listener.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include "runtime/stay_here.h"

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif
#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif
#ifndef SECCOMP_ADDFD_FLAG_SEND
#define SECCOMP_ADDFD_FLAG_SEND (1UL << 1)
#endif

namespace unetns {

Listener::Listener(UniqueFd fd) : fd_(std::move(fd)) {
  sync_ = ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP) == 0;
}

Result<seccomp_notif> Listener::receive() {
  seccomp_notif n{};
  if (ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_RECV, &n) < 0) return fail(errno);
  return n;
}

Result<void> Listener::send(const seccomp_notif_resp& response) {
  if (ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response) < 0) return fail(errno);
  return {};
}

Result<void> Listener::answer(uint64_t id, int64_t value) {
  return send({.id = id, .val = value, .error = 0, .flags = 0});
}

Result<void> Listener::answer_error(uint64_t id, int err) {
  return send({.id = id, .val = 0, .error = -err, .flags = 0});
}

Result<void> Listener::answer_native(uint64_t id) {
  return send({.id = id, .val = 0, .error = 0, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE});
}

namespace {

seccomp_notif_addfd addfd(uint64_t id, int fd, bool cloexec, uint32_t flags, int at = 0) {
  seccomp_notif_addfd add{};
  add.id = id;
  add.flags = flags;
  add.srcfd = static_cast<__u32>(fd);
  add.newfd = static_cast<__u32>(at);
  add.newfd_flags = cloexec ? O_CLOEXEC : 0;
  return add;
}

}  // namespace

// In one step; where handing over is known (6.6) in two, since then the thread stays in the kernel
// in between: until it goes on nobody can see that it was kept here.
Result<int> Listener::install_and_answer(seccomp_notif_addfd add, pid_t tid) {
  if (!sync_) {
    add.flags |= SECCOMP_ADDFD_FLAG_SEND;
    const int n = ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ADDFD, &add);
    if (n < 0) return fail(errno);
    return n;
  }
  int n = -1;
  {
    const StayHere here(tid);
    n = ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ADDFD, &add);
    if (n < 0) return fail(errno);
  }
  UNETNS_TRY(answer(add.id, n));
  return n;
}

Result<int> Listener::answer_fd(uint64_t id, pid_t tid, int fd, bool cloexec) {
  return install_and_answer(addfd(id, fd, cloexec, 0), tid);
}

Result<int> Listener::answer_fd_at(uint64_t id, pid_t tid, int fd, int at, bool cloexec) {
  return install_and_answer(addfd(id, fd, cloexec, SECCOMP_ADDFD_FLAG_SETFD, at), tid);
}

Result<void> Listener::replace_fd(uint64_t id, int fd, int at, bool cloexec) {
  const auto add = addfd(id, fd, cloexec, SECCOMP_ADDFD_FLAG_SETFD, at);
  if (ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ADDFD, &add) < 0) return fail(errno);
  return {};
}

bool Listener::valid(uint64_t id) const {
  return ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

}  // namespace unetns
