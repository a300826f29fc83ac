// Datagrams to and from a program's end of a pair, many by one call.
#ifndef UNETNS_RUNTIME_DATAGRAM_BATCH_H_
#define UNETNS_RUNTIME_DATAGRAM_BATCH_H_

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "socket/message.h"

namespace unetns {

class DatagramBatch {
 public:
  DatagramBatch();
  static constexpr size_t kMost = 32;
  static constexpr size_t kLongest = 1 << 18;  // of a datagram; more is cut off

  // Reads what lies there, without waiting; how many datagrams it got. Less than kMost: no more is
  // there.
  size_t receive(int fd);
  // Of the last receive(), until the next.
  Bytes data(size_t i) const { return Bytes(&room_[i * kLongest], messages_[i].msg_len); }

 private:
  // Made at once, lest there is no memory when it is needed; the system gives memory to the pages
  // that are used.
  std::unique_ptr<uint8_t[]> room_;
  std::array<mmsghdr, kMost> messages_{};
  std::array<iovec, kMost> places_{};
};

// Writes the messages' data as datagrams to `fd`, without waiting, DatagramBatch::kMost at most.
// How many found room.
size_t send_datagrams(int fd, std::span<const Message> messages);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_DATAGRAM_BATCH_H_
