// setsockopt(2) of SOL_SOCKET.
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <sys/time.h>

#include <algorithm>

#include "socket/socket.h"
#include "socket/socket_filter.h"
#include "socket/sol_socket.h"

namespace unetns {
namespace {

// struct timeval, as seconds and microseconds of 8 bytes each on 64-bit Linux, old and new.
Result<Nanos> parse_timeout(Bytes value) {
  if (value.size() < 16) return fail(EINVAL);
  const auto seconds = load<int64_t>(value.data());
  const auto micros = load<int64_t>(value.data() + 8);
  if (micros < 0 || micros >= 1'000'000) return fail(EDOM);
  // A negative timeout means not to wait at all; the shortest wait there is says the same.
  if (seconds < 0) return Nanos{1};
  if (seconds > INT32_MAX) return Nanos{};
  return Nanos{std::chrono::seconds(seconds) + std::chrono::microseconds(micros)};
}

int clamp_buffer(int wanted, int minimum) {
  return std::max(std::min(wanted, INT32_MAX / 2) * 2, minimum);
}

constexpr int kTimestampingMask = (1 << 19) - 1;  // as of Linux 6.18
constexpr int kTimestampingIdTcp = 1 << 16;

bool may_set_mark(const Caller& caller) {
  return caller.capable(CAP_NET_ADMIN) || caller.capable(CAP_NET_RAW);
}

}  // namespace

Result<void> Socket::bind_to_device(const Caller& caller, Bytes value) {
  // Binding for the first time is everybody's right; changing it is not (socket(7), Linux 5.7).
  if (options_.bound_ifindex != 0 && !caller.capable(CAP_NET_RAW)) return fail(EPERM);
  std::string name(reinterpret_cast<const char*>(value.data()),
                   std::min<size_t>(value.size(), IFNAMSIZ - 1));
  name.resize(std::min(name.find('\0'), name.size()));
  int ifindex = 0;
  if (!name.empty()) {
    UNETNS_ASSIGN(ifindex, device_index(name));
  }
  options_.bound_ifindex = ifindex;
  options_changed();
  return {};
}

Result<void> Socket::attach_filter(Bytes value) {
  if (filter_locked_) return fail(EPERM);
  UNETNS_ASSIGN(filter_, SocketFilter::from_option(value));
  return {};
}

Result<void> Socket::set_option(const Caller& caller, int level, int name, Bytes value) {
  if (level != SOL_SOCKET) return fail(ENOPROTOOPT);
  if (name == SO_BINDTODEVICE) return bind_to_device(caller, value);
  UNETNS_ASSIGN(const int v, option_int(value));
  const bool on = v != 0;
  SocketOptions& o = options_;
  switch (name) {
    case SO_DEBUG:
      if (on && !caller.capable(CAP_NET_ADMIN)) return fail(EACCES);
      o.debug = on;
      return {};
    case SO_REUSEADDR:
      o.reuse_addr = on;
      break;
    case SO_REUSEPORT:
      if (on && !supports_reuse_port()) return fail(EOPNOTSUPP);
      o.reuse_port = on;
      break;
    case SO_DONTROUTE:
      o.dont_route = on;
      return {};
    case SO_BROADCAST:
      o.broadcast = on;
      return {};
    case SO_SNDBUF:
      // Values are unsigned to the kernel's minimum: a negative one is taken as the maximum.
      o.sndbuf = clamp_buffer(v < 0 ? kBufferMax : std::min(v, kBufferMax), kMinSndbuf);
      notify();
      return {};
    case SO_SNDBUFFORCE:
      if (!caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
      o.sndbuf = clamp_buffer(std::max(v, 0), kMinSndbuf);
      notify();
      return {};
    case SO_RCVBUF:
      o.rcvbuf = clamp_buffer(v < 0 ? kBufferMax : std::min(v, kBufferMax), kMinRcvbuf);
      return {};
    case SO_RCVBUFFORCE:
      if (!caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
      o.rcvbuf = clamp_buffer(std::max(v, 0), kMinRcvbuf);
      return {};
    case SO_KEEPALIVE:
      o.keep_alive = on;
      return {};
    case SO_OOBINLINE:
      o.oob_inline = on;
      return {};
    case SO_NO_CHECK:
      o.no_check = on;
      return {};
    case SO_PRIORITY:
      if ((v < 0 || v > 6) && !caller.capable(CAP_NET_ADMIN) && !caller.capable(CAP_NET_RAW))
        return fail(EPERM);
      o.priority = v;
      return {};
    case SO_LINGER:
      if (value.size() < 8) return fail(EINVAL);
      o.linger.onoff = v != 0;
      if (v != 0) o.linger.seconds = load<int>(value.data() + 4);
      return {};
    case SO_PASSCRED:
      if (domain_ != AF_NETLINK) return fail(EOPNOTSUPP);
      o.pass_cred = on;
      return {};
    case kSoPasspidfd:
    case kSoPassrights:
      return fail(EOPNOTSUPP);
    case kSoTimestampOld:
    case kSoTimestampNew:
    case kSoTimestampNsOld:
    case kSoTimestampNsNew: {
      const bool ns = name == kSoTimestampNsOld || name == kSoTimestampNsNew;
      o.timestamp = on;
      o.timestamp_ns = on && ns;
      if (on) o.timestamp_new = name == kSoTimestampNew || name == kSoTimestampNsNew;
      return {};
    }
    case kSoTimestampingOld:
    case kSoTimestampingNew:
      if (v & ~kTimestampingMask) return fail(EINVAL);
      if ((v & SOF_TIMESTAMPING_OPT_STATS) && !(v & SOF_TIMESTAMPING_OPT_TSONLY))
        return fail(EINVAL);
      if ((v & kTimestampingIdTcp) && !(v & SOF_TIMESTAMPING_OPT_ID)) return fail(EINVAL);
      if ((v & SOF_TIMESTAMPING_OPT_ID) && !(o.timestamping & SOF_TIMESTAMPING_OPT_ID))
        o.timestamping_id = 0;
      o.timestamping = v;
      o.timestamp_new = name == kSoTimestampingNew;
      return {};
    case SO_RCVLOWAT:
      o.rcvlowat = v < 0 ? INT32_MAX : std::max(v, 1);
      return {};
    case kSoRcvtimeoOld:
    case kSoRcvtimeoNew: {
      UNETNS_ASSIGN(o.rcvtimeo, parse_timeout(value));
      return {};
    }
    case kSoSndtimeoOld:
    case kSoSndtimeoNew: {
      UNETNS_ASSIGN(o.sndtimeo, parse_timeout(value));
      return {};
    }
    case SO_ATTACH_FILTER:
      return attach_filter(value);
    case SO_DETACH_FILTER:
      if (filter_locked_) return fail(EPERM);
      if (!filter_) return fail(ENOENT);
      filter_.reset();
      return {};
    case SO_LOCK_FILTER:
      if (filter_locked_ && !on) return fail(EPERM);
      filter_locked_ = on;
      return {};
    case SO_MARK:
      if (!may_set_mark(caller)) return fail(EPERM);
      o.mark = static_cast<uint32_t>(v);
      break;
    case SO_RXQ_OVFL:
      o.rxq_ovfl = on;
      return {};
    case SO_BUSY_POLL:
      if (v < 0) return fail(EINVAL);
      if (v > o.busy_poll && !caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
      o.busy_poll = v;
      return {};
    case SO_INCOMING_CPU:
      o.incoming_cpu = v;
      return {};
    case kSoBindToIfindex:
      if (v < 0) return fail(EINVAL);
      if (o.bound_ifindex != 0 && !caller.capable(CAP_NET_RAW)) return fail(EPERM);
      o.bound_ifindex = v;
      break;
    case SO_PASSSEC:
      if (domain_ != AF_NETLINK) return fail(EOPNOTSUPP);
      o.pass_sec = on;
      return {};
    case SO_NOFCS:
      o.no_fcs = on;
      return {};
    case SO_SELECT_ERR_QUEUE:
      o.select_err_queue = on;
      return {};
    case SO_MAX_PACING_RATE:
      return {};  // taken, and without effect here
    case kSoPreferBusyPoll:
      o.prefer_busy_poll = on;
      return {};
    case kSoRcvmark:
      o.rcv_mark = on;
      return {};
    case kSoBsdcompat:
    case kSoCnxAdvice:
      return {};  // taken, and without effect here
    case kSoBusyPollBudget:
      return v < 0 || v > UINT16_MAX ? Result<void>(fail(EINVAL)) : Result<void>();
    case SO_WIFI_STATUS:
      o.wifi_status = on;
      break;
    case kSoRcvpriority:
      o.rcv_priority = on;
      break;
    case kSoDetachReuseportBpf:
      return fail(o.reuse_port ? ENOENT : EINVAL);  // there is none
    case kSoReserveMem:  // for those who account memory to groups of processes
      return fail(v < 0 ? EINVAL : EOPNOTSUPP);
    case SO_PEEK_OFF:
      if (!supports_peek_offset()) return fail(EOPNOTSUPP);
      o.peek_offset = v;
      return {};
    case kSoZerocopy:
      return fail(EOPNOTSUPP);
    case kSoTxrehash:
      if ((domain_ != AF_INET && domain_ != AF_INET6) || type_ != SOCK_STREAM)
        return fail(EOPNOTSUPP);
      if (v < -1 || v > 1) return fail(EINVAL);
      o.tx_rehash = v != 0;
      return {};
    case kSoBufLock:
      if (v & ~3) return fail(EINVAL);
      o.buf_lock = static_cast<uint8_t>(v);
      return {};
    default:  // read-only ones (SO_TYPE, SO_ERROR, SO_DOMAIN, SO_PROTOCOL, SO_ACCEPTCONN …) too
      return fail(ENOPROTOOPT);
  }
  options_changed();
  return {};
}

}  // namespace unetns
