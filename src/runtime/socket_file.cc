#include "runtime/socket_file.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstring>

#include "preload/hot_layout.h"

namespace unetns {
namespace {
constexpr size_t kNativeBatches = 4;  // of native writes served before others get their turn
constexpr size_t kPushBytes = 65536;  // taken from the stack at once
constexpr Nanos kFirstRingLook = std::chrono::microseconds(100);
constexpr Nanos kRarestRingLook = std::chrono::milliseconds(20);

// unetns_hot_peer() of an IPv4 address; 0: it is none.
uint64_t hot_peer(Bytes name) {
  sockaddr_in in;
  if (name.size() < sizeof in) return 0;
  std::memcpy(&in, name.data(), sizeof in);
  return in.sin_family == AF_INET ? unetns_hot_peer(in.sin_addr.s_addr, in.sin_port) : 0;
}
}  // namespace

SocketFile::SocketFile(FileTable& table, TruesizeTable& sizes, std::unique_ptr<Socket> socket)
    : table_(table),
      sizes_(sizes),
      socket_(std::move(socket)),
      turns_(table.hot(), socket_->net().env().clock) {
  socket_->set_observer(this);
}

SocketFile::~SocketFile() { socket_->set_observer(nullptr); }

void SocketFile::socket_event(Socket&) {
  heat();
  table_.mark_dirty(*this);
}

void SocketFile::heat() {
  const bool tokens = !pushed_.empty() && pushed_.front().token;
  const bool well = socket_->silent() && !socket_->error() && !tokens;
  const bool sends = sendable_ > 0 && !socket_->error() && !turns_.taken();
  uint32_t flags = well ? UNETNS_HOT_RECV : 0;
  if (sends && socket_->steady()) flags |= UNETNS_HOT_SEND;
  if (sends && socket_->silent() && peer_) flags |= UNETNS_HOT_SEND_TO;
  if (well && source_.told()) flags |= UNETNS_HOT_RECV_FROM;
  if (turns_.taken()) flags |= UNETNS_HOT_TURNS;
  table_.hot().set(inode(), flags, sendable_, flags & UNETNS_HOT_SEND_TO ? peer_ : 0,
                   source_.told());
}

// To the same again and again: who sends to many would only make the table change.
void SocketFile::sent_well_to(Bytes name, uint32_t bytes) {
  const uint64_t peer = hot_peer(name);
  if (!peer || socket_->domain() != AF_INET || socket_->type() != SOCK_DGRAM || !socket_->silent())
    return;
  if (std::exchange(peer_, peer) != peer) {
    sendable_ = 0;
  } else if (bytes > sendable_) {
    sendable_ = bytes;
    table_.sends_natively(*this);
  }
}

void SocketFile::heard() {
  if (turns_.heard()) heat();
}

void SocketFile::tell_source(std::span<const Message> next) {
  if (!table_.hot().on() || next.empty()) return;
  uint64_t peer = 0;
  if (socket_->domain() == AF_INET && socket_->type() == SOCK_DGRAM) {
    peer = hot_peer(next.front().name.view());
    for (const Message& message : next.subspan(1))
      if (hot_peer(message.name.view()) != peer) peer = 0;
  }
  if (source_.next(peer, !pushed_.empty())) heat();
}

uint64_t SocketFile::name_of_taken(Bytes read) {
  match();
  return taken_.take(read);
}

void SocketFile::sent_well(size_t bytes, Bytes name) {
  if (!table_.hot().on()) return;
  turns_.spoke();
  if (!name.empty()) return sent_well_to(name, static_cast<uint32_t>(bytes));
  if (!socket_->steady() || bytes <= sendable_) return;
  sendable_ = static_cast<uint32_t>(bytes);
  table_.sends_natively(*this);
}

void SocketFile::cool() {
  sendable_ = 0;
  heat();
}

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
  for (const Message& message : returned_) add(message);
  return out;
}

uint32_t SocketFile::unread_charge(bool exactly) {
  if (exactly) match();
  return charge_;
}

SocketFile::Pushed SocketFile::pop_pushed() {
  Pushed entry = std::move(pushed_.front());
  pushed_.pop_front();
  pushed_truesize_ -= entry.truesize;
  charge_ -= entry.facts.charge;
  return entry;
}

void SocketFile::match() {
  if (pushed_.empty()) return;
  int queued = 0;
  if (ioctl(our_end(), SIOCOUTQ, &queued) != 0) return;
  while (!pushed_.empty() && pushed_truesize_ > static_cast<uint64_t>(queued)) {
    Pushed taken = pop_pushed();
    if (source_.ever() && !taken.token)
      taken_.add(hot_peer(taken.facts.name.view()), std::move(taken.data));
  }
}

