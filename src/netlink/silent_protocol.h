// A protocol with nobody at the kernel's end: sockets can be made and talk to each other by port
// id.
#ifndef UNETNS_NETLINK_SILENT_PROTOCOL_H_
#define UNETNS_NETLINK_SILENT_PROTOCOL_H_

#include "netlink/protocol.h"

namespace unetns {

class SilentProtocol final : public NetlinkProtocol {
 public:
  SilentProtocol(int number, uint32_t groups, bool nonroot_send)
      : number_(number), groups_(groups), nonroot_send_(nonroot_send) {}
  int number() const override { return number_; }
  uint32_t group_count() const override { return groups_; }
  bool nonroot_send() const override { return nonroot_send_; }
  bool nonroot_receive() const override { return true; }
  bool has_kernel_side() const override { return false; }
  Result<Served> serve(NlRequest&) override { return fail(EOPNOTSUPP); }

 private:
  int number_;
  uint32_t groups_;
  bool nonroot_send_;
};

}  // namespace unetns

#endif  // UNETNS_NETLINK_SILENT_PROTOCOL_H_
