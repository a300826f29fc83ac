#include "netlink/netlink_socket.h"

#include <linux/capability.h>
#include <linux/netlink.h>

#include "netlink/netlink_layer.h"
#include "socket/cmsg.h"
#include "socket/socket_filter.h"

namespace unetns {
namespace {

// What a queued message costs beyond its bytes (the kernel's struct sk_buff and shared info).
constexpr size_t kMessageOverhead = 512;
// Datagrams of a dump: readers with a buffer of one page exist (getifaddrs(3)).
constexpr size_t kDumpChunk = 3776;

size_t cost_of(const Message& message) { return message.data.size() + kMessageOverhead; }

uint32_t group_mask(uint32_t group) { return group >= 1 && group <= 32 ? 1u << (group - 1) : 0; }

}  // namespace

NetlinkSocket::NetlinkSocket(NetlinkLayer& layer, Net& net, int type, NetlinkProtocol& kernel)
    : Socket(net, AF_NETLINK, type, kernel.number()), layer_(layer), kernel_(kernel) {}

NetlinkSocket::~NetlinkSocket() {
  layer_.set_listens_everywhere(*this, false);
  NetlinkTable* table = layer_.find_table(net());
  if (!table) return;
  table->remove_member(protocol(), *this);
  if (port_id_) table->erase(protocol(), port_id_);
  layer_.drop_table_if_empty(net());
}

// ---- names

Result<void> NetlinkSocket::take_port(uint32_t port_id) {
  if (!layer_.table(net()).insert(protocol(), port_id, *this)) return fail(EADDRINUSE);
  port_id_ = port_id;
  return {};
}

Result<void> NetlinkSocket::autobind(const Caller& caller) {
  if (port_id_) return {};
  const auto pid = static_cast<uint32_t>(caller.pid());
  if (pid && take_port(pid)) return {};
  // The process has a socket already: ids from the negative half, as in Linux, at random and then
  // downwards.
  constexpr uint32_t kLowest = 0x80000000, kHighest = 0xffffffff - 4096;
  uint32_t id = kLowest + net().env().rng.below(kHighest - kLowest + 1);
  while (!take_port(id)) id = id == kLowest ? kHighest : id - 1;
  return {};
}

Result<void> NetlinkSocket::bind(const Caller& caller, Bytes name) {
  if (name.size() < sizeof(sockaddr_nl)) return fail(EINVAL);
  const auto address = load<sockaddr_nl>(name.data());
  if (address.nl_family != AF_NETLINK) return fail(EINVAL);
  if (address.nl_groups && !kernel_.nonroot_receive() && !caller.capable(CAP_NET_ADMIN))
    return fail(EPERM);
  if (port_id_) {
    if (address.nl_pid != port_id_) return fail(EINVAL);
  } else if (address.nl_pid) {
    UNETNS_TRY(take_port(address.nl_pid));
  } else {
    UNETNS_TRY(autobind(caller));
  }
  if (address.nl_groups == 0 && groups_.empty()) return {};
  if (groups_.empty()) groups_.resize((std::max(kernel_.group_count(), 32u) + 31) / 32);
  groups_[0] = address.nl_groups;
  membership_changed();
  return {};
}

Result<void> NetlinkSocket::connect(const Caller& caller, Bytes name) {
  if (name.size() < sizeof(sa_family_t)) return fail(EINVAL);
  const auto family = load<sa_family_t>(name.data());
  if (family == AF_UNSPEC) {
    peer_port_ = peer_group_ = 0;
    return {};
  }
  if (family != AF_NETLINK || name.size() < sizeof(sockaddr_nl)) return fail(EINVAL);
  const auto address = load<sockaddr_nl>(name.data());
  if ((address.nl_groups || address.nl_pid) && !kernel_.nonroot_send() &&
      !caller.capable(CAP_NET_ADMIN))
    return fail(EPERM);
  UNETNS_TRY(autobind(caller));
  peer_port_ = address.nl_pid;
  peer_group_ = static_cast<uint32_t>(__builtin_ffs(static_cast<int>(address.nl_groups)));
  return {};
}

Result<SockAddr> NetlinkSocket::local_name() const {
  return SockAddr::of(sockaddr_nl{.nl_family = AF_NETLINK,
                                  .nl_pad = 0,
                                  .nl_pid = port_id_,
                                  .nl_groups = groups_.empty() ? 0 : groups_[0]});
}

Result<SockAddr> NetlinkSocket::peer_name() const {
  return SockAddr::of(sockaddr_nl{.nl_family = AF_NETLINK,
                                  .nl_pad = 0,
                                  .nl_pid = peer_port_,
                                  .nl_groups = group_mask(peer_group_)});
}

// ---- sending

Result<size_t> NetlinkSocket::send(const Caller& caller, const SendRequest& request) {
  if (request.flags & MSG_OOB) return fail(EOPNOTSUPP);
  if (request.data.empty()) return fail(ENODATA);
  uint32_t port = peer_port_, group = peer_group_;
  if (!request.name.empty()) {
    if (request.name.size() < sizeof(sockaddr_nl)) return fail(EINVAL);
    const auto address = load<sockaddr_nl>(request.name.data());
    if (address.nl_family != AF_NETLINK) return fail(EINVAL);
    port = address.nl_pid;
    group = static_cast<uint32_t>(__builtin_ffs(static_cast<int>(address.nl_groups)));
    if ((group || port) && !kernel_.nonroot_send() && !caller.capable(CAP_NET_ADMIN))
      return fail(EPERM);
  }
  UNETNS_TRY(autobind(caller));
  if (request.data.size() + 32 > static_cast<size_t>(options().sndbuf)) return fail(EMSGSIZE);
  if (port || group || !kernel_.has_kernel_side())
    UNETNS_TRY(send_to_sockets(caller, request.data, port, group));
  else
    serve(caller, request.data);
  return request.data.size();
}

Result<void> NetlinkSocket::send_to_sockets(const Caller& caller, Bytes data, uint32_t port,
                                            uint32_t group) {
  const ByteVector copy(data.begin(), data.end());
  if (group) layer_.multicast(net(), protocol(), group, copy, port_id_, port_id_);
  // Port 0 is the kernel's, also beside a group.
  if (port == 0 && !kernel_.has_kernel_side()) return fail(ECONNREFUSED);
  if (port == 0) {  // a group besides: the kernel's end gets it as well
    serve(caller, data);
    return {};
  }
  NetlinkTable* table = layer_.find_table(net());
  NetlinkSocket* to = table ? table->find(protocol(), port) : nullptr;
  // A connected socket hears its peer only.
  if (!to || (to->peer_port_ && to->peer_port_ != port_id_)) return fail(ECONNREFUSED);
  if (!to->has_room()) return fail(EAGAIN);
  Message message = to->make_message(copy, port_id_, 0);
  message.cred_pid = caller.pid();
  message.cred_uid = caller.uid();
  message.cred_gid = caller.gid();
  if (to->accepts(message)) to->enqueue(std::move(message));
  return {};
}

void NetlinkSocket::serve(const Caller& caller, Bytes data) {
  while (data.size() >= NLMSG_HDRLEN) {
    const auto header = load<nlmsghdr>(data.data());
    if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > data.size()) return;
    NlRequest request{*this, net(), caller, header, data.first(header.nlmsg_len), flags_.strict};
    Result<Served> served = Served::kDone;
    if ((header.nlmsg_flags & NLM_F_REQUEST) && header.nlmsg_type >= NLMSG_MIN_TYPE)
      served = kernel_.serve(request);
    if (!served)
      deliver_reply(build_ack(request, port_id_, &served.error(), ack_options()));
    else if (*served == Served::kDone && (header.nlmsg_flags & NLM_F_ACK))
      deliver_reply(build_ack(request, port_id_, nullptr, ack_options()));
    data = data.subspan(std::min<size_t>(NLMSG_ALIGN(header.nlmsg_len), data.size()));
  }
}

