// IpOptionSet: the options of level IPPROTO_IP of one socket (ip(7)), and the groups it joined.
#ifndef UNETNS_SOCKET_INET_IP_OPTION_SET_H_
#define UNETNS_SOCKET_INET_IP_OPTION_SET_H_

#include <functional>

#include "socket/inet/inet_options.h"
#include "socket/inet/inet_parts.h"
#include "socket/socket.h"

namespace unetns {

class NetDevice;
struct GroupRequest;

class IpOptionSet {
 public:
  // Both are borrowed and must outlive it.
  IpOptionSet(Socket& socket, const InetParts& parts);
  ~IpOptionSet();  // leaves the groups

  Result<void> set(const Caller& caller, int name, Bytes value);
  // All but IP_MTU, which is its path's: `mtu` gives it.
  Result<ByteVector> get(int name, size_t max, const std::function<Result<uint32_t>()>& mtu) const;

  // IP_MSFILTER and MCAST_MSFILTER, which ask by what the program's buffer holds: a group, and how many sources it
  // has room for.
  Result<ByteVector> group_filter(int name, Bytes given) const;

  // What SOL_SOCKET asks of the family.
  Result<int> device_index(std::string_view name) const;
  std::string device_name(int ifindex) const;
  // Whether a program may bind to the address: EADDRNOTAVAIL. Gives its type (RTN_*).
  Result<uint8_t> check_bind(const Ipv4Address& address) const;

  InetOptions& values() { return values_; }
  const InetOptions& values() const { return values_; }

 private:
  bool stream() const { return socket_.type() == SOCK_STREAM; }
  Result<void> set_flag(int name, int v);
  Result<void> set_multicast_if(Bytes value);
  Result<void> change_membership(int name, Bytes value);
  Result<void> join(const GroupRequest& r, const SourceFilter<V4>& filter);
  Result<void> leave(const GroupRequest& r);
  Result<void> change_source(int name, const GroupRequest& r);
  Result<void> set_filter(const GroupRequest& r, const SourceFilter<V4>& filter);
  GroupMembership* membership(const GroupRequest& r);
  void apply(GroupMembership& m, SourceFilter<V4> filter);
  void give_up(GroupMembership* m);
  Result<NetDevice*> membership_device(int ifindex, const Ipv4Address& address,
                                       const Ipv4Address& group) const;
  NetDevice* device_with_address(const Ipv4Address& address) const;

  Socket& socket_;
  const InetParts& parts_;
  InetOptions values_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_IP_OPTION_SET_H_
