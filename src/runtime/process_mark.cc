#include "runtime/process_mark.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "runtime/creds.h"

namespace unetns {
namespace {

// The mark is a soft RLIMIT_RTTIME: far above any limit that a program would set, and below
// "unlimited". Bits 40-61 hold the supervisor's pid.
constexpr uint64_t kMarkBit = 1ull << 62;
constexpr uint64_t kIdMask = (1ull << 40) - 1;

uint64_t base(pid_t supervisor) { return kMarkBit | static_cast<uint64_t>(supervisor) << 40; }

}  // namespace

bool write_mark(pid_t supervisor, pid_t pid, uint64_t net_id) {
  rlimit limit{};
  if (prlimit(pid, RLIMIT_RTTIME, nullptr, &limit) != 0) return false;
  limit.rlim_cur = base(supervisor) | (net_id & kIdMask);
  return prlimit(pid, RLIMIT_RTTIME, &limit, nullptr) == 0;
}

std::optional<uint64_t> read_mark(pid_t supervisor, pid_t pid) {
  rlimit limit{};
  if (prlimit(pid, RLIMIT_RTTIME, nullptr, &limit) != 0) return std::nullopt;
  if (limit.rlim_cur == RLIM_INFINITY || (limit.rlim_cur & ~kIdMask) != base(supervisor))
    return std::nullopt;
  return limit.rlim_cur & kIdMask;
}

bool is_marked() {
  // getrlimit(2) hides the mark from who bears it.
  std::ifstream limits("/proc/self/limits");
  constexpr std::string_view kName = "Max realtime timeout";
  for (std::string line; std::getline(limits, line);)
    if (line.starts_with(kName))  // the soft limit, or "unlimited"
      return (std::strtoull(line.c_str() + kName.size(), nullptr, 10) & kMarkBit) != 0;
  return false;
}

bool write_creds_mark(pid_t pid, uint32_t number) {
  rlimit limit{};
  if (prlimit(pid, RLIMIT_MSGQUEUE, nullptr, &limit) != 0 || limit.rlim_max < number) return false;
  limit.rlim_cur = limit.rlim_max - number;
  return prlimit(pid, RLIMIT_MSGQUEUE, &limit, nullptr) == 0;
}

uint32_t read_creds_mark(pid_t pid) {
  rlimit limit{};
  if (prlimit(pid, RLIMIT_MSGQUEUE, nullptr, &limit) != 0) return 0;
  const uint64_t below = limit.rlim_max - limit.rlim_cur;
  return below < CredsTable::kMax ? static_cast<uint32_t>(below) : 0;
}

namespace {

// ioprio_set(2): IOPRIO_WHO_PROCESS, and a class above a level. Class 0 is none.
constexpr int kWhoProcess = 1;
constexpr long kClassShift = 13, kBestEffort = 2, kThreadMark = kBestEffort << kClassShift | 4;

long io_priority(pid_t tid) { return syscall(SYS_ioprio_get, kWhoProcess, tid); }
bool set_io_priority(pid_t tid, long value) {
  return syscall(SYS_ioprio_set, kWhoProcess, tid, value) == 0;
}

}  // namespace

bool mark_thread(pid_t tid) {
  const long now = io_priority(tid);
  return now >= 0 && now >> kClassShift == 0 && set_io_priority(tid, kThreadMark);
}

bool is_thread_marked(pid_t tid) { return io_priority(tid) == kThreadMark; }

void unmark_thread(pid_t tid) {
  if (is_thread_marked(tid)) set_io_priority(tid, 0);
}

}  // namespace unetns
