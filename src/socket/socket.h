// Socket: a BSD socket of one namespace, free of any OS: what the runtime puts behind a program's
// file descriptor and what the library gives its users. Nothing here blocks: EAGAIN says "not now",
// the observer says when.
#ifndef UNETNS_SOCKET_SOCKET_H_
#define UNETNS_SOCKET_SOCKET_H_

#include <poll.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "netns/caller.h"
#include "netns/net.h"
#include "socket/message.h"

namespace unetns {

class Socket;
class SocketFilter;
class RingMemory;

class SocketObserver {
 public:
  virtual ~SocketObserver() = default;
  // Something of poll() may have changed. Called from inside the stack: take note, do not call back
  // into the socket's namespace from here.
  virtual void socket_event(Socket& socket) = 0;
  // What it took from the socket by receive() and the program has not read yet: still waiting, to
  // who looks on
  // (/proc/net/udp, SO_MEMINFO).
  struct Unread {
    uint32_t datagrams = 0, bytes = 0;
  };
  virtual Unread unread() { return {}; }
  // What they count of SO_RCVBUF: `exactly`, or perhaps too much, at no cost.
  virtual uint32_t unread_charge(bool /*exactly*/) { return 0; }
};

// Options of level SOL_SOCKET, kept once for all families (socket(7)).
struct SocketOptions {
  bool reuse_addr = false, reuse_port = false, broadcast = false, keep_alive = false,
       dont_route = false, debug = false;
  bool oob_inline = false, no_check = false, zero_copy = false, pass_cred = false, rxq_ovfl = false;
  bool wifi_status = false, rcv_priority = false;
  bool timestamp = false, timestamp_ns = false;
  bool timestamp_new = false;    // as the options for 64-bit time say it (SO_TIMESTAMP_NEW …)
  int timestamping = 0;          // SOF_TIMESTAMPING_*
  uint32_t timestamping_id = 0;  // of the next datagram sent (SOF_TIMESTAMPING_OPT_ID)
  int rcvbuf = 212992, sndbuf = 212992, rcvlowat = 1, priority = 0, busy_poll = 0,
      incoming_cpu = -1;
  int peek_offset = -1;  // SO_PEEK_OFF; the runtime applies it
  uint32_t mark = 0;
  Nanos rcvtimeo{}, sndtimeo{};  // 0: for ever; the runtime applies them
  struct {
    int onoff = 0, seconds = 0;
  } linger;
  int bound_ifindex = 0;  // SO_BINDTODEVICE
  // Kept and given back, without effect.
  bool no_fcs : 1 = false, select_err_queue : 1 = false, prefer_busy_poll : 1 = false,
                rcv_mark : 1 = false, pass_sec : 1 = false, tx_rehash : 1 = true;
  uint8_t buf_lock : 2 = 0;
};

class Socket {
 public:
  Socket(Net& net, int domain, int type, int protocol);
  virtual ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  Net& net() const { return *net_; }  // holds an active reference
  int domain() const { return domain_; }
  int type() const { return type_; }
  int protocol() const { return protocol_; }

  virtual Result<void> bind(const Caller& caller, Bytes name) = 0;
  virtual Result<void> connect(const Caller& caller, Bytes name) = 0;
  virtual Result<void> listen(int /*backlog*/) { return fail(EOPNOTSUPP); }
  virtual Result<std::unique_ptr<Socket>> accept() { return fail(EOPNOTSUPP); }
  virtual Result<SockAddr> local_name() const = 0;
  virtual Result<SockAddr> peer_name() const { return fail(ENOTCONN); }
  virtual Result<SockAddr> peer_address() const {
    return peer_name();
  }  // SO_PEERNAME: also while connecting, and later

  virtual Result<size_t> send(const Caller& caller,
                              const SendRequest& request) = 0;  // EAGAIN: no room now
  // Takes the next datagram. `flags`: MSG_PEEK, MSG_ERRQUEUE, MSG_OOB. EAGAIN: none; a pending
  // error is returned and cleared.
  virtual Result<Message> receive(int flags) = 0;
  // Whether receive() may be asked for with these MSG_* at all; what is not known is passed over.
  virtual Result<void> may_receive(int /*flags*/) const { return {}; }
  // Memory that programs map (mmap(2)); null: there is none.
  virtual RingMemory* ring_memory() { return nullptr; }
  // The control messages (struct cmsghdr …, aligned) that the options of now ask for.
  virtual ByteVector control_for(const Message& message) const = 0;

