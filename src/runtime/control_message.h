// What a machine's supervisor and the commands that work with it say to each other, over a
// SOCK_SEQPACKET UNIX socket: one request, one reply, any number of times.
#ifndef UNETNS_RUNTIME_CONTROL_MESSAGE_H_
#define UNETNS_RUNTIME_CONTROL_MESSAGE_H_

#include <cstdint>
#include <string_view>

#include "host/fd_message.h"

namespace unetns {

struct ControlRequest {
  static constexpr uint32_t kVersion = 0x756e0002;  // changes with the layout
  enum Op : uint32_t {
    kInfo,    // who are you?
    kEnter,   // how is a program started in `netns`?
    kAttach,  // here is the listener of the program `pid`, which waits: serve it, in `netns`
    kDown,    // end; the connection closes when all is gone
  };
  uint32_t version = kVersion;
  uint32_t op = kInfo;
  int32_t pid = 0;
  char netns[256] = {};
};

struct ControlReply {
  uint32_t version = ControlRequest::kVersion;
  int32_t error = 0;  // errno; 0: done
  int32_t pid = 0;    // the supervisor's
  uint32_t map_root = 0;
  uint32_t carrier = 0, accelerator = 0;  // libraries that lie in the directory
  int64_t since = 0;
  uint64_t programs = 0;
  uint64_t namespaces = 0;
  char text[4096] =
      {};  // of an error, for the user; for kEnter the directory of the libraries to preload
};

// Copies as much as fits, NUL-terminated.
template <size_t N>
void put_text(char (&to)[N], std::string_view text) {
  const size_t n = text.copy(to, N - 1);
  to[n] = 0;
}

}  // namespace unetns

#endif  // UNETNS_RUNTIME_CONTROL_MESSAGE_H_
