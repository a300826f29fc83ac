#include "runtime/datagram_batch.h"

#include <algorithm>

namespace unetns {

DatagramBatch::DatagramBatch()
    : room_(std::make_unique_for_overwrite<uint8_t[]>(kMost * kLongest)) {
  for (size_t i = 0; i < kMost; i++) {
    places_[i] = {&room_[i * kLongest], kLongest};
    messages_[i].msg_hdr.msg_iov = &places_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
}

size_t DatagramBatch::receive(int fd) {
  const int n = recvmmsg(fd, messages_.data(), kMost, MSG_DONTWAIT, nullptr);
  return n < 0 ? 0 : static_cast<size_t>(n);
}

size_t send_datagrams(int fd, std::span<const Message> messages) {
  std::array<mmsghdr, DatagramBatch::kMost> headers;
  std::array<iovec, DatagramBatch::kMost> places;
  const size_t count = std::min(messages.size(), headers.size());
  for (size_t i = 0; i < count; i++) {
    const ByteVector& data = messages[i].data;
    places[i] = {const_cast<uint8_t*>(data.data()), data.size()};
    headers[i] = {};
    headers[i].msg_hdr.msg_iov = &places[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  if (count == 0) return 0;
  const int n =
      sendmmsg(fd, headers.data(), static_cast<unsigned>(count), MSG_DONTWAIT | MSG_NOSIGNAL);
  return n < 0 ? 0 : static_cast<size_t>(n);
}

}  // namespace unetns
