// getsockopt(2) of SOL_SOCKET.
#include <sys/time.h>

#include <array>

#include "socket/socket.h"
#include "socket/socket_filter.h"
#include "socket/sol_socket.h"

namespace unetns {
namespace {

struct PeerCredentials {  // struct ucred of a socket that has no such peer
  int32_t pid = 0;
  uint32_t uid = 0xffffffff, gid = 0xffffffff;
};

ByteVector timeout_value(Nanos t, size_t max) {
  const int64_t micros = t.count() / 1000;
  return option_struct(std::array<int64_t, 2>{micros / 1'000'000, micros % 1'000'000}, max);
}

}  // namespace

Result<ByteVector> Socket::get_option(const Caller&, int level, int name, size_t max) {
  if (level != SOL_SOCKET) return fail(ENOPROTOOPT);
  const SocketOptions& o = options_;
  const auto number = [max](auto v) { return option_value(static_cast<int>(v), max); };
  switch (name) {
    case SO_DEBUG:
      return number(o.debug);
    case SO_REUSEADDR:
      return number(o.reuse_addr);
    case SO_REUSEPORT:
      return number(o.reuse_port);
    case SO_TYPE:
      return number(type_);
    case SO_PROTOCOL:
      return number(protocol_);
    case SO_DOMAIN:
      return number(domain_);
    case SO_ERROR:
      return number(take_error());
    case SO_DONTROUTE:
      return number(o.dont_route);
    case SO_BROADCAST:
      return number(o.broadcast);
    case SO_SNDBUF:
      return number(o.sndbuf);
    case SO_RCVBUF:
      return number(o.rcvbuf);
    case SO_KEEPALIVE:
      return number(o.keep_alive);
    case SO_OOBINLINE:
      return number(o.oob_inline);
    case SO_NO_CHECK:
      return number(o.no_check);
    case SO_PRIORITY:
      return number(o.priority);
    case SO_LINGER:
      return option_struct(std::array<int, 2>{o.linger.onoff, o.linger.seconds}, max);
    case SO_PASSCRED:
      if (domain_ != AF_NETLINK) return fail(EOPNOTSUPP);
      return number(o.pass_cred);
    case kSoPasspidfd:
    case kSoPassrights:
      return fail(EOPNOTSUPP);
    case kSoPeerpidfd:
      return fail(ENODATA);
    case SO_ACCEPTCONN:
      return number(listening());
    case SO_RCVLOWAT:
      return number(o.rcvlowat);
    case SO_SNDLOWAT:
      return number(1);
    case SO_MARK:
      return number(o.mark);
    case SO_RXQ_OVFL:
      return number(o.rxq_ovfl);
    case SO_BUSY_POLL:
      return number(o.busy_poll);
    case SO_INCOMING_CPU:
      return number(o.incoming_cpu);
    case SO_LOCK_FILTER:
      return number(filter_locked_);
    case kSoTimestampOld:
      return number(o.timestamp && !o.timestamp_new && !o.timestamp_ns);
    case kSoTimestampNew:
      return number(o.timestamp && o.timestamp_new);
    case kSoTimestampNsOld:
      return number(o.timestamp_ns && !o.timestamp_new);
    case kSoTimestampNsNew:
      return number(o.timestamp_ns && o.timestamp_new);
    case kSoTimestampingOld:
    case kSoTimestampingNew:
      return option_struct(std::array<int, 2>{o.timestamping, 0}, max);
    case kSoRcvtimeoOld:
    case kSoRcvtimeoNew:
      return timeout_value(o.rcvtimeo, max);
    case kSoSndtimeoOld:
    case kSoSndtimeoNew:
      return timeout_value(o.sndtimeo, max);
    case kSoBindToIfindex:
      return number(o.bound_ifindex);
    case SO_BINDTODEVICE: {
      if (o.bound_ifindex == 0) return ByteVector{};
      if (max < 16) return fail(EINVAL);  // IFNAMSIZ
      std::string dev = device_name(o.bound_ifindex);
      if (dev.empty()) return fail(ENODEV);
      return ByteVector(dev.c_str(), dev.c_str() + dev.size() + 1);
    }
    case SO_PEERCRED:
      return option_struct(PeerCredentials{}, max);
    case SO_PEERNAME: {
      const auto peer_name = peer_address();
      if (!peer_name) return fail(ENOTCONN);
      const SockAddr& peer = *peer_name;
      if (peer.len < max) return fail(EINVAL);
      return ByteVector(peer.bytes.begin(), peer.bytes.begin() + static_cast<ptrdiff_t>(max));
    }
    case kSoPeerGroups:
      return fail(ENODATA);
    case SO_GET_FILTER: {  // its length counts instructions, which the runtime converts
      if (!filter_) return ByteVector{};
      const auto& p = filter_->program();
      const auto* b = reinterpret_cast<const uint8_t*>(p.data());
      return ByteVector(b, b + p.size() * sizeof(p[0]));
    }
    case kSoMeminfo: {
      const std::array<uint32_t, 9> info{receive_memory(),
                                         static_cast<uint32_t>(o.rcvbuf),
                                         0,
                                         static_cast<uint32_t>(o.sndbuf),
                                         0,
                                         0,
                                         0,
                                         0,
                                         receive_drops()};
      return option_struct(info, max);
    }
    case kSoCookie:
      if (max < 8) return fail(EINVAL);
      while (cookie_ == 0) cookie_ = net().env().rng.u64() >> 1;
      return option_struct(cookie_, max);
    case kSoNetnsCookie:
      if (max != 8) return fail(EINVAL);
      return option_struct(uint64_t{net().id()}, max);
    case SO_PASSSEC:
      if (domain_ != AF_NETLINK) return fail(EOPNOTSUPP);
      return number(o.pass_sec);
    case SO_NOFCS:
      return number(o.no_fcs);
    case SO_SELECT_ERR_QUEUE:
      return number(o.select_err_queue);
    case kSoPreferBusyPoll:
      return number(o.prefer_busy_poll);
    case kSoBufLock:
      return number(o.buf_lock);
    case kSoRcvmark:
      return number(o.rcv_mark);
    case kSoBsdcompat:
    case kSoZerocopy:
    case kSoReserveMem:
    case SO_INCOMING_NAPI_ID:
      return number(0);
    case SO_WIFI_STATUS:
      return number(o.wifi_status);
    case kSoRcvpriority:
      return number(o.rcv_priority);
    case kSoTxrehash:  // of TCP alone
      if ((domain_ != AF_INET && domain_ != AF_INET6) || type_ != SOCK_STREAM)
        return fail(EOPNOTSUPP);
      return number(o.tx_rehash);
    case SO_MAX_PACING_RATE:
      return max >= 8 ? option_struct(~uint64_t{0}, max) : number(-1);
    case SO_BPF_EXTENSIONS:
      return number(SKF_AD_MAX);
    case SO_PEEK_OFF:
      if (!supports_peek_offset()) return fail(EOPNOTSUPP);
      return number(o.peek_offset);
    default:
      return fail(ENOPROTOOPT);
  }
}

}  // namespace unetns
