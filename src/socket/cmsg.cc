#include "socket/cmsg.h"

#include <linux/capability.h>
#include <linux/net_tstamp.h>
#include <sys/time.h>

#include <array>

#include "env/timespec.h"
#include "socket/socket.h"
#include "socket/sol_socket.h"

namespace unetns {

void put_cmsg(ByteVector& out, int level, int type, Bytes data) {
  const size_t start = out.size();
  out.resize(start + CMSG_SPACE(data.size()));
  cmsghdr header{};
  header.cmsg_len = CMSG_LEN(data.size());
  header.cmsg_level = level;
  header.cmsg_type = type;
  store(out.data() + start, header);
  if (!data.empty()) std::memcpy(out.data() + start + CMSG_LEN(0), data.data(), data.size());
}

namespace {
// Of SO_TIMESTAMPING. Without OPT_RX_FILTER, a stamp that is there for others is told too.
bool wants_software_stamp(const SocketOptions& options) {
  constexpr int kRxFilter = 1 << 17;
  const int flags = options.timestamping;
  return (flags & SOF_TIMESTAMPING_SOFTWARE) &&
         (!(flags & kRxFilter) || (flags & SOF_TIMESTAMPING_RX_SOFTWARE));
}
}  // namespace

bool wants_receive_stamps(const SocketOptions& options) {
  return options.timestamp || wants_software_stamp(options);
}

void put_timestamp_cmsgs(ByteVector& out, const SocketOptions& options, Nanos realtime,
                         bool from_error_queue) {
  if (realtime == Nanos{}) return;
  const timespec ts = to_timespec(realtime);
  const bool fresh = options.timestamp_new;
  if (options.timestamp_ns) {
    put_cmsg_value(out, SOL_SOCKET, fresh ? kSoTimestampNsNew : kSoTimestampNsOld, ts);
  } else if (options.timestamp) {
    put_cmsg_value(out, SOL_SOCKET, fresh ? kSoTimestampNew : kSoTimestampOld,
                   timeval{ts.tv_sec, ts.tv_nsec / 1000});
  }
  const bool software = options.timestamping & SOF_TIMESTAMPING_SOFTWARE;
  if (from_error_queue ? software : wants_software_stamp(options)) {
    const std::array<timespec, 3> stamps{ts, timespec{}, timespec{}};
    put_cmsg_value(out, SOL_SOCKET, fresh ? kSoTimestampingNew : kSoTimestampingOld, stamps);
  }
}

std::optional<CmsgView> CmsgReader::next() {
  if (!ok_ || rest_.size() < sizeof(cmsghdr)) return std::nullopt;
  const auto header = load<cmsghdr>(rest_.data());
  if (header.cmsg_len < CMSG_LEN(0) || header.cmsg_len > rest_.size()) {
    ok_ = false;
    return std::nullopt;
  }
  CmsgView view{header.cmsg_level, header.cmsg_type,
                rest_.subspan(CMSG_LEN(0), header.cmsg_len - CMSG_LEN(0))};
  const size_t step = CMSG_ALIGN(header.cmsg_len);
  rest_ = step < rest_.size() ? rest_.subspan(step) : Bytes{};
  return view;
}

Result<void> SendOrders::read(const Caller& caller, const CmsgView& c) {
  constexpr int kStampsMask = SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_TX_SOFTWARE |
                              SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_ACK;
  switch (c.type) {
    case SO_MARK:
      if (!caller.capable(CAP_NET_ADMIN) && !caller.capable(CAP_NET_RAW)) return fail(EPERM);
      if (c.data.size() != 4) return fail(EINVAL);
      mark = load<uint32_t>(c.data.data());
      return {};
    case SO_PRIORITY:
      if (c.data.size() != 4) return fail(EINVAL);
      priority = load<uint32_t>(c.data.data());
      return {};
    case kSoTimestampingOld:
    case kSoTimestampingNew:
      if (c.data.size() != 4) return fail(EINVAL);
      if (load<int>(c.data.data()) & ~kStampsMask) return fail(EINVAL);
      stamps = load<int>(c.data.data());
      return {};
    case SCM_RIGHTS:
    case SCM_CREDENTIALS:  // of unix sockets: passed over
      return {};
    default:
      return fail(EINVAL);
  }
}

Result<SendOrders> check_stream_control(const Caller& caller, Bytes control) {
  SendOrders orders;
  CmsgReader reader(control);
  while (const auto c = reader.next())
    if (c->level == SOL_SOCKET && !orders.read(caller, *c)) return fail(EINVAL);
  if (!reader.ok()) return fail(EINVAL);
  return orders;
}

}  // namespace unetns