  // The base class serves SOL_SOCKET by options(); families override and fall back to it. The value
  // of SO_ATTACH_FILTER points into the program: the runtime hands over struct sock_fprog followed
  // by the instructions.
  virtual Result<void> set_option(const Caller& caller, int level, int name, Bytes value);
  // Returns the value, at most `max` bytes of it; a socket option shorter than asked for is given
  // whole.
  virtual Result<ByteVector> get_option(const Caller& caller, int level, int name, size_t max);
  // The same for options that ask by the value that the program's buffer holds.
  virtual Result<ByteVector> query_option(const Caller& caller, int level, int name, Bytes given) {
    return get_option(caller, level, name, given.size());
  }
  virtual Result<void> shutdown(int how) = 0;  // SHUT_*
  // ioctl(2) with its argument's bytes in and out (struct ifreq and the like; the runtime moves
  // them by the request's size). ENOTTY/ENOIOCTLCMD-like: fail(ENOTTY).
  virtual Result<int> ioctl(const Caller& caller, unsigned long request, MutableBytes arg) = 0;
  virtual uint32_t poll() const = 0;  // POLLIN, POLLOUT, POLLERR, POLLHUP, POLLRDHUP, POLLPRI

  // Whether no error can come to it while a receive waits: one that reads elsewhere then misses
  // none.
  virtual bool silent() const { return false; }
  // Whether a send without an address goes where the last one went, if nothing is configured anew.
  virtual bool steady() const { return false; }
  virtual int take_error();  // SO_ERROR: pending error, cleared
  void set_error(int err);   // positive errno; wakes the observer
  int error() const { return error_; }
  // The classic BPF program of SO_ATTACH_FILTER, or null.
  const SocketFilter* filter() const { return filter_.get(); }

  SocketOptions& options() { return options_; }
  const SocketOptions& options() const { return options_; }
  void set_observer(SocketObserver* observer) { observer_ = observer; }
  SocketObserver::Unread unread_by_program() const {
    return observer_ ? observer_->unread() : SocketObserver::Unread{};
  }
  uint32_t unread_charge(bool exactly) const {
    return observer_ ? observer_->unread_charge(exactly) : 0;
  }
  // The number by which programs know the socket's file (st_ino, "socket:[N]"); 0: it has none.
  uint64_t inode() const { return inode_; }
  void set_inode(uint64_t inode) { inode_ = inode; }
  void notify() {
    if (observer_) observer_->socket_event(*this);
  }

 protected:
  // What SOL_SOCKET must ask of the family. SO_BINDTODEVICE: ENODEV where there are no devices to
  // bind to.
  virtual Result<int> device_index(std::string_view /*name*/) const { return fail(ENODEV); }
  virtual std::string device_name(int /*ifindex*/) const { return {}; }
  virtual bool supports_reuse_port() const { return domain_ == AF_INET || domain_ == AF_INET6; }
  virtual bool supports_peek_offset() const { return false; }  // SO_PEEK_OFF
  virtual bool listening() const { return false; }             // SO_ACCEPTCONN
  virtual uint32_t receive_memory() const { return 0; }  // bytes of SO_RCVBUF in use (SO_MEMINFO)
  virtual uint32_t receive_drops() const { return 0; }   // SO_RXQ_OVFL, SO_MEMINFO
  void set_domain(int domain) { domain_ = domain; }  // IPV6_ADDRFORM
  // Told after an option of SocketOptions changed by set_option (SO_BINDTODEVICE, SO_REUSEADDR …).
  virtual void options_changed() {}

 private:
  Result<void> bind_to_device(const Caller& caller, Bytes name);
  Result<void> attach_filter(Bytes value);
  NetRef net_;
  int domain_, type_, protocol_;
  SocketOptions options_;
  SocketObserver* observer_ = nullptr;
  int error_ = 0;
  uint64_t inode_ = 0;
  uint64_t cookie_ = 0;                   // SO_COOKIE: drawn when first asked for
  std::unique_ptr<SocketFilter> filter_;  // SO_ATTACH_FILTER
  bool filter_locked_ = false;
};

// socket(2) for one domain.
class SocketFamily {
 public:
  virtual ~SocketFamily() = default;
  virtual int domain() const = 0;  // AF_*
  // `type` without SOCK_NONBLOCK/SOCK_CLOEXEC. EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPERM/EACCES as
  // Linux.
  virtual Result<std::unique_ptr<Socket>> create(Net& net, const Caller& caller, int type,
                                                 int protocol) = 0;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_SOCKET_H_
