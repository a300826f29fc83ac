#include "runtime/socket_file.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

namespace unetns {
namespace {
constexpr size_t kMaxDatagram = 1 << 18;
constexpr size_t kNativeBatch = 64;  // native writes served before others get their turn
}  // namespace

SocketFile::SocketFile(FileTable& table, TruesizeTable& sizes, std::unique_ptr<Socket> socket)
    : table_(table), sizes_(sizes), socket_(std::move(socket)) {
  socket_->set_observer(this);
}

SocketFile::~SocketFile() { socket_->set_observer(nullptr); }

void SocketFile::socket_event(Socket&) { table_.mark_dirty(*this); }

SocketObserver::Unread SocketFile::unread() {
  match();
  Unread out;
  for (const Pushed& entry : pushed_)
    if (!entry.token) {
      ++out.datagrams;
      out.bytes += entry.truesize;
    }
  const auto add = [&](const Message& message) {
    ++out.datagrams;
    out.bytes += sizes_.of(static_cast<uint32_t>(message.data.size()));
  };
  if (waiting_) add(*waiting_);
  for (const Message& message : returned_) add(message);
  return out;
}

void SocketFile::match() {
  if (pushed_.empty()) return;
  int queued = 0;
  if (ioctl(our_end(), SIOCOUTQ, &queued) != 0) return;
  while (!pushed_.empty() && pushed_truesize_ > static_cast<uint64_t>(queued)) {
    pushed_truesize_ -= pushed_.front().truesize;
    pushed_.pop_front();
  }
}

bool SocketFile::push_one(Bytes data, Pushed entry) {
  if (send(our_end(), data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return false;
  entry.size = static_cast<uint32_t>(data.size());
  entry.truesize = sizes_.of(entry.size);
  pushed_truesize_ += entry.truesize;
  pushed_.push_back(std::move(entry));
  return true;
}

void SocketFile::push() {
  match();
  for (;;) {
    if (!waiting_) {
      if (!returned_.empty()) {
        waiting_ = std::move(returned_.front());
        returned_.pop_front();
      } else {
        // A pending error stays with the stack: only a notified call can tell it. A token wakes
        // pollers.
        if (socket_->poll() & POLLERR) {
          if (pushed_.empty()) push_one({}, {.facts = {}, .size = 0, .truesize = 0, .token = true});
          if (socket_->error()) return;
        }
        auto next = socket_->receive(0);
        if (!next) return;
        waiting_ = std::move(*next);
      }
    }
    ByteVector data = std::move(waiting_->data);
    waiting_->data.clear();
    Pushed entry{.facts = *waiting_, .size = 0, .truesize = 0};
    if (!push_one(data, std::move(entry))) {
      waiting_->data = std::move(data);
      table_.want_write(*this, true);
      return;
    }
    waiting_.reset();
  }
}

Result<Message> SocketFile::receive(int end, int flags) {
  if (flags & MSG_ERRQUEUE) return socket_->receive(flags);
  if (socket_->error()) return fail(socket_->take_error());
  match();
  const bool peek = flags & MSG_PEEK;
  if (!pushed_.empty() && end < 0)
    return fail(ENOBUFS);  // out of descriptors: it lies where we can't reach it
  while (!pushed_.empty()) {
    ByteVector data(pushed_.front().size);
    uint8_t none = 0;
    const ssize_t n = recv(end, data.empty() ? &none : data.data(), data.size(),
                           MSG_DONTWAIT | (peek ? MSG_PEEK : 0));
    if (n < 0) {  // a native read was faster
      match();
      if (!pushed_.empty() && errno == EAGAIN) {
        pushed_.clear();
        pushed_truesize_ = 0;
      }
      continue;
    }
    if (pushed_.front().token && peek) {  // must not be seen: take it away for good
      (void)!recv(end, &none, 0, MSG_DONTWAIT);
    }
    Pushed entry = peek && !pushed_.front().token ? pushed_.front() : std::move(pushed_.front());
    if (!peek || entry.token) {
      pushed_truesize_ -= entry.truesize;
      pushed_.pop_front();
    }
    if (entry.token) continue;
    entry.facts.data = std::move(data);
    return std::move(entry.facts);
  }
  if (!returned_.empty()) {
    Message m = returned_.front();
    if (!peek) returned_.pop_front();
    return m;
  }
  if (waiting_) {
    Message m = *waiting_;
    if (!peek) waiting_.reset();
    return m;
  }
  return socket_->receive(flags);
}

void SocketFile::give_back(Message message) {
  returned_.push_front(std::move(message));
  table_.mark_dirty(*this);
}

bool SocketFile::readable() {
  for (size_t i = 0; i < kNativeBatch; i++) {
    int size = 0;
    if (ioctl(our_end(), FIONREAD, &size) != 0) return false;
    ByteVector data(static_cast<size_t>(size) < kMaxDatagram ? static_cast<size_t>(size)
                                                             : kMaxDatagram);
    uint8_t none = 0;
    const ssize_t n =
        recv(our_end(), data.empty() ? &none : data.data(), data.size(), MSG_DONTWAIT);
    if (n < 0) return false;
    if (n == 0 && size == 0) {
      // An empty datagram, or the end of file of a program's end that is closed: the hang-up event
      // tells.
      int more = 0;
      if (ioctl(our_end(), FIONREAD, &more) != 0 || more == 0) {
        pollfd p{our_end(), POLLIN, 0};
        ::poll(&p, 1, 0);
        if (p.revents & POLLHUP) return false;
      }
    }
    SystemCaller nobody;
    (void)socket_->send(
        nobody,
        {.data = Bytes(data).first(static_cast<size_t>(n)), .name = {}, .control = {}, .flags = 0});
  }
  return true;
}

}  // namespace unetns
