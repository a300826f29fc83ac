#include "runtime/proc_status.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "host/unique_fd.h"

namespace unetns {
namespace {

long field(const std::string& text, const char* name) {
  const size_t at = text.find(name);
  return at == std::string::npos ? 0
                                 : std::strtol(text.c_str() + at + std::strlen(name), nullptr, 10);
}

uint64_t hex_field(const std::string& text, const char* name) {
  const size_t at = text.find(name);
  return at == std::string::npos
             ? 0
             : std::strtoull(text.c_str() + at + std::strlen(name), nullptr, 16);
}

}  // namespace

std::optional<std::string> read_whole(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t n = read(fd.get(), buffer, sizeof buffer);
    if (n < 0) return std::nullopt;
    if (n == 0) return text;
    text.append(buffer, static_cast<size_t>(n));
  }
}

PendingSignal deliverable_signal(pid_t tid) {
  auto text = read_whole(fmt::format("/proc/{}/status", tid));
  if (!text) return {};
  const uint64_t open = ~hex_field(*text, "\nSigBlk:");
  const auto tgid = static_cast<pid_t>(field(*text, "\nTgid:"));
  if (hex_field(*text, "\nSigPnd:") & open) return {Pending::kThread, tgid};
  if (hex_field(*text, "\nShdPnd:") & open) return {Pending::kProcess, tgid};
  return {};
}

std::optional<ProcStatus> read_proc_status(pid_t tid) {
  auto text = read_whole(fmt::format("/proc/{}/status", tid));
  if (!text) return std::nullopt;
  ProcStatus s;
  s.tgid = static_cast<pid_t>(field(*text, "\nTgid:"));
  s.parent = static_cast<pid_t>(field(*text, "\nPPid:"));
  if (s.tgid <= 0) return std::nullopt;
  s.dead = text->find("\nState:\tZ") != std::string::npos && field(*text, "\nThreads:") <= 1;
  return s;
}

bool is_ending(pid_t tid) {
  auto text = read_whole(fmt::format("/proc/{}/status", tid));
  return !text || text->find("\nVmSize:") == std::string::npos;
}

bool is_child_of_thread(pid_t pid, pid_t tid, pid_t child) {
  auto text = read_whole(fmt::format("/proc/{}/task/{}/children", pid, tid));
  return text && (" " + *text).find(fmt::format(" {} ", child)) != std::string::npos;
}

std::vector<pid_t> list_pids(const std::string& path) {
  std::vector<pid_t> out;
  DIR* dir = opendir(path.c_str());
  if (!dir) return out;
  while (dirent* e = readdir(dir))
    if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
      out.push_back(static_cast<pid_t>(std::atoi(e->d_name)));
  closedir(dir);
  return out;
}

std::optional<std::string> read_link(const std::string& path) {
  char buffer[4096];
  const ssize_t n = readlink(path.c_str(), buffer, sizeof buffer);
  if (n < 0) return std::nullopt;
  return std::string(buffer, static_cast<size_t>(n));
}

uint64_t socket_inode_of_fd(pid_t tid, int fd) {
  char path[64], buffer[64];
  *fmt::format_to(path, "/proc/{}/fd/{}", tid, fd) = 0;
  const ssize_t n = readlink(path, buffer, sizeof buffer - 1);
  if (n <= 8 || std::memcmp(buffer, "socket:[", 8) != 0) return 0;
  buffer[n] = 0;
  return std::strtoull(buffer + 8, nullptr, 10);
}

int flags_of_fd(pid_t tid, int fd) {
  const auto text = read_whole(fmt::format("/proc/{}/fdinfo/{}", tid, fd));
  if (!text) return 0;
  const size_t at = text->find("flags:");
  return at == std::string::npos
             ? 0
             : static_cast<int>(std::strtol(text->c_str() + at + 6, nullptr, 8));
}

pid_t pid_of_pidfd(pid_t tid, int fd) {
  auto link = read_link(fmt::format("/proc/{}/fd/{}", tid, fd));
  if (!link || (*link != "anon_inode:[pidfd]" && link->rfind("pidfd:", 0) != 0)) return 0;
  auto text = read_whole(fmt::format("/proc/{}/fdinfo/{}", tid, fd));
  return text ? static_cast<pid_t>(field(*text, "\nPid:")) : 0;
}

}  // namespace unetns
