// How endpoints end: orphans, TIME-WAIT, and who frees what.
#include <algorithm>

#include "inet/tcp/tcp_layer.h"

namespace unetns {

template <class F>
void TcpLayer<F>::release(std::unique_ptr<Endpoint> owned, bool unread) {
  Endpoint& e = *owned;
  e.owner_ = nullptr;
  if (e.listening_) stop_listening(e);
  if (!e.connection_ || e.detached_ || e.connection_->dead()) return;
  const bool full =
      orphans_ >= kMaxOrphans || (memory_state() == TcpMemory::kFull &&
                                  e.connection_->buffered() > TcpConnection::kLeastBuffer);
  if (full) state(e.net_).mibs.add(TcpMib::kTCPAbortOnMemory);
  if (e.abort_at_close || unread || full) {
    e.lingers_zero_ = e.abort_at_close;
    e.run([](TcpConnection& c, Nanos now) { c.abort(now); });
    return;
  }
  e.orphan_ = true;
  orphans_++;
  state(e.net_).orphans.emplace(&e, TcpOrphan<F>{NetRef(e.net_), std::move(owned)});
  e.run([](TcpConnection& c, Nanos now) { c.close(now); });
}

template <class F>
void TcpLayer<F>::disconnect(Endpoint& e) {
  if (e.listening_) {
    stop_listening(e);
  } else if (e.connection_) {
    if (!e.detached_ && !e.connection_->dead())
      e.run([](TcpConnection& c, Nanos now) { c.abort(now); });
    unhash(e);
    e.timer_.disarm();
    send_outgoing(e);
    e.connection_.reset();
    e.charge();
  }
  e.detached_ = e.was_connected_ = e.changed_ = false;
  e.last_state_ = TcpState::kClose;
  e.key.remote = {};
  e.key.remote_port = 0;
  if (!e.address_bound) e.key.local = {};
  if (!e.port_bound) state(e.net_).ports.remove(e);
}

// Out of the table of connections; a port that was not bound is free again, though the socket goes
// on to tell it.
template <class F>
void TcpLayer<F>::unhash(Endpoint& e) {
  TcpNet<F>& s = state(e.net_);
  s.connections.remove(e);
  if (!e.port_bound || e.orphan_) s.ports.remove(e);
}

template <class F>
bool TcpLayer<F>::become_waiting(Endpoint& e) {
  if (!e.hashed) return false;
  TcpNet<F>& s = state(e.net_);
  const Nanos now = e.now();
  const auto left = e.connection_->time_wait(now);
  if (!left) return false;
  if (s.time_waits >= static_cast<uint32_t>(std::max(sysctls(e.net_).max_tw_buckets, 0))) {
    s.mibs.add(TcpMib::kTCPTimeWaitOverflow);
    unhash(e);
    return true;
  }
  auto* w = new Waiting(*left);
  w->key = e.key;
  w->ifindex = e.ifindex;
  w->uid = e.uid;
  w->reuse_addr = e.reuse_addr;
  w->reuse_port = e.reuse_port;
  w->by_connect = e.by_connect;
  w->scope = e.scope;
  w->mark = e.path.mark;
  w->tos = e.path.tos;
  unhash(e);
  s.connections.insert(*w);
  s.ports.insert(*w);
  w->queued_for = w->time_wait.deadline();
  s.deadlines.insert(w->queued_for, *w);
  s.time_waits++;
  return true;
}

template <class F>
void TcpLayer<F>::forget(Net& net, Waiting& w) {
  TcpNet<F>& s = state(net);
  s.deadlines.remove(w.queued_for, w);
  s.connections.remove(w);
  s.ports.remove(w);
  s.time_waits--;
  delete &w;
}

// An orphan whose connection is over: freed when the present event is, as callers may still be
// inside of it.
template <class F>
void TcpLayer<F>::bury(Endpoint& e) {
  auto& orphans = state(e.net_).orphans;
  auto it = orphans.find(&e);
  if (it == orphans.end()) return;
  e.buried_ = true;
  e.timer_.disarm();
  unhash(e);
  graveyard_.push_back(std::move(it->second));
  orphans.erase(it);
  orphans_--;
}

// What an endpoint that ends inside of another one's event has still to send.
template <class F>
void TcpLayer<F>::send_outgoing(Endpoint& e) {
  for (size_t i = outgoing_head_; i < outgoing_.size(); i++) {
    if (outgoing_[i].endpoint != &e) continue;
    Outgoing out = std::move(outgoing_[i]);
    outgoing_[i].endpoint = nullptr;
    transmit(e, std::move(out.packet), out.ecn);
  }
}

// What ~TcpEndpoint has to undo.
template <class F>
void TcpLayer<F>::destroyed(Endpoint& e) {
  if (e.listening_) stop_listening(e);
  e.leave_fastopen();
  memory_ -= e.charged_;
  TcpNet<F>& s = state(e.net_);
  s.connections.remove(e);
  s.ports.remove(e);
  s.endpoints--;
  e.buried_ = true;
  if (e.tail_waits_)
    std::replace(tails_.begin(), tails_.end(), &e, static_cast<Endpoint*>(nullptr));
  send_outgoing(e);
}

#define UNETNS_TCP_LIFETIME(F)                                         \
  template void TcpLayer<F>::release(std::unique_ptr<Endpoint>, bool); \
  template void TcpLayer<F>::disconnect(Endpoint&);                    \
  template void TcpLayer<F>::unhash(Endpoint&);                        \
  template bool TcpLayer<F>::become_waiting(Endpoint&);                \
  template void TcpLayer<F>::forget(Net&, Waiting&);                   \
  template void TcpLayer<F>::bury(Endpoint&);                          \
  template void TcpLayer<F>::destroyed(Endpoint&)
UNETNS_TCP_LIFETIME(V4);

}  // namespace unetns