// ---- receiving

bool NetlinkSocket::has_room() const {
  // One message may go over the bound, as with the kernel's sk_rmem_alloc.
  return !congested_ && queued_ <= static_cast<size_t>(options().rcvbuf);
}

bool NetlinkSocket::accepts(Message& message) const {
  if (!filter()) return true;
  const size_t keep = filter()->run(message.data, FilterFacts{});
  if (keep == 0) return false;
  if (keep < message.data.size()) message.data.resize(keep);
  return true;
}

Message NetlinkSocket::make_message(ByteVector data, uint32_t sender, uint32_t group) const {
  Message message;
  message.data = std::move(data);
  message.name = SockAddr::of(sockaddr_nl{
      .nl_family = AF_NETLINK, .nl_pad = 0, .nl_pid = sender, .nl_groups = group_mask(group)});
  message.nl_group = group;
  message.tstamp = net().env().clock.realtime();
  return message;
}

void NetlinkSocket::enqueue(Message message) {
  queued_ += cost_of(message);
  queue_.push_back(std::move(message));
  notify();
}

void NetlinkSocket::deliver_reply(ByteVector data) {
  if (!has_room()) {
    ++drops_;
    return;
  }
  Message message = make_message(std::move(data), 0, 0);
  if (accepts(message)) enqueue(std::move(message));
}

