// TcpStamps: what SO_TIMESTAMP and SO_TIMESTAMPING remember of a stream.
#ifndef UNETNS_SOCKET_INET_TCP_STAMPS_H_
#define UNETNS_SOCKET_INET_TCP_STAMPS_H_

#include <cstdint>
#include <deque>
#include <optional>

#include "base/bytes.h"
#include "env/clock.h"

namespace unetns {

struct TcpStamps {
  static constexpr size_t kMost = 1024;  // of each kind

  // Sends whose last byte is not acknowledged yet.
  struct Sent {
    uint32_t end = 0;  // the sequence number behind that byte
    int flags = 0;     // SOF_TIMESTAMPING_TX_*
    ByteVector data;   // to come back with the stamp of the ack
  };
  std::deque<Sent> sent;
  std::optional<int> next;  // flags for the next write; null: the socket's own

  // What was read from the connection: bytes [start, end) of all since somebody asked.
  struct Arrived {
    int64_t start = 0, end = 0;
    Nanos at{};
  };
  std::deque<Arrived> arrived;
  int64_t read = 0;

  void note_arrival(size_t size, Nanos at) {
    const int64_t start = read;
    read += static_cast<int64_t>(size);
    if (at == Nanos{} || size == 0) return;
    if (arrived.size() >= kMost) arrived.pop_front();
    arrived.push_back({start, read, at});
  }
  // Of the byte before `position`; 0: not known. What lies before `from` is forgotten.
  Nanos arrival(int64_t from, int64_t position) {
    while (!arrived.empty() && arrived.front().end < from) arrived.pop_front();
    for (const Arrived& a : arrived)
      if (position <= a.end) return position > a.start ? a.at : Nanos{};
    return {};
  }
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_TCP_STAMPS_H_
