// What programs hand over to join groups and to choose their senders: struct ip_mreq and its kin
// (ip(7)), group_req and its kin (RFC 3678).
#ifndef UNETNS_SOCKET_INET_GROUP_REQUEST_H_
#define UNETNS_SOCKET_INET_GROUP_REQUEST_H_

#include "base/bytes.h"
#include "base/result.h"
#include "inet/ip/memberships.h"

namespace unetns {

struct GroupRequest {
  Ipv4Address group, source;
  Ipv4Address address;  // of the device, unless its index is given
  int ifindex = 0;

  // Of the option `name`. EINVAL, EADDRNOTAVAIL.
  static Result<GroupRequest> parse(int name, Bytes value);
};

struct FilterRequest {  // IP_MSFILTER, MCAST_MSFILTER
  GroupRequest group;
  SourceFilter<V4> filter;

  // EINVAL; ENOBUFS with more than `most` sources.
  static Result<FilterRequest> parse(int name, Bytes value, size_t most);
};

struct FilterQuestion {  // the same two, with getsockopt(2)
  GroupRequest group;
  Bytes head;  // what comes before the sources
  bool plain = false;

  // EINVAL, EADDRNOTAVAIL.
  static Result<FilterQuestion> parse(int name, Bytes given);
  // The head with mode and number, and as many sources as were asked for.
  ByteVector answer(const SourceFilter<V4>& filter) const;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_GROUP_REQUEST_H_