void NetlinkSocket::deliver_multicast(const ByteVector& data, uint32_t group, uint32_t sender,
                                      int nsid) {
  if (!has_room()) {
    ++drops_;
    if (flags_.no_enobufs || congested_) return;
    congested_ = true;
    set_error(ENOBUFS);
    return;
  }
  Message message = make_message(data, sender, group);
  message.nsid = nsid;
  message.has_nsid = nsid >= 0;
  if (accepts(message)) enqueue(std::move(message));
}

Result<void> NetlinkSocket::start_dump(const DumpHeader& header, std::unique_ptr<NlDump> dump,
                                       Result<void> outcome, const ParseNotes& notes) {
  if (dump_) return fail(EBUSY);
  dump_notes_ = notes;
  dump_ = std::move(dump);
  dump_header_ = header;
  dump_outcome_ = std::move(outcome);
  pump_dump();
  return {};
}

// One datagram further: what the reader took makes room for it.
void NetlinkSocket::pump_dump() {
  if (!dump_ || queued_ > static_cast<size_t>(options().rcvbuf) / 2) return;
  NlWriter chunk;
  if (!dump_carry_.empty()) chunk.append_message(std::exchange(dump_carry_, {}));
  while (chunk.size() < kDumpChunk) {
    const size_t before = chunk.size();
    if (!dump_->next(chunk, dump_header_)) {
      append_done(chunk, dump_header_, dump_outcome_ ? nullptr : &dump_outcome_.error(),
                  dump_notes_, ack_options());
      dump_.reset();
      dump_outcome_ = {};
      break;
    }
    if (before > 0 && chunk.size() > kDumpChunk) {  // what went over opens the next datagram
      const Bytes tail = chunk.view().subspan(before);
      dump_carry_.assign(tail.begin(), tail.end());
      chunk.cut(before);
      break;
    }
  }
  Message message = make_message(chunk.take(), 0, 0);
  if (accepts(message)) enqueue(std::move(message));
}

Result<Message> NetlinkSocket::receive(int flags) {
  if (flags & MSG_OOB) return fail(EOPNOTSUPP);
  if (const int err = take_error()) return fail(err);
  if (queue_.empty()) pump_dump();  // a filter may have eaten all of the last chunk
  if (queue_.empty()) return fail(EAGAIN);
  if (flags & MSG_PEEK) return queue_.front();
  Message message = std::move(queue_.front());
  queue_.pop_front();
  queued_ -= cost_of(message);
  pump_dump();
  if (queue_.empty()) congested_ = false;
  return message;
}

uint32_t NetlinkSocket::poll() const {
  return POLLOUT | POLLWRNORM | (queue_.empty() ? 0 : POLLIN | POLLRDNORM) |
         (error() ? POLLERR : 0);
}

}  // namespace unetns
