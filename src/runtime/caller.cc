#include "runtime/caller.h"

#include <unistd.h>

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
  return thread_.process->creds.effective >> capability & 1;
}

Result<NetRef> ThreadCaller::net_from_fd(int fd) const {
  FileRef ref = supervisor_.files().find(thread_, fd);
  if (!ref.file) return fail(fd < 0 ? EBADF : EINVAL);
  NetHandle* handle = ref.file->net_handle();
  if (!handle) return fail(EINVAL);
  return handle->net();
}

}  // namespace unetns
