// The multicast groups that sockets joined, between those who know them (IGMP) and those who tell
// programs of them (InetLayer).
#ifndef UNETNS_INET_IP_GROUP_FACTS_H_
#define UNETNS_INET_IP_GROUP_FACTS_H_

#include <functional>

#include "base/ip_address.h"
#include "env/clock.h"

namespace unetns {

class NetDevice;

class GroupEvents {
 public:
  virtual ~GroupEvents() = default;
  // The first member came, or the last one left, which had come at `since`.
  virtual void group_changed(NetDevice& dev, const Ipv4Address& group, Nanos since, bool left) = 0;
};

class GroupFacts {
 public:
  virtual ~GroupFacts() = default;
  // The all-hosts group, which every device is in while it is up, is not among them.
  virtual void for_each_group(
      const NetDevice& dev,
      const std::function<void(const Ipv4Address& group, Nanos since)>& fn) const = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_GROUP_FACTS_H_
