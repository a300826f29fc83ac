// ConfControl: reads and changes the per-device settings of IPv4, with Linux's rules of fan-out,
// and announces changes (RTM_NEWNETCONF).
#ifndef UNETNS_INET_CONF_CONF_CONTROL_H_
#define UNETNS_INET_CONF_CONF_CONTROL_H_

#include <string>
#include <string_view>
#include <vector>

#include "inet/inet_state.h"

namespace unetns {

class ConfControl {
 public:
  explicit ConfControl(InetContext& context) : context_(context) {}

  std::vector<std::string> names() const;
  Result<int32_t> get(Net& net, std::string_view dev, std::string_view name) const;
  Result<void> set(Net& net, std::string_view dev, std::string_view name, int32_t value);
  void put(NetDevice& dev, int id, int32_t value);  // tells nobody
  // Forwarding of "all", "default" and every device.
  void set_forwarding(Net& net, int32_t value);

  Result<NetconfInfo> info(Net& net, int ifindex) const;
  std::vector<int32_t> values(const NetDevice& dev) const;
  void announce_device(NetDevice& dev, bool deleted);

 private:
  NetconfInfo describe(int ifindex, const DevConf& conf) const;
  void announce(Net& net, int ifindex, const DevConf& conf, int attribute);
  void follow_default(Net& net, int id, int32_t value);
  NetDevice* device(Net& net, std::string_view name) const;
  InetContext& context_;
};

}  // namespace unetns

#endif  // UNETNS_INET_CONF_CONF_CONTROL_H_
