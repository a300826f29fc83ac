// What stands at the kernel's end of a netlink protocol (NETLINK_ROUTE, …).
#ifndef UNETNS_NETLINK_PROTOCOL_H_
#define UNETNS_NETLINK_PROTOCOL_H_

#include "netlink/request.h"

namespace unetns {

enum class Served : uint8_t {
  kDone,     // acknowledged if the request asks for it
  kDumping,  // NetlinkSocket::start_dump was called: NLMSG_DONE will end it
};

class NetlinkProtocol {
 public:
  virtual ~NetlinkProtocol() = default;
  virtual int number() const = 0;  // NETLINK_*
  virtual uint32_t group_count() const = 0;
  // Whether programs without CAP_NET_ADMIN may talk to each other / join groups
  // (NL_CFG_F_NONROOT_*).
  virtual bool nonroot_send() const { return false; }
  virtual bool nonroot_receive() const { return false; }
  // False: nobody is at the kernel's end (ECONNREFUSED).
  virtual bool has_kernel_side() const { return true; }
  virtual Result<Served> serve(NlRequest& request) = 0;
};

}  // namespace unetns

#endif  // UNETNS_NETLINK_PROTOCOL_H_
