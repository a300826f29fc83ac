// Options of level SOL_NETLINK, memberships, and the control messages that some of them ask for.
#include <linux/capability.h>
#include <linux/netlink.h>

#include <algorithm>

#include "netlink/netlink_layer.h"
#include "netlink/netlink_socket.h"
#include "socket/cmsg.h"

namespace unetns {

bool NetlinkSocket::is_member(uint32_t group) const {
  if (group == 0) return false;
  const size_t word = (group - 1) / 32;
  return word < groups_.size() && (groups_[word] >> ((group - 1) % 32) & 1);
}

bool NetlinkSocket::has_groups() const {
  return std::any_of(groups_.begin(), groups_.end(), [](uint32_t w) { return w != 0; });
}

void NetlinkSocket::membership_changed() {
  NetlinkTable& table = layer_.table(net());
  if (has_groups())
    table.add_member(protocol(), *this);
  else
    table.remove_member(protocol(), *this);
  layer_.drop_table_if_empty(net());
}

Result<void> NetlinkSocket::join(uint32_t group, bool on) {
  const uint32_t count = std::max(kernel_.group_count(), 32u);
  if (group == 0 || group > (count + 31) / 32 * 32) return fail(EINVAL);
  if (groups_.empty()) groups_.resize((count + 31) / 32);
  const uint32_t bit = 1u << ((group - 1) % 32);
  uint32_t& word = groups_[(group - 1) / 32];
  word = on ? word | bit : word & ~bit;
  membership_changed();
  return {};
}

bool* NetlinkSocket::flag_for(int name) {
  switch (name) {
    case NETLINK_PKTINFO:
      return &flags_.pktinfo;
    case NETLINK_BROADCAST_ERROR:
      return &flags_.broadcast_error;
    case NETLINK_NO_ENOBUFS:
      return &flags_.no_enobufs;
    case NETLINK_LISTEN_ALL_NSID:
      return &flags_.listen_all;
    case NETLINK_CAP_ACK:
      return &flags_.cap_ack;
    case NETLINK_EXT_ACK:
      return &flags_.ext_ack;
    case NETLINK_GET_STRICT_CHK:
      return &flags_.strict;
    default:
      return nullptr;
  }
}

Result<void> NetlinkSocket::set_option(const Caller& caller, int level, int name, Bytes value) {
  if (level != SOL_NETLINK) return Socket::set_option(caller, level, name, value);
  const int v = value.size() >= sizeof(int) ? load<int>(value.data()) : 0;
  if (name == NETLINK_ADD_MEMBERSHIP || name == NETLINK_DROP_MEMBERSHIP) {
    if (!kernel_.nonroot_receive() && !caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
    return join(static_cast<uint32_t>(v), name == NETLINK_ADD_MEMBERSHIP);
  }
  if (name == NETLINK_LISTEN_ALL_NSID && !caller.capable(CAP_NET_BROADCAST)) return fail(EPERM);
  bool* flag = flag_for(name);
  if (!flag) return fail(ENOPROTOOPT);
  *flag = v != 0;
  if (name == NETLINK_LISTEN_ALL_NSID) layer_.set_listens_everywhere(*this, *flag);
  if (name == NETLINK_NO_ENOBUFS && *flag) congested_ = false;
  return {};
}

Result<ByteVector> NetlinkSocket::get_option(const Caller& caller, int level, int name,
                                             size_t max) {
  if (level != SOL_NETLINK) return Socket::get_option(caller, level, name, max);
  if (name == NETLINK_LIST_MEMBERSHIPS) {
    // Nothing until the first membership gave the socket its groups.
    const auto* bytes = reinterpret_cast<const uint8_t*>(groups_.data());
    return ByteVector(bytes, bytes + groups_.size() * sizeof(uint32_t));
  }
  const bool* flag = flag_for(name);
  if (!flag) return fail(ENOPROTOOPT);
  if (max < sizeof(int)) return fail(EINVAL);
  const int v = *flag;
  const Bytes bytes = bytes_of(v);
  return ByteVector(bytes.begin(), bytes.end());
}

ByteVector NetlinkSocket::control_for(const Message& message) const {
  ByteVector out;
  if (options().timestamp || options().timestamp_ns || options().timestamping)
    put_timestamp_cmsgs(out, options(), message.tstamp);
  if (flags_.pktinfo)
    put_cmsg_value(out, SOL_NETLINK, NETLINK_PKTINFO, nl_pktinfo{.group = message.nl_group});
  if (flags_.listen_all && message.has_nsid)
    put_cmsg_value(out, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, message.nsid);
  if (options().pass_cred)
    put_cmsg_value(
        out, SOL_SOCKET, SCM_CREDENTIALS,
        ucred{.pid = message.cred_pid, .uid = message.cred_uid, .gid = message.cred_gid});
  return out;
}

}  // namespace unetns
