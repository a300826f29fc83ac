#include "runtime/host_relay.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace unetns {

HostRelay::HostRelay(EventLoop& loop, TaskQueue& tasks, PacketPool& packets, UniqueFd host,
                     std::unique_ptr<StreamSocket> stack, std::function<void(HostRelay&)> done)
    : loop_(loop),
      tasks_(tasks),
      packets_(packets),
      host_(std::move(host)),
      stack_(std::move(stack)),
      done_(std::move(done)),
      self_(std::make_shared<HostRelay*>(this)) {
  stack_->set_observer(this);
}

HostRelay::~HostRelay() {
  *self_ = nullptr;
  loop_.remove(host_.get());
  stack_->set_observer(nullptr);
  stack_->close();
}

Result<void> HostRelay::start() {
  events_ = EPOLLOUT;  // writable: the host's end is connected
  UNETNS_TRY(add_watch());
  later();
  return {};
}

Result<void> HostRelay::add_watch() {
  UNETNS_TRY(loop_.add(host_.get(), events_, [this](uint32_t events) {
    if (events & EPOLLERR) {
      give_up();
    } else if (events & EPOLLOUT) {
      connected_ = true;
    }
    if (events & EPOLLHUP) hung_up_ = true;
    later();
  }));
  watched_ = true;
  return {};
}

void HostRelay::later() {
  if (std::exchange(posted_, true)) return;
  tasks_.post([self = self_] {
    if (!*self) return;
    (*self)->posted_ = false;
    (*self)->step();
  });
}

void HostRelay::step() {
  if (!failed_ && connected_ && stack_->state() != StreamState::kConnecting) {
    if (stack_->state() == StreamState::kFresh || stack_->was_reset() || stack_->error()) give_up();
    if (!failed_) to_stack();
    if (!failed_) to_host();
  } else if (!failed_ && stack_->state() == StreamState::kFresh) {
    give_up();
  }
  if (!over()) return watch();
  loop_.remove(host_.get());
  if (std::exchange(told_, true)) return;
  const auto done = std::move(done_);
  done(*this);  // destroys us
}

void HostRelay::to_stack() {
  for (size_t done = 0; !host_ended_ && done < kPerTurn;) {
    const size_t room = std::min<size_t>(stack_->send_room(), kPiece);
    if (room == 0 && !stack_->send_closed()) return;
    Packet piece = Packet::allocate(packets_, 0, room ? room : kPiece);
    const ssize_t n = recv(host_.get(), piece.head().data(), piece.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) return give_up();
    if (n == 0) {
      host_ended_ = true;
      (void)stack_->shutdown(SHUT_WR);
      return;
    }
    piece.trim(static_cast<size_t>(n));
    done += static_cast<size_t>(n);
    if (!stack_->write(std::move(piece), false, false)) return give_up();
  }
  if (!host_ended_) later();
}

void HostRelay::to_host() {
  for (size_t done = 0; !stack_ended_ && done < kPerTurn;) {
    if (!pending_) {
      written_ = 0;
      pending_ = stack_->read(kPiece);
      stack_->set_unconsumed(pending_ ? pending_.size() : 0);
    }
    if (!pending_) {
      if (!stack_->at_eof()) return;
      stack_ended_ = true;
      ::shutdown(host_.get(), SHUT_WR);
      return;
    }
    std::array<Bytes, 64> pieces;
    std::array<iovec, 64> vec;
    const size_t count = pending_.pieces(pieces, written_);
    for (size_t i = 0; i < count; i++)
      vec[i] = {const_cast<uint8_t*>(pieces[i].data()), pieces[i].size()};
    msghdr message{};
    message.msg_iov = vec.data();
    message.msg_iovlen = count;
    const ssize_t n = sendmsg(host_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) return give_up();
    done += static_cast<size_t>(n);
    written_ += static_cast<size_t>(n);
    if (written_ == pending_.size()) {
      pending_ = Packet();
      stack_->set_unconsumed(0);
    }
  }
  if (!stack_ended_) later();
}

void HostRelay::watch() {
  uint32_t events = 0;
  if (!connected_ || pending_) events |= EPOLLOUT;
  if (connected_ && !host_ended_ && stack_->state() != StreamState::kConnecting &&
      (stack_->send_room() > 0 || stack_->send_closed()))
    events |= EPOLLIN;
  const bool changed = std::exchange(events_, events) != events;
  if (hung_up_ && events == 0) {
    if (std::exchange(watched_, false)) loop_.remove(host_.get());
  } else if (!watched_) {
    if (!add_watch()) {
      give_up();
      later();
    }
  } else if (changed) {
    loop_.modify(host_.get(), events);
  }
}

void HostRelay::give_up() {
  failed_ = true;
  const linger now{1, 0};  // RST
  setsockopt(host_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  SystemCaller caller;
  (void)stack_->set_option(caller, SOL_SOCKET, SO_LINGER, bytes_of(now));
}

}  // namespace unetns