bool SocketFile::push_one(Bytes data, Pushed entry) {
  if (send(our_end(), data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return false;
  entry.size = static_cast<uint32_t>(data.size());
  note_pushed(std::move(entry));
  return true;
}

void SocketFile::note_pushed(Pushed entry) {
  entry.truesize = sizes_.of(entry.size);
  if (entry.token) table_.set_uneven(*this, true);
  pushed_truesize_ += entry.truesize;
  pushed_.push_back(std::move(entry));
}

// The next datagram for the program's end; `first`: none is on its way there already.
bool SocketFile::take_next(Message& out, bool first) {
  if (!returned_.empty()) {
    out = std::move(returned_.front());
    returned_.pop_front();
    return true;
  }
  // A pending error stays with the stack: only a notified call can tell it. A token wakes pollers.
  if (socket_->poll() & (POLLERR | POLLRDHUP | POLLHUP)) {
    table_.set_uneven(*this, true);
    if (first && pushed_.empty() && (socket_->poll() & (POLLERR | POLLRDHUP)))
      push_one({}, {.facts = {}, .size = 0, .truesize = 0, .data = {}, .token = true});
    if (socket_->error()) return false;
  }
  auto next = socket_->receive(MSG_DONTWAIT);  // shut for reading is no datagram
  if (!next) return false;
  charge_ += next->charge;
  out = std::move(*next);
  return true;
}

void SocketFile::push() {
  if (socket_->ring_memory()) {
    match();
    return show_ring();
  }
  constexpr uint32_t kShown = POLLIN | POLLERR | POLLRDHUP | POLLHUP;
  if (returned_.empty() && !(socket_->poll() & kShown)) return;
  match();
  std::vector<Message>& batch = table_.outgoing();
  for (bool more = true; more;) {
    batch.clear();
    size_t bytes = 0;
    for (Message next; batch.size() < DatagramBatch::kMost && bytes < kPushBytes;) {
      more = take_next(next, batch.empty());
      if (!more) break;
      bytes += next.data.size();
      batch.push_back(std::move(next));
    }
    tell_source(batch);
    const size_t sent = send_datagrams(our_end(), batch);
    if (sent > 0) heard();
    for (size_t i = 0; i < sent; i++) {
      const auto size = static_cast<uint32_t>(batch[i].data.size());
      ByteVector data = std::exchange(batch[i].data, {});
      if (source_.ever())
        data.resize(std::min(data.size(), TakenNames::kCompared));
      else
        data = {};
      note_pushed(
          {.facts = std::move(batch[i]), .size = size, .truesize = 0, .data = std::move(data)});
    }
    if (sent < batch.size()) {
      for (size_t i = batch.size(); i > sent; i--) returned_.push_front(std::move(batch[i - 1]));
      table_.want_write(*this, true);
      return;
    }
  }
}

std::optional<size_t> SocketFile::next_size() {
  const bool ping = socket_->type() == SOCK_DGRAM && socket_->protocol() == IPPROTO_ICMP;
  if (socket_->domain() == AF_NETLINK || ping) return std::nullopt;
  match();
  for (const Pushed& entry : pushed_)
    if (!entry.token) return entry.size;
  if (returned_.empty()) return std::nullopt;
  return returned_.front().data.size();
}

bool SocketFile::even_out(const FileRef& ref) {
  match();
  const bool token = !pushed_.empty() && pushed_.front().token;
  const uint32_t stays = POLLERR | POLLRDHUP | POLLHUP;
  if (socket_->poll() & (socket_->ring_memory() ? POLLIN | stays : stays)) return false;
  uint8_t none = 0;
  if (token && (ref.end() < 0 || recv(ref.end(), &none, 0, MSG_DONTWAIT) < 0)) return false;
  if (token) pop_pushed();
  return true;
}

void SocketFile::show_ring() {
  if (!(socket_->poll() & (POLLIN | POLLERR))) return;
  if (pushed_.empty())
    push_one({}, {.facts = {}, .size = 0, .truesize = 0, .data = {}, .token = true});
  if (!ring_timer_)
    ring_timer_ = std::make_unique<Timer>(socket_->net().env().timers, [this] { watch_ring(); });
  ring_period_ = kFirstRingLook;
  if (!ring_timer_->armed()) ring_timer_->arm_in(ring_period_);
}

void SocketFile::watch_ring() {
  match();
  if (pushed_.empty() || !pushed_.front().token) return;
  if (!(socket_->poll() & POLLIN)) {
    uint8_t none = 0;
    if (const UniqueFd end = table_.reach(*this);
        end && recv(end.get(), &none, 0, MSG_DONTWAIT) >= 0) {
      pop_pushed();
      return;
    }
  }
  ring_period_ = std::min(ring_period_ * 2, kRarestRingLook);
  ring_timer_->arm_in(ring_period_);
}

Result<Message> SocketFile::receive(const FileRef& ref, int flags) {
  UNETNS_TRY(socket_->may_receive(flags));
  if ((flags & MSG_ERRQUEUE) || socket_->error()) {
    table_.mark_dirty(*this);  // what the error held up can go on
    if (flags & MSG_ERRQUEUE) return socket_->receive(flags);
    return fail(socket_->take_error());
  }
  match();
  const bool peek = flags & MSG_PEEK;
  const int end = pushed_.empty() ? -1 : ref.end();
  if (!pushed_.empty() && end < 0)
    return fail(ENOBUFS);  // out of descriptors: it lies where we can't reach it
  if (const int offset = socket_->options().peek_offset; peek && offset >= 0)
    return peek_behind(end, offset);
  while (!pushed_.empty()) {
    ByteVector data(pushed_.front().size);
    uint8_t none = 0;
    const ssize_t n = recv(end, data.empty() ? &none : data.data(), data.size(),
                           MSG_DONTWAIT | (peek ? MSG_PEEK : 0));
    if (n < 0) {  // a native read was faster
      match();
      if (errno == EAGAIN)
        while (!pushed_.empty()) pop_pushed();
      continue;
    }
    if (pushed_.front().token && peek) {  // must not be seen: take it away for good
      (void)!recv(end, &none, 0, MSG_DONTWAIT);
    }
    Pushed entry = peek && !pushed_.front().token ? pushed_.front() : pop_pushed();
    if (entry.token) {
      if (socket_->poll() & POLLRDHUP) table_.mark_dirty(*this);  // that is to be seen again
      continue;
    }
    entry.facts.data = std::move(data);
    return std::move(entry.facts);
  }
  if (!returned_.empty()) {
    Message m = returned_.front();
    if (!peek) {
      returned_.pop_front();
      charge_ -= m.charge;
    }
    return m;
  }
  auto next = socket_->receive(flags | MSG_DONTWAIT);  // who waits does so elsewhere
  if (next && !peek) heard();
  return next;
}

// The offset counts the bytes of all datagrams that wait. What lies in the program's end is reached
// by the same option there.
Result<Message> SocketFile::peek_behind(int end, int offset) {
  int before = 0, skip = offset;
  for (const Pushed& entry : pushed_) {
    const int size = static_cast<int>(entry.size);
    if (entry.token || (skip >= size && skip != 0)) {
      before += size;
      if (!entry.token) skip -= size;
      continue;
    }
    Message m = entry.facts;
    m.data.resize(entry.size - static_cast<uint32_t>(skip));
    const int at = before + skip, off = -1;
    uint8_t none = 0;
    setsockopt(end, SOL_SOCKET, SO_PEEK_OFF, &at, sizeof at);
    const ssize_t n =
        recv(end, m.data.empty() ? &none : m.data.data(), m.data.size(), MSG_DONTWAIT | MSG_PEEK);
    setsockopt(end, SOL_SOCKET, SO_PEEK_OFF, &off, sizeof off);
    if (n < 0) return fail(errno);
    return m;
  }
  auto from = [&](const Message& message) -> std::optional<Message> {
    const auto size = static_cast<int>(message.data.size());
    if (skip >= size && skip != 0) {
      skip -= size;
      return {};
    }
    Message m = message;
    m.data.erase(m.data.begin(), m.data.begin() + skip);
    return m;
  };
  for (const Message& message : returned_)
    if (auto m = from(message)) return std::move(*m);
  return fail(EAGAIN);
}

void SocketFile::peeked(int flags, size_t taken, size_t whole) {
  int& offset = socket_->options().peek_offset;
  if (offset < 0) return;
  if (flags & MSG_PEEK)
    offset += static_cast<int>(taken);
  else
    offset = std::max(offset - static_cast<int>(whole), 0);
}

void SocketFile::give_back(Message message) {
  charge_ += message.charge;
  returned_.push_front(std::move(message));
  table_.mark_dirty(*this);
}

void SocketFile::send_native(Bytes datagram) {
  turns_.spoke();
  SystemCaller nobody;
  sockaddr_in to{};
  if (const auto name = table_.hot().name_of(datagram)) {
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = static_cast<uint32_t>(name->peer >> 32);
    to.sin_port = static_cast<uint16_t>(name->peer >> 16);
    (void)socket_->send(
        nobody,
        {.data = datagram.subspan(sizeof *name), .name = bytes_of(to), .control = {}, .flags = 0});
    return;
  }
  (void)socket_->send(nobody, {.data = datagram, .name = {}, .control = {}, .flags = 0});
}

bool SocketFile::readable() {
  if (socket_->domain() == AF_NETLINK) table_.cool_senders();
  DatagramBatch& batch = table_.batch();
  for (size_t i = 0; i < kNativeBatches; i++) {
    const size_t n = batch.receive(our_end());
    size_t real = n;
    // An empty datagram, or the end of file of a program's end that is closed: the hang-up event
    // tells.
    while (real > 0 && batch.data(real - 1).empty()) real--;
    if (real < n) {
      pollfd p{our_end(), POLLIN, 0};
      ::poll(&p, 1, 0);
      if (!(p.revents & POLLHUP)) real = n;
    }
    for (size_t k = 0; k < real; k++) send_native(batch.data(k));
    if (real < n || n < DatagramBatch::kMost) return false;
  }
  return true;
}

}  // namespace unetns
