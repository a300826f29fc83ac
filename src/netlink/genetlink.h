// NETLINK_GENERIC with its controller, which knows no family but itself (linux/genetlink.h).
#ifndef UNETNS_NETLINK_GENETLINK_H_
#define UNETNS_NETLINK_GENETLINK_H_

#include "netlink/protocol.h"

namespace unetns {

class NetlinkLayer;

class GenericNetlink final : public NetlinkProtocol {
 public:
  explicit GenericNetlink(const NetlinkLayer& layer) : layer_(layer) {}
  int number() const override { return NETLINK_GENERIC; }
  uint32_t group_count() const override { return 32; }
  bool nonroot_receive() const override { return true; }
  Result<Served> serve(NlRequest& request) override;

 private:
  const NetlinkLayer& layer_;
};

}  // namespace unetns

#endif  // UNETNS_NETLINK_GENETLINK_H_
