// ControlDir: where the control sockets of a user's machines are: $XDG_RUNTIME_DIR/unetns, or
// /tmp/unetns-UID where there is none. Each machine has a directory with its socket and its log.
#ifndef UNETNS_RUNTIME_CONTROL_DIR_H_
#define UNETNS_RUNTIME_CONTROL_DIR_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "host/unique_fd.h"

namespace unetns {

class ControlDir {
 public:
  // Makes it if need be, mode 0700; not inside a machine. The text of an error is for the user:
  // above all when it belongs to somebody else.
  static Result<ControlDir> open();

  // Names of all that have a socket, dead ones included; sorted.
  std::vector<std::string> names() const;
  // Held while a machine's directory is made or removed. Blocks.
  Result<UniqueFd> lock() const;
  // A socket for a machine that isn't there; the supervisor is to listen(2) on it, as who does is
  // whom connect() sees. Requires lock().
  Result<UniqueFd> bind(const std::string& name) const;
  // ENOENT: there is none; ECONNREFUSED: its supervisor is dead; EPERM: it is another user's.
  Result<UniqueFd> connect(const std::string& name) const;
  // Removes the socket and the log. Requires lock().
  void remove(const std::string& name) const;
  // Removes the socket if nobody listens there any more; its log stays.
  void remove_if_dead(const std::string& name) const;

  std::string log_path(const std::string& name) const { return path_ + "/" + name + "/log"; }

 private:
  ControlDir(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  Result<UniqueFd> machine_dir(const std::string& name) const;
  std::string path_;
  UniqueFd fd_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_CONTROL_DIR_H_
