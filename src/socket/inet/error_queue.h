// ErrorQueue: what a socket with IP_RECVERR was told, for MSG_ERRQUEUE (ip(7)).
#ifndef UNETNS_SOCKET_INET_ERROR_QUEUE_H_
#define UNETNS_SOCKET_INET_ERROR_QUEUE_H_

#include <sys/socket.h>

#include <linux/errqueue.h>

#include "base/ip_address.h"
#include "env/clock.h"
#include "inet/ip/ip_types.h"
#include "socket/inet/name_format.h"
#include "socket/inet/ring_queue.h"
#include "socket/message.h"

namespace unetns {

template <class F>
struct QueuedError {
  sock_extended_err err{};
  typename F::Address offender;  // zero for local errors
  typename F::Address dst;       // where the packet at fault was sent
  typename F::Address src;       // of that packet
  uint16_t port = 0;
  uint8_t ttl = 0, tos = 0;  // of the packet that brought the error
  int ifindex = 0;
  Nanos tstamp{};
  ByteVector payload;  // of that packet, as far as it was quoted
};

template <class F>
class ErrorQueue {
 public:
  static constexpr size_t kMax = 256;  // errors that wait; more are dropped, as beyond SO_RCVBUF

  bool push(QueuedError<F> e) {
    if (queue_.size() >= kMax) return false;
    queue_.push(std::move(e));
    return true;
  }
  QueuedError<F> pop() { return queue_.pop(); }
  bool empty() const { return queue_.empty(); }
  void clear() { queue_.clear(); }
  // The errno of the next one that came by ICMP; 0: none. It becomes the socket's pending error.
  int next_icmp_error() const {
    if (queue_.empty() || queue_.front().err.ee_origin != SO_EE_ORIGIN_ICMP) return 0;
    return static_cast<int>(queue_.front().err.ee_errno);
  }

 private:
  RingQueue<QueuedError<F>> queue_;
};

// An ICMP error about a packet to `port`; of it, `payload` is given to the program. `extensions`:
// tell where in that they are.
QueuedError<V4> queued_error(const IcmpErrorRx<V4>& error, uint16_t port, Bytes payload, Nanos now,
                             bool extensions);
// As recvmsg(2) with MSG_ERRQUEUE gives it.
Message error_message(QueuedError<V4> error, const NameFormat& names);

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_ERROR_QUEUE_H_
