// Place: what a path of a program means to us.
#ifndef UNETNS_RUNTIME_PLACE_H_
#define UNETNS_RUNTIME_PLACE_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "netns/net.h"
#include "runtime/call.h"
#include "runtime/process_table.h"

namespace unetns {

class Supervisor;

struct Place {
  enum class Kind {
    kNative,      // none of our business
    kNetHandle,   // names a namespace: /proc/PID/ns/net, or a file on which one is mounted
    kVirtual,     // /proc/net, /proc/sys/net, /sys/class/net: `path` for VirtualFiles, in `net`
    kPrivate,     // in a tree of our own: really at `real`
    kTun,         // /dev/net/tun
    kIdMap,       // uid_map, gid_map, setgroups of a process
    kDescriptor,  // /proc/PID/fd/N: `pid`, `fd`
    kStatus,      // /proc/PID/status of a program of ours: `pid`
  };
  Kind kind = Kind::kNative;
  std::string path;  // absolute, normalised, as the program names it
  std::string real;
  NetRef net;
  pid_t pid = 0;
  int fd = -1;
};

// "." and "..", doubled and trailing slashes removed, without looking at any file system.
std::string normalise(std::string_view path);

// Reads the path at `address` and finds out what it means, relative to `dirfd` (AT_FDCWD: the
// working directory). EFAULT, ENAMETOOLONG.
Result<Place> find_place(Supervisor& s, Thread& t, const Call& c, int dirfd, uint64_t address);
// The same of a path that has been read.
Place find_place(Supervisor& s, Thread& t, int dirfd, const std::string& text);
Place classify(Supervisor& s, Thread& t, std::string_view absolute);
// Where the symbolic links lead that programs made in a directory of ours; ELOOP.
Result<Place> follow(Supervisor& s, Thread& t, Place place);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PLACE_H_
