// How far setsockopt(2) reads a value: not all of it is, so a length that leads out of the
// program's memory need not be an error, and one that is refused is refused before the value is
// looked at.
#ifndef UNETNS_RUNTIME_OPTION_REACH_H_
#define UNETNS_RUNTIME_OPTION_REACH_H_

#include <cstddef>

namespace unetns {

struct SocketKind {
  int domain = 0, type = 0, protocol = 0;
};

// Bytes at the front of a value of `length` bytes that the option is made of. What no option of
// such a socket is, and what is refused for its length, has none.
size_t option_reach(const SocketKind& socket, int level, int name, size_t length);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_OPTION_REACH_H_
