// Moves bytes both ways over a pair of stream sockets at once, in virtual time, and checks each of
// them: for the tests of TCP over bad wires.
#ifndef UNETNS_SOCKET_INET_TCP_TRANSFER_H_
#define UNETNS_SOCKET_INET_TCP_TRANSFER_H_

#include <algorithm>
#include <string>

#include "env/env.h"
#include "socket/stream_socket.h"

namespace unetns {

class TcpTransfer {
 public:
  TcpTransfer(FakeEnv& env, PacketPool& pool, StreamSocket& a, StreamSocket& b)
      : env_(env), pool_(pool), a_{&a, 11}, b_{&b, 23} {}

  // Sends so many bytes from a to b and from b to a, then ends both halves. True when all has
  // arrived and was right; false when an end failed, or the time is over.
  bool run(size_t bytes_from_a, size_t bytes_from_b, Nanos limit) {
    a_.to_send = bytes_from_a;
    b_.to_send = bytes_from_b;
    a_.to_get = bytes_from_b;
    b_.to_get = bytes_from_a;
    const Nanos end = env_.clock().monotonic() + limit;
    while (!done() && !failed()) {
      const bool moved = pump(a_, b_) | pump(b_, a_);
      env_.settle();
      if (moved) continue;
      const auto next = env_.env().timers.next_deadline();
      if (!next || *next > end) break;
      if (*next > env_.clock().monotonic()) env_.advance(*next - env_.clock().monotonic());
    }
    return done();
  }

  bool done() const { return a_.done() && b_.done(); }
  bool failed() const { return a_.error || b_.error || a_.wrong || b_.wrong; }
  // What went wrong, for messages.
  std::string story() const { return "a: " + a_.story() + "; b: " + b_.story(); }
  int error_of_a() const { return a_.error; }

 private:
  static constexpr size_t kPeriod = 65521;  // bytes of the pattern: prime, so that no shift of a
                                            // segment looks right
  struct End {
    End(StreamSocket* s, uint64_t seed) : socket(s), pattern(kPeriod) {
      SeededRng(seed).fill(pattern);
    }
    bool done() const {
      return ended && shut && sent == to_send && got == to_get && !wrong && !error;
    }
    std::string story() const {
      return "sent " + std::to_string(sent) + "/" + std::to_string(to_send) + ", got " +
             std::to_string(got) + "/" + std::to_string(to_get) + (ended ? ", end" : "") +
             (wrong ? ", WRONG BYTES" : "") + (error ? ", errno " + std::to_string(error) : "");
    }
    StreamSocket* socket;
    ByteVector pattern;
    size_t to_send = 0, sent = 0, to_get = 0, got = 0;
    bool shut = false, ended = false, wrong = false;
    int error = 0;
  };

  // Calls fn(offset, place in the pattern, size) for each run of a stream's bytes from position on.
  template <class Fn>
  static void for_pieces(size_t position, size_t n, Fn fn) {
    for (size_t at = 0; at < n;) {
      const size_t from = (position + at) % kPeriod, size = std::min(n - at, kPeriod - from);
      fn(at, from, size);
      at += size;
    }
  }

  bool pump(End& e, const End& other) {
    bool moved = false;
    while (!e.shut && !e.error) {
      if (e.sent == e.to_send) {
        if (auto r = e.socket->shutdown(SHUT_WR); !r) e.error = r.error().code;
        e.shut = moved = true;
        break;
      }
      const size_t n = std::min<size_t>({e.to_send - e.sent, e.socket->send_room(), 40000});
      if (n == 0) break;
      Packet p = Packet::allocate(pool_, Packet::kHeadroom, n);
      for_pieces(e.sent, n, [&](size_t at, size_t from, size_t size) {
        std::memcpy(p.head().data() + at, &e.pattern[from], size);
      });
      if (auto r = e.socket->write(std::move(p), false, false); !r) {
        e.error = r.error().code;
        break;
      }
      e.sent += n;
      moved = true;
    }
    while (Packet p = e.socket->read(65536)) {
      const ByteVector bytes = p.to_vector();
      for_pieces(e.got, bytes.size(), [&](size_t at, size_t from, size_t size) {
        if (std::memcmp(&bytes[at], &other.pattern[from], size) != 0) e.wrong = true;
      });
      e.got += bytes.size();
      if (e.got > e.to_get) e.wrong = true;
      moved = true;
    }
    if (!e.error && e.socket->error()) e.error = e.socket->take_error();
    if (!e.ended && !e.error && e.socket->at_eof()) e.ended = moved = true;
    return moved;
  }

  FakeEnv& env_;
  PacketPool& pool_;
  End a_, b_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_TCP_TRANSFER_H_
