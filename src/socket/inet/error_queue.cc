#include "socket/inet/error_queue.h"

#include "socket/inet/icmp_extension.h"

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

Message error_message(QueuedError<V4> e, const NameFormat& names) {
  Message m;
  m.data = std::move(e.payload);
  if (e.err.ee_origin != SO_EE_ORIGIN_TIMESTAMPING) m.name = names.name(e.dst, e.port);
  m.tstamp = e.tstamp;
  m.flags = MSG_ERRQUEUE;
  m.ifindex = e.ifindex;
  if (e.err.ee_origin == SO_EE_ORIGIN_ICMP) {  // facts of the ICMP packet
    m.ttl = e.ttl;
    m.tos = e.tos;
    m.dst = e.src;
    m.local = Ipv4Address();
  }
  const ByteVector offender = names.offender(e.offender);
  m.extended_err.resize(sizeof e.err + offender.size());
  store(m.extended_err.data(), e.err);
  std::memcpy(m.extended_err.data() + sizeof e.err, offender.data(), offender.size());
  return m;
}

}  // namespace unetns
