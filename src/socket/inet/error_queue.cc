#include "socket/inet/error_queue.h"

#include "socket/inet/icmp_extension.h"
#include "socket/inet/inet_name.h"

namespace unetns {

QueuedError<V4> queued_error(const IcmpErrorRx<V4>& e, uint16_t port, Bytes payload, Nanos now,
                             bool extensions) {
  QueuedError<V4> q;
  q.err.ee_errno = static_cast<uint32_t>(e.err);
  q.err.ee_origin = SO_EE_ORIGIN_ICMP;
  q.err.ee_type = e.type;
  q.err.ee_code = e.code;
  q.err.ee_info = e.info;
  if (extensions) q.err.ee_rfc4884 = icmp_extension(e, payload);
  q.offender = e.offender;
  q.dst = e.dst;
  q.src = e.src;
  q.port = port;
  q.ttl = e.ttl;
  q.tos = e.tos;
  q.ifindex = e.ifindex;
  q.tstamp = now;
  q.payload.assign(payload.begin(), payload.end());
  return q;
}

Message error_message(QueuedError<V4> e) {
  Message m;
  m.data = std::move(e.payload);
  if (e.err.ee_origin != SO_EE_ORIGIN_TIMESTAMPING) m.name = inet_name(e.dst, e.port);
  m.tstamp = e.tstamp;
  m.flags = MSG_ERRQUEUE;
  m.ifindex = e.ifindex;
  if (e.err.ee_origin == SO_EE_ORIGIN_ICMP) {  // facts of the ICMP packet
    m.ttl = e.ttl;
    m.tos = e.tos;
    m.dst = e.src;
    m.local = Ipv4Address();
  }
  struct {
    sock_extended_err err;
    sockaddr_in offender;
  } both{e.err, {}};
  if (!e.offender.is_zero()) both.offender = make_sockaddr_in(e.offender, 0);
  const Bytes b = bytes_of(both);
  m.extended_err.assign(b.begin(), b.end());
  return m;
}

}  // namespace unetns
