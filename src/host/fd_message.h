// Messages of UNIX sockets with a descriptor along (unix(7), SCM_RIGHTS).
#ifndef UNETNS_HOST_FD_MESSAGE_H_
#define UNETNS_HOST_FD_MESSAGE_H_

#include "base/bytes.h"
#include "base/result.h"
#include "host/unique_fd.h"

namespace unetns {

// `fd`: passed along when not negative. The error of sendmsg(2).
Result<void> send_with_fd(int socket, Bytes message, int fd = -1);
struct FdMessage {
  size_t size = 0;  // 0: the other side has closed
  UniqueFd fd;
};
Result<FdMessage> receive_with_fd(int socket, MutableBytes out);

}  // namespace unetns

#endif  // UNETNS_HOST_FD_MESSAGE_H_
