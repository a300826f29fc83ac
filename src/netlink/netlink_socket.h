// One AF_NETLINK socket (netlink(7)).
#ifndef UNETNS_NETLINK_NETLINK_SOCKET_H_
#define UNETNS_NETLINK_NETLINK_SOCKET_H_

#include <deque>
#include <vector>

#include "netlink/ack.h"
#include "netlink/dump.h"
#include "netlink/protocol.h"
#include "socket/socket.h"

namespace unetns {

class NetlinkLayer;

class NetlinkSocket final : public Socket {
 public:
  NetlinkSocket(NetlinkLayer& layer, Net& net, int type, NetlinkProtocol& kernel);
  ~NetlinkSocket() override;

  // ---- Socket
  Result<void> bind(const Caller& caller, Bytes name) override;
  Result<void> connect(const Caller& caller, Bytes name) override;
  Result<SockAddr> local_name() const override;
  Result<SockAddr> peer_name() const override;
  Result<size_t> send(const Caller& caller, const SendRequest& request) override;
  Result<Message> receive(int flags) override;
  Result<void> may_receive(int flags) const override {
    if (flags & MSG_OOB) return fail(EOPNOTSUPP);
    return {};
  }
  ByteVector control_for(const Message& message) const override;
  Result<void> set_option(const Caller& caller, int level, int name, Bytes value) override;
  Result<ByteVector> get_option(const Caller& caller, int level, int name, size_t max) override;
  Result<void> shutdown(int) override { return fail(EOPNOTSUPP); }
  Result<int> ioctl(const Caller&, unsigned long, MutableBytes) override { return fail(ENOTTY); }
  uint32_t poll() const override;

  // ---- for protocols
  uint32_t port_id() const { return port_id_; }  // 0: not bound
  bool is_member(uint32_t group) const;
  uint32_t first_groups() const { return groups_.empty() ? 0 : groups_.front(); }  // 1 to 32
  uint32_t receive_memory() const override { return static_cast<uint32_t>(queued_); }
  uint32_t receive_drops() const override { return drops_; }
  bool dumping() const { return dump_ != nullptr; }
  // An answer from the kernel's end; lost when the queue is full, as in Linux.
  void deliver_reply(ByteVector message);
  // A notification; a full queue gives ENOBUFS to the reader (once, until it has emptied the
  // queue).
  void deliver_multicast(const ByteVector& message, uint32_t group, uint32_t sender, int nsid);
  // Begins a dump; its messages follow as the reader takes them. EBUSY while another is running.
  // `outcome` and `notes`: what NLMSG_DONE is to say.
  Result<void> start_dump(const DumpHeader& header, std::unique_ptr<NlDump> dump,
                          Result<void> outcome = {}, const ParseNotes& notes = {});

 private:
  struct Flags {
    bool pktinfo = false, broadcast_error = false, no_enobufs = false, listen_all = false,
         cap_ack = false, ext_ack = false, strict = false;
  };
  Result<void> autobind(const Caller& caller);
  Result<void> take_port(uint32_t port_id);
  Result<void> join(uint32_t group, bool on);
  bool has_groups() const;
  void membership_changed();
  bool* flag_for(int name);
  Result<void> send_to_sockets(const Caller& caller, Bytes data, uint32_t port_id, uint32_t group);
  void serve(const Caller& caller, Bytes data);
  bool has_room() const;
  bool accepts(Message& message) const;
  void enqueue(Message message);
  Message make_message(ByteVector data, uint32_t sender, uint32_t group) const;
  void pump_dump();
  AckOptions ack_options() const { return {flags_.cap_ack, flags_.ext_ack}; }

  NetlinkLayer& layer_;
  NetlinkProtocol& kernel_;
  uint32_t port_id_ = 0;
  uint32_t peer_port_ = 0, peer_group_ = 0;
  Flags flags_;
  std::vector<uint32_t> groups_;  // bit group-1; empty until the first membership
  std::deque<Message> queue_;
  size_t queued_ = 0;  // bytes, as accounted against SO_RCVBUF
  uint32_t drops_ = 0;
  bool congested_ = false;  // overrun and not yet emptied
  std::unique_ptr<NlDump> dump_;
  DumpHeader dump_header_;
  ByteVector dump_carry_;  // a message that did not fit into the last datagram
  Result<void> dump_outcome_;
  ParseNotes dump_notes_;
};

}  // namespace unetns

#endif  // UNETNS_NETLINK_NETLINK_SOCKET_H_
