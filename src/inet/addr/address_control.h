// AddressControl: the IPv4 addresses of devices (ip-address(8)): additions, deletions, lifetimes,
// primaries and secondaries, and the routes that come and go with them.
#ifndef UNETNS_INET_ADDR_ADDRESS_CONTROL_H_
#define UNETNS_INET_ADDR_ADDRESS_CONTROL_H_

#include <functional>

#include "inet/fib/route_control.h"
#include "inet/inet_state.h"

namespace unetns {

// Told after an address came or went (before its messages are complete nothing may be changed).
class AddressObserver {
 public:
  virtual ~AddressObserver() = default;
  virtual void address_added(NetDevice& dev) = 0;
  virtual void last_address_gone(NetDevice& dev) = 0;
};

class AddressControl {
 public:
  using Entry = IfAddress<V4>;

  AddressControl(InetContext& context, RouteControl& routes, AddressObserver& observer)
      : context_(context), routes_(routes), observer_(observer) {}

  Result<void> add(Net& net, const AddrConfig& config, uint16_t nlm_flags);
  Result<void> del(Net& net, const AddrConfig& config);
  void for_each(Net& net, const std::function<void(const AddrInfo&)>& fn) const;

  void loopback_up(NetDevice& dev);  // gets 127.0.0.1/8 if it hasn't
  void device_up(NetDevice& dev);
  void device_renamed(NetDevice& dev);  // labels follow the name
  void remove_all(NetDevice& dev);

 private:
  Result<void> insert(InDevice& in, std::unique_ptr<Entry> entry);
  Result<void> change(InDevice& in, Entry& entry, const AddrConfig& config);
  void remove(InDevice& in, Entry& entry);
  void add_routes(InDevice& in, const Entry& entry);
  // `device_goes`: then nothing stays for the sake of other addresses.
  void del_routes(InDevice& in, const Entry& gone, bool device_goes = false);
  void arm_lifetimes(InDevice& in);
  void check_lifetimes(InDevice& in);
  AddrInfo describe(const InDevice& in, const Entry& entry) const;
  void tell(const InDevice& in, const Entry& entry, bool deleted) const;
  Nanos now() const { return context_.env().clock.monotonic(); }
  InetContext& context_;
  RouteControl& routes_;
  AddressObserver& observer_;
};

}  // namespace unetns

#endif  // UNETNS_INET_ADDR_ADDRESS_CONTROL_H_
