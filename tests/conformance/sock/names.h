/* The system calls that a script may name. */
#ifndef UNETNS_TESTS_NAMES_H_
#define UNETNS_TESTS_NAMES_H_
#include <sys/syscall.h>

static const struct {
  const char* name;
  long number;
} kCalls[] = {
#define CALL(name) {#name, SYS_##name}
    CALL(socket),       CALL(socketpair),  CALL(bind),       CALL(connect),         CALL(listen),
    CALL(accept),       CALL(accept4),     CALL(getsockname), CALL(getpeername),    CALL(sendto),
    CALL(sendmsg),      CALL(sendmmsg),    CALL(recvfrom),   CALL(recvmsg),         CALL(recvmmsg),
    CALL(read),         CALL(write),       CALL(readv),      CALL(writev),          CALL(pread64),
    CALL(pwrite64),     CALL(preadv),      CALL(pwritev),    CALL(preadv2),         CALL(pwritev2),
    CALL(lseek),        CALL(shutdown),    CALL(setsockopt), CALL(getsockopt),      CALL(ioctl),
    CALL(fcntl),        CALL(fstat),       CALL(fstatfs),    CALL(ftruncate),       CALL(fsync),
    CALL(fdatasync),    CALL(mmap),        CALL(fallocate),  CALL(flock),           CALL(readlinkat),
    CALL(ppoll),        CALL(pselect6),    CALL(epoll_ctl),  CALL(epoll_create1),   CALL(epoll_pwait),
    CALL(sendfile),     CALL(splice),      CALL(tee),        CALL(vmsplice),        CALL(dup),
    CALL(dup3),         CALL(close),       CALL(close_range), CALL(pipe2),          CALL(fchmod),
    CALL(fchdir),       CALL(getdents64),  CALL(fadvise64),  CALL(readahead),       CALL(sync_file_range),
    CALL(copy_file_range), CALL(memfd_create), CALL(munmap), CALL(eventfd2),        CALL(fgetxattr),
    CALL(flistxattr),   CALL(fsetxattr),   CALL(statx),      CALL(newfstatat),      CALL(linkat),
    CALL(openat),       CALL(syncfs),      CALL(prlimit64),
#ifdef SYS_poll
    CALL(poll),         CALL(select),      CALL(dup2),       CALL(pipe),            CALL(epoll_wait),
    CALL(epoll_create),
#endif
#undef CALL
};

#endif
