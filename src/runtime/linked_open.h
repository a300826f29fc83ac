// Opening for a program what a symbolic link of its own in /run/netns leads to. The supervisor
// opens it, so nothing may be reached that the program could not open itself, nor may it block.
#ifndef UNETNS_RUNTIME_LINKED_OPEN_H_
#define UNETNS_RUNTIME_LINKED_OPEN_H_

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "host/unique_fd.h"

namespace unetns {

// `path` is absolute and lies outside of our trees; `tid`: the program's thread, on whose behalf.
// Regular files, directories and character devices. EACCES for what is another user's business
// (the thread runs as another user than we), and for files in /proc that are not the thread's own
// process's; ENXIO for FIFOs, sockets and block devices.
Result<UniqueFd> open_linked(const std::string& path, int flags, unsigned mode, pid_t tgid,
                             pid_t tid);

// `name` below the directory `base`, through no symbolic link: ENOTDIR, ELOOP at the end; nor
// above it: EXDEV. FIFOs do not block.
Result<UniqueFd> open_beneath(int base, std::string_view name, int flags, unsigned mode);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_LINKED_OPEN_H_
