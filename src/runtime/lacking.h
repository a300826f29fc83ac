// What a call that was refused is called in the report of what programs asked for in vain
// (Unsupported). Nothing for a call that Linux refuses as well, or for want of a permission.
#ifndef UNETNS_RUNTIME_LACKING_H_
#define UNETNS_RUNTIME_LACKING_H_

#include <optional>
#include <string>

#include "socket/socket.h"

namespace unetns {

class Kernel;
class Unsupported;

// Has `unsupported` told of what programs ask a machine for by netlink. It must live longer.
void note_lacking(Kernel& machine, Unsupported& unsupported);

// "socket(AF_INET6, SOCK_STREAM)"; `type` without SOCK_NONBLOCK and SOCK_CLOEXEC.
std::optional<std::string> lacking_socket(int domain, int type, int protocol, int error);
// "setsockopt(SOL_TCP, TCP_MD5SIG)"; `call`: its name.
std::optional<std::string> lacking_option(const Socket& socket, const char* call, int level,
                                          int name, int error);
// "ioctl(SIOCETHTOOL)", on any socket.
std::optional<std::string> lacking_ioctl(unsigned request, int error);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_LACKING_H_
