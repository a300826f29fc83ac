#include "socket/inet/sent_stamp.h"

#include <cerrno>

#include "inet/ip/ip_wire.h"

namespace unetns {

QueuedError<V4> sent_stamp(uint32_t what, uint32_t id, Nanos now) {
  QueuedError<V4> q;
  q.err.ee_errno = ENOMSG;
  q.err.ee_origin = SO_EE_ORIGIN_TIMESTAMPING;
  q.err.ee_info = what;
  q.err.ee_data = id;
  q.tstamp = now;
  return q;
}

ByteVector sent_frame(const IpTx<V4>& tx, const IpRoute<V4>& route, Bytes header, Bytes data) {
  const size_t link = route.route.dev->hard_header_len;
  IpHeaderFacts<V4> h;
  h.header_len = static_cast<uint16_t>(Ipv4Header::kMinSize + tx.options.size());
  h.total_len = static_cast<uint16_t>(h.header_len + header.size() + data.size());
  h.src = route.src;
  h.dst = tx.dst;
  h.tos = tx.tos;
  h.ttl = static_cast<uint8_t>(tx.ttl != 0 ? tx.ttl : 64);
  h.proto = tx.proto;
  ByteVector frame(link + h.header_len);
  if (link >= 2) store_be16(&frame[link - 2], V4::kEtherType);
  IpWire<V4>::emit(MutableBytes(frame).subspan(link), h, tx.options);
  frame.insert(frame.end(), header.begin(), header.end());
  frame.insert(frame.end(), data.begin(), data.end());
  return frame;
}

}  // namespace unetns
