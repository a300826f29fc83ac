#include "runtime/launch.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "host/fd_message.h"

namespace unetns {
namespace {

// The filter passes a sendmsg whose unused arguments hold the pass word.
bool send_listener(int socket, int listener) {
  char byte = 'L';
  iovec vec{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
  msghdr m{};
  m.msg_iov = &vec;
  m.msg_iovlen = 1;
  m.msg_control = control;
  m.msg_controllen = sizeof control;
  cmsghdr* h = CMSG_FIRSTHDR(&m);
  h->cmsg_level = SOL_SOCKET;
  h->cmsg_type = SCM_RIGHTS;
  h->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(h), &listener, sizeof listener);
  return syscall(SYS_sendmsg, socket, &m, MSG_NOSIGNAL, kPassWord, kPassWord, kPassWord) == 1;
}

UniqueFd receive_listener(int socket, int* error) {
  char byte = 0;
  auto got = receive_with_fd(socket, mutable_bytes_of(byte));
  *error = got && got->size == 1 && byte != 'L' ? static_cast<uint8_t>(byte) : 0;
  return got ? std::move(got->fd) : UniqueFd();
}

[[noreturn]] void child(int socket, const std::vector<sock_filter>& program,
                        const std::function<void()>& body) {
  auto listener = install_filter(program);
  if (!listener) {
    const char code = static_cast<char>(listener.error().code);
    (void)!write(socket, &code, 1);
    _exit(125);
  }
  if (!send_listener(socket, listener->get())) _exit(125);
  listener->reset();
  char go = 0;
  if (read(socket, &go, 1) != 1) _exit(125);
  close(socket);
  body();
  _exit(0);
}

}  // namespace

Result<Launched> launch_function(const std::vector<sock_filter>& program,
                                 const std::function<void()>& body) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return fail(errno, "socketpair");
  UniqueFd ours(pair[0]), theirs(pair[1]);
  const pid_t pid = fork();
  if (pid < 0) return fail(errno, "fork");
  if (pid == 0) {
    ours.reset();
    child(theirs.get(), program, body);
  }
  theirs.reset();
  int error = 0;
  Launched out{pid, receive_listener(ours.get(), &error), {}};
  if (!out.listener) {
    int status;
    waitpid(pid, &status, 0);
    return fail(error ? error : EIO, "seccomp");
  }
  out.go = std::move(ours);
  return out;
}

Result<Launched> launch(const std::vector<std::string>& argv,
                        const std::vector<std::string>& environment, const FilterOptions& filter,
                        const sigset_t& mask, bool batch) {
  std::vector<char*> args, env;
  for (const std::string& a : argv) args.push_back(const_cast<char*>(a.c_str()));
  args.push_back(nullptr);
  for (const std::string& e : environment) env.push_back(const_cast<char*>(e.c_str()));
  for (char** e = environ; *e; e++) {
    bool replaced = false;
    for (const std::string& mine : environment) {
      const size_t name = mine.find('=') + 1;
      replaced = replaced || std::strncmp(*e, mine.c_str(), name) == 0;
    }
    if (!replaced) env.push_back(*e);
  }
  env.push_back(nullptr);
  return launch_function(build_filter(filter), [&] {
    const sched_param none{};
    if (batch && sched_getscheduler(0) == SCHED_OTHER) sched_setscheduler(0, SCHED_BATCH, &none);
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    execvpe(args[0], args.data(), env.data());
    const int error = errno;
    std::fprintf(stderr, "unetns: %s: %s\n", args[0], std::strerror(error));
    _exit(error == ENOENT ? 127 : 126);
  });
}

}  // namespace unetns
