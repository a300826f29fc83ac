// What a listening end of TCP keeps: handshakes that run (the SYN queue), and connections that wait
// for accept(2).
#ifndef UNETNS_INET_TCP_TCP_LISTENING_H_
#define UNETNS_INET_TCP_TCP_LISTENING_H_

#include <deque>
#include <memory>
#include <optional>

#include "inet/tcp/fastopen_keys.h"
#include "inet/tcp/request.h"
#include "inet/tcp/tcp_record.h"

namespace unetns {

class Net;
template <class F>
class TcpEndpoint;

// A handshake that a peer began. Owned by the layer; dies with its listener.
template <class F>
struct TcpHalfOpen : TcpRecord<F> {
  template <class... Args>
  TcpHalfOpen(Net& n, TcpEndpoint<F>& l, Args&&... args)
      : TcpRecord<F>(TcpRecordKind::kRequest),
        net(n),
        listener(l),
        request(std::forward<Args>(args)...) {}
  Net& net;
  TcpEndpoint<F>& listener;
  TcpRequest request;
  Nanos queued_for{};  // its place among the deadlines; zero: it has none
  uint32_t mark = 0;
  uint8_t tos = 0;
  TcpHalfOpen *next = nullptr, *prev = nullptr;  // of the same listener
};

template <class F>
struct TcpListening {
  uint32_t backlog = 0;        // bounds both queues (listen(2), net.core.somaxconn)
  uint32_t half_open = 0;      // in the SYN queue
  uint32_t fastopen_max = 0;   // TCP_FASTOPEN: how many may be open before their handshake ends
  uint32_t fastopen_open = 0;  // of those, in `accepted`
  bool fastopen_no_cookie = false;  // TCP_FASTOPEN_NO_COOKIE
  FastOpenKeys fastopen_keys;       // TCP_FASTOPEN_KEY; none: the namespace's
  bool cookies_sent = false;
  Nanos last_cookie{};
  TcpHalfOpen<F>* first = nullptr;
  std::deque<std::unique_ptr<TcpEndpoint<F>>> accepted;

  bool syn_queue_full() const { return half_open >= backlog; }
  void link(TcpHalfOpen<F>& r) {
    r.prev = nullptr;
    r.next = first;
    if (first) first->prev = &r;
    first = &r;
    half_open++;
  }
  void unlink(TcpHalfOpen<F>& r) {
    (r.prev ? r.prev->next : first) = r.next;
    if (r.next) r.next->prev = r.prev;
    half_open--;
  }
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TCP_LISTENING_H_
