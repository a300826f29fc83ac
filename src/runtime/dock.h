// Dock: where programs' TCP sockets arrive that the accelerator has made: UNIX sockets, which it
// connects to us, and whose names say what for (a unetns_hot_hello of preload/hot_layout.h).
// Nothing is passed along: while descriptors of UNIX sockets are on their way Linux looks for
// garbage at each closing, which takes as long as all the rest.
//
// Before that, a socket is known by its mark alone: its SO_INCOMING_CPU, which names the namespace
// where it was made. The first notified call about it makes it an ordinary one.
#ifndef UNETNS_RUNTIME_DOCK_H_
#define UNETNS_RUNTIME_DOCK_H_

#include <memory>
#include <string>

#include "env/timers.h"
#include "preload/hot_layout.h"
#include "runtime/supervisor.h"
#include "socket/stream_socket.h"

namespace unetns {

class StreamFile;

class Dock {
 public:
  static Result<std::unique_ptr<Dock>> create(Supervisor& supervisor, const std::string& directory);
  ~Dock();

  // Takes in all that have arrived.
  void serve();
  // A file that may have arrived just now; null: there is none.
  ProgramFile* known(uint64_t inode);
  // All that a process may have made so far.
  void know_all(Thread& thread);
  // The same of a program's socket; one that bears a mark becomes a file of ours. `end`: a copy of
  // it, -1: none.
  ProgramFile* know(Thread& thread, int fd, int end, uint64_t inode);

 private:
  // Listens under a name in a directory.
  struct Quay {
    UniqueFd socket;
    std::string path;
    UniqueFd name;  // O_PATH, when the path is by it
  };
  explicit Dock(Supervisor& supervisor);
  static Result<Quay> build(const std::string& path);
  void arrived(UniqueFd end, const unetns_hot_hello& hello);
  void connecting(UniqueFd end, const unetns_hot_hello& hello);
  void accepting(UniqueFd end, const unetns_hot_hello& hello);
  StreamFile* settle(UniqueFd end, uint64_t inode, std::unique_ptr<StreamSocket> socket,
                     const Thread* thread, int fd);
  Result<std::unique_ptr<StreamSocket>> make_socket(int mark, Thread* thread);
  bool serve_some();  // false: nobody is there any more
  Result<void> watch();
  Result<UniqueFd> join(int end);

  Supervisor& s_;
  Quay programs_, own_;
  Timer rest_;  // while there are no descriptors
};

// What the sockets of a thread's process are to be marked with. EINVAL: it must not make any, since
// its threads are in different namespaces, or its descriptors can't be reached.
Result<int> socket_mark(Supervisor& s, const Thread& thread);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_DOCK_H_
