// One netlink message of a program on its way through a protocol's handlers.
#ifndef UNETNS_NETLINK_REQUEST_H_
#define UNETNS_NETLINK_REQUEST_H_

#include <linux/netlink.h>

#include <algorithm>

#include "netns/caller.h"
#include "nlmsg/attr_set.h"

namespace unetns {

class NetlinkSocket;

struct NlRequest {
  NetlinkSocket& socket;
  Net& net;  // the socket's
  const Caller& caller;
  nlmsghdr header;
  Bytes message;               // header included, cut at nlmsg_len
  bool strict;                 // NETLINK_GET_STRICT_CHK
  mutable ParseNotes notes{};  // what parsing it adds to the ack

  Bytes payload() const { return message.subspan(NLMSG_HDRLEN); }
  bool flag(uint16_t f) const { return (header.nlmsg_flags & f) == f; }
  Strictness strictness() const { return strict ? Strictness::kStrict : Strictness::kLiberal; }

  // The fixed part behind the header. `text` is the extended ack when the message is shorter.
  template <class T>
  Result<T> fixed(const char* text = "Invalid header length") const {
    if (payload().size() < sizeof(T)) return fail(EINVAL, text);
    return load<T>(payload().data());
  }
  // As much of it as there is, the rest zero: for dumps that take a bare rtgenmsg.
  template <class T>
  T lenient_fixed() const {
    T out{};
    std::memcpy(&out, payload().data(), std::min(sizeof(T), payload().size()));
    return out;
  }
  // The attributes behind a fixed part of that many bytes; empty when the message ends before.
  Result<AttrSet> attrs(size_t fixed_size, PolicyTable policy, Strictness strictness) const {
    const size_t start = std::min<size_t>(NLMSG_HDRLEN + NLMSG_ALIGN(fixed_size), message.size());
    return parse_attrs(message.subspan(start), policy, strictness, static_cast<uint32_t>(start),
                       &notes);
  }
};

}  // namespace unetns

#endif  // UNETNS_NETLINK_REQUEST_H_
