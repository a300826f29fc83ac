// Publisher: ports of the host whose connections are forwarded to servers inside (`--publish`).
#ifndef UNETNS_RUNTIME_PUBLISH_H_
#define UNETNS_RUNTIME_PUBLISH_H_

#include <list>
#include <memory>
#include <string>

#include "base/result.h"
#include "machine/machine.h"
#include "runtime/accepting.h"
#include "runtime/host_relay.h"
#include "runtime/publish_rule.h"

namespace unetns {

class Publisher {
 public:
  using FindNet = std::function<Net*(const std::string& name)>;  // null: not there (yet)
  Publisher(EventLoop& loop, Kernel& machine, FindNet find)
      : loop_(loop), machine_(machine), find_(std::move(find)) {}
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // The port of the host that was taken. The text of an error is for the user.
  Result<uint16_t> publish(const PublishRule& rule);
  size_t connections() const { return relays_.size(); }

 private:
  static constexpr size_t kMaxConnections = 4096;
  void taken(const PublishRule& rule, UniqueFd fd);
  Result<std::unique_ptr<StreamSocket>> connect_inside(const PublishRule& rule);
  EventLoop& loop_;
  Kernel& machine_;
  FindNet find_;
  std::list<Accepting> ports_;
  std::list<HostRelay> relays_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PUBLISH_H_
