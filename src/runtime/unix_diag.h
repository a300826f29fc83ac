// Asks the host's kernel about its UNIX sockets (sock_diag(7)).
#ifndef UNETNS_RUNTIME_UNIX_DIAG_H_
#define UNETNS_RUNTIME_UNIX_DIAG_H_

#include <cstdint>

namespace unetns {

// The inode of the socket that the one with this inode is connected to; 0: none, or the kernel
// doesn't tell.
uint64_t unix_peer_inode(uint64_t inode);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_UNIX_DIAG_H_
