// Control messages (cmsg(3)): built for programs, and read from what they send.
#ifndef UNETNS_SOCKET_CMSG_H_
#define UNETNS_SOCKET_CMSG_H_

#include <sys/socket.h>

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "env/clock.h"

namespace unetns {

class Caller;
struct SocketOptions;

// Appends struct cmsghdr + data, padded to its alignment.
void put_cmsg(ByteVector& out, int level, int type, Bytes data);

template <class T>
void put_cmsg_value(ByteVector& out, int level, int type, const T& value) {
  put_cmsg(out, level, type, bytes_of(value));
}

// SO_TIMESTAMP, SO_TIMESTAMPNS and SO_TIMESTAMPING (software stamps), as the options ask: of what
// was received, or of what is told by the error queue.
void put_timestamp_cmsgs(ByteVector& out, const SocketOptions& options, Nanos realtime,
                         bool from_error_queue = false);
bool wants_receive_stamps(const SocketOptions& options);

// One control message of a program.
struct CmsgView {
  int level = 0;
  int type = 0;
  Bytes data;
};

// Walks msg_control as a program wrote it.
class CmsgReader {
 public:
  explicit CmsgReader(Bytes control) : rest_(control) {}
  // The next one; nullopt at the end or when what follows is malformed (then ok() is false:
  // EINVAL).
  std::optional<CmsgView> next();
  bool ok() const { return ok_; }

 private:
  Bytes rest_;
  bool ok_ = true;
};

// What control messages of level SOL_SOCKET ask of what is sent (socket(7)).
struct SendOrders {
  std::optional<uint32_t> mark, priority;
  std::optional<int> stamps;  // SOF_TIMESTAMPING_TX_*

  Result<void> read(const Caller& caller, const CmsgView& message);
};

// What control messages ask of a send on a stream, which follows the stamps alone: EINVAL. Those of
// other levels are passed over.
Result<SendOrders> check_stream_control(const Caller& caller, Bytes control);

}  // namespace unetns

#endif  // UNETNS_SOCKET_CMSG_H_
