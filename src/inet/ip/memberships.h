// Which multicast groups a namespace listens to on which device. A count per group: sockets join
// and leave.
#ifndef UNETNS_INET_IP_MEMBERSHIPS_H_
#define UNETNS_INET_IP_MEMBERSHIPS_H_

#include <cstdint>
#include <map>
#include <utility>

#include "base/ip_address.h"

namespace unetns {

template <class F>
class Memberships {
 public:
  using Address = typename F::Address;
  void join(int ifindex, const Address& group) { ++count_[{ifindex, group}]; }
  void leave(int ifindex, const Address& group) {
    auto it = count_.find({ifindex, group});
    if (it != count_.end() && --it->second == 0) count_.erase(it);
  }
  // The all-hosts group needs no joining (RFC 1112).
  bool member(int ifindex, const Address& group) const {
    return is_all_hosts(group) || count_.contains({ifindex, group});
  }
  size_t size() const { return count_.size(); }
  // fn(group, users), by rising address.
  template <class Fn>
  void for_each(int ifindex, Fn&& fn) const {
    for (auto it = count_.lower_bound({ifindex, Address{}});
         it != count_.end() && it->first.first == ifindex; ++it)
      fn(it->first.second, it->second);
  }

  static bool is_all_hosts(const Ipv4Address& a) { return a.value() == 0xe0000001; }
  static bool is_all_hosts(const Ipv6Address& a) {  // ff01::1, ff02::1
    Ipv6Address all;
    all.bytes[0] = 0xff;
    all.bytes[1] = a.bytes[1] == 1 ? 1 : 2;
    all.bytes[15] = 1;
    return a == all;
  }

 private:
  std::map<std::pair<int, Address>, uint32_t> count_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_MEMBERSHIPS_H_
