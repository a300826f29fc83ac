// Ipv6OptionSet: the options of level IPPROTO_IPV6 of one AF_INET6 socket (ipv6(7)). They are kept
// and given back; most concern packets of IPv6 alone, of which there are none.
#ifndef UNETNS_SOCKET_INET_IPV6_OPTION_SET_H_
#define UNETNS_SOCKET_INET_IPV6_OPTION_SET_H_

#include <functional>
#include <utility>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"

namespace unetns {

class Caller;
class IpOptionSet;
class NetdevLayer;
class Socket;

class Ipv6OptionSet {
 public:
  // Whose they are.
  struct Owner {
    const Socket& socket;
    NetdevLayer& netdevs;
    IpOptionSet& ip;  // some options are one with those of IPPROTO_IP
  };

  // All but IPV6_V6ONLY and IPV6_ADDRFORM, which are the socket's own.
  Result<void> set(const Owner& owner, const Caller& caller, int name, Bytes value);
  // `mtu`: that of the path. ENOTCONN.
  Result<ByteVector> get(const Owner& owner, int name, size_t max,
                         const std::function<Result<uint32_t>()>& mtu) const;

  bool pkt_info() const { return value(49) != 0; }        // IPV6_RECVPKTINFO
  bool multicast_loop() const { return value(19) != 0; }  // IPV6_MULTICAST_LOOP
  bool any() const { return !given_.empty(); }
  // An accepted socket is in no group and chose no device for them.
  Ipv6OptionSet inherited() const;

 private:
  struct Group {
    Ipv6Address address;
    int ifindex;
    bool operator==(const Group&) const = default;
  };
  int value(int name) const;
  Result<void> keep(int name, int value);
  Result<void> set_number(const Owner& owner, int name, Bytes value);
  Result<void> change_group(const Owner& owner, int name, Bytes value);
  Result<void> join(const Owner& owner, bool joins, const Group& group);

  std::vector<std::pair<int, int>> given_;  // name and value
  std::vector<Group> groups_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_IPV6_OPTION_SET_H_
