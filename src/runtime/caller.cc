#include "runtime/caller.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "runtime/net_handle.h"

namespace unetns {

uint32_t ThreadCaller::uid() const {
  return supervisor_.options().map_root ? thread_.process->creds.euid : geteuid();
}

uint32_t ThreadCaller::gid() const {
  return supervisor_.options().map_root ? thread_.process->creds.egid : getegid();
}

bool ThreadCaller::capable(int capability) const {
  if (!supervisor_.options().map_root) return geteuid() == 0;
  supervisor_.processes().settle_exec(*thread_.process);
  return thread_.process->creds.effective >> capability & 1;
}

Result<NetRef> ThreadCaller::net_from_fd(int fd) const {
  FileRef ref = supervisor_.files().find(thread_, fd);
  if (!ref.file) {
    // Of the host's, or none at all.
    const bool open =
        fd >= 0 &&
        faccessat(AT_FDCWD,
                  ("/proc/" + std::to_string(thread_.tid) + "/fd/" + std::to_string(fd)).c_str(),
                  F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    return fail(open ? EINVAL : EBADF);
  }
  NetHandle* handle = ref.file->net_handle();
  if (!handle) return fail(EINVAL);
  return handle->net();
}

}  // namespace unetns
