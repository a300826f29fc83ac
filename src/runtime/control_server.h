// ControlServer: the supervisor's end of a named machine's control socket. Only its own user may
// speak to it.
#ifndef UNETNS_RUNTIME_CONTROL_SERVER_H_
#define UNETNS_RUNTIME_CONTROL_SERVER_H_

#include <absl/container/flat_hash_map.h>

#include <string>
#include <vector>

#include "host/unique_fd.h"
#include "runtime/accepting.h"
#include "runtime/control_message.h"
#include "runtime/supervisor.h"

namespace unetns {

class ControlServer {
 public:
  struct Facts {
    int64_t since = 0;      // seconds of the epoch
    std::string directory;  // for ControlReply::text
    bool carrier = false, accelerator = false;
  };
  ControlServer(Supervisor& supervisor, UniqueFd socket, Facts facts)
      : supervisor_(supervisor),
        facts_(std::move(facts)),
        accepting_(supervisor.loop(), supervisor.env().timers, std::move(socket),
                   [this](UniqueFd fd) { taken(std::move(fd)); }) {}
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  Result<void> start();

  bool down_asked() const { return !waiting_.empty(); }
  // Those who asked for the end: their connections close when it has come.
  std::vector<UniqueFd> take_waiting() { return std::exchange(waiting_, {}); }

 private:
  struct Client {
    UniqueFd fd;
    pid_t pid = 0;
  };
  void taken(UniqueFd fd);
  void request(int client);
  void drop(int client);
  ControlReply serve(const Client& client, const ControlRequest& request, UniqueFd fd);
  Result<NetRef> net_named(std::string_view name);
  Result<void> attach(const Client& client, pid_t program, std::string_view netns, UniqueFd fd);

  Supervisor& supervisor_;
  Facts facts_;
  Accepting accepting_;
  absl::flat_hash_map<int, Client> clients_;
  std::vector<UniqueFd> waiting_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_CONTROL_SERVER_H_
