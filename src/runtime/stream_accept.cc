// StreamFile: accepting.
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "host/fd_message.h"
#include "preload/hot_layout.h"
#include "runtime/stream_file.h"

namespace unetns {
namespace {

// For so long after a listener has gone, who goes too was not accepted, if nothing tells otherwise:
// when its program's end held data, that tells more.
constexpr Nanos kOrphanTime = std::chrono::milliseconds(100);

uint64_t inode_of(int fd) {
  struct stat st {};
  return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

}  // namespace

void StreamFile::listening(int end) {
  if (listening_) return;
  listening_ = true;
  table_.want_read(*this, false);
  if (end >= 0) fill(end);
  ::shutdown(our_end(), SHUT_RD);  // a write(2) gets EPIPE
}

// It was shut, and may listen or connect anew. Until then the pair says that it has hung up.
void StreamFile::stop_listening() {
  UniqueFd end = table_.reach(*this);
  recall(end.get());
  std::array<uint8_t, 64> tokens;
  while (end && recv(end.get(), tokens.data(), tokens.size(), MSG_DONTWAIT) > 0) {
  }
  unfill(end.get());
  drop_accepted();
  listening_ = false;
  spent_ = true;
  ::shutdown(our_end(), SHUT_RDWR);
  note_shut(true, true);
}

StreamFile::Accepting& StreamFile::accepting() {
  if (!accepting_) accepting_ = std::make_unique<Accepting>();
  return *accepting_;
}

bool StreamFile::accept_natively(int end, bool nonblock) {
  if (!listening_ || end < 0) return false;
  Accepting& a = accepting();
  a.nonblock = nonblock;
  if (!std::exchange(a.messages, true)) {
    std::array<uint8_t, 64> tokens;
    while (recv(end, tokens.data(), tokens.size(), MSG_DONTWAIT) > 0) {
    }
    a.tokens = 0;
  }
  table_.mark_dirty(*this);
  return true;
}

uint32_t StreamFile::listener_heat() const {
  if (!accepting_ || !accepting_->messages) return UNETNS_HOT_LISTENS;
  const uint32_t all = to_accept() == 0 ? UNETNS_HOT_ACCEPT_ALL : 0;
  return UNETNS_HOT_LISTENS | UNETNS_HOT_ACCEPT | all;
}

size_t StreamFile::to_accept() const {
  return socket_->accept_queue() + (accepting_ ? accepting_->ready.size() : 0);
}

Result<StreamFile::Accepted> StreamFile::next_accepted() {
  Accepted out;
  if (Accepting& a = accepting(); !a.ready.empty()) {
    out = std::move(a.ready.front());
    a.ready.pop_front();
    return out;
  }
  UNETNS_ASSIGN(auto socket, socket_->accept());
  out.socket.reset(static_cast<StreamSocket*>(socket.release()));
  return out;
}

Result<void> StreamFile::join_pair(Accepted& connection, bool nonblock) {
  if (connection.end) {
    fcntl(connection.end.get(), F_SETFL, O_RDWR | (nonblock ? O_NONBLOCK : 0));
    return {};
  }
  std::unique_ptr<ProgramFile> file =
      std::make_unique<StreamFile>(table_, packets_, std::move(connection.socket));
  StreamFile& made = *file->stream();
  auto end = table_.add(std::move(file), nonblock, false);
  if (!end) {
    connection.socket = made.release();
    return std::unexpected(end.error());
  }
  widen(end->get());
  made.sock().set_inode(made.inode());
  connection.end = std::move(*end);
  connection.inode = made.inode();
  return {};
}

StreamFile* StreamFile::stream_of(uint64_t inode) {
  ProgramFile* file = inode ? table_.by_inode(inode) : nullptr;
  return file ? file->stream() : nullptr;
}

Result<SockAddr> StreamFile::name_of(const Accepted& connection) {
  if (connection.socket) return connection.socket->accepted_name();
  StreamFile* made = stream_of(connection.inode);
  return made ? made->sock().accepted_name() : fail(ECONNABORTED);
}

// In order, as far as there is room. What the program takes makes room, which is told.
void StreamFile::offer_connections() {
  Accepting& a = accepting();
  while (a.tokens == 0 && to_accept() > 0) {
    if (a.offered.size() >= a.most) note_taken();
    if (a.offered.size() >= a.most) break;
    auto next = next_accepted();
    if (!next) break;
    StreamFile* made = join_pair(*next, a.nonblock) ? stream_of(next->inode) : nullptr;
    unetns_hot_accepted told{};
    if (made) {
      const auto name = made->sock().accepted_name();
      if (name && name->len >= sizeof(sockaddr_in)) {
        const auto in = load<sockaddr_in>(name->view().data());
        if (in.sin_family == AF_INET) told.peer = unetns_hot_peer(in.sin_addr.s_addr, in.sin_port);
      }
      told.nonblocking = a.nonblock;
    }
    if (!made || !told.peer || !send_with_fd(our_end(), bytes_of(told), next->end.get())) {
      give_back(std::move(*next));
      note_taken();
      break;
    }
    made->offered_by_ = inode();
    table_.mark_dirty(*made);
    if (a.each == 0) (void)ioctl(our_end(), SIOCOUTQ, &a.each);
    a.offered.push_back(next->inode);
  }
  table_.want_room(*this, to_accept() > 0 && !a.offered.empty());
}

void StreamFile::offer_accepted() {
  if (socket_->state() != StreamState::kListening) return;
  size_t wanted = to_accept();
  if (accepting_ && accepting_->messages) {
    if (wanted > 0 && parked.empty()) offer_connections();
    if (!accepting_->offered.empty()) return;  // pollers see these
    wanted = to_accept();
  }
  const uint8_t byte = 0;
  while (wanted > 0 && accepting().tokens < wanted &&
         ::send(our_end(), &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1)
    ++accepting().tokens;
}

// What lies in the program's end still is the last of them.
void StreamFile::note_taken() {
  Accepting& a = *accepting_;
  int left = 0;
  if (a.offered.empty() || a.tokens > 0 || ioctl(our_end(), SIOCOUTQ, &left) != 0) return;
  if (left > 0 && a.each <= 0) return;
  const size_t there = left > 0 ? static_cast<size_t>((left + a.each / 2) / a.each) : 0;
  while (a.offered.size() > there) {
    if (StreamFile* taken = stream_of(a.offered.front())) taken->offered_by_ = 0;
    a.offered.pop_front();
    a.most = std::min(2 * a.most, kMostOffered);
    a.any_taken = true;
  }
}

void StreamFile::recall(int end) {
  if (!accepting_ || !accepting_->messages || end < 0) return;
  Accepting& a = *accepting_;
  table_.hot().set(inode(), UNETNS_HOT_LISTENS | UNETNS_HOT_ACCEPT);  // who finds none now asks
  std::deque<Accepted> back;
  for (;;) {
    std::array<uint8_t, 64> told;
    auto got = receive_with_fd(end, told, MSG_DONTWAIT);
    if (!got || got->size == 0) break;
    if (!got->fd) continue;
    const uint64_t inode = inode_of(got->fd.get());
    back.push_back({nullptr, std::move(got->fd), inode});
  }
  a.tokens = 0;
  if (std::exchange(a.any_taken, false) || back.size() < a.offered.size())
    a.most = std::min(2 * a.most, kMostOffered);
  else if (!back.empty())
    a.most = std::max(a.most / 4, size_t{1});
  for (uint64_t inode : std::exchange(a.offered, {}))
    if (StreamFile* taken = stream_of(inode)) taken->offered_by_ = 0;
  for (; !back.empty(); back.pop_back()) {
    if (StreamFile* made = stream_of(back.back().inode)) made->offered_by_ = inode();
    a.ready.push_front(std::move(back.back()));
  }
}

bool StreamFile::on_its_way() {
  StreamFile* listener = stream_of(offered_by_);
  if (!listener || !listener->accepting_) return false;
  listener->note_taken();
  return offered_by_ != 0;
}

UniqueFd StreamFile::reach_end() {
  if (StreamFile* listener = stream_of(offered_by_); listener && listener->accepting_) {
    const UniqueFd end = table_.reach(*listener);
    listener->recall(end.get());
    table_.mark_dirty(*listener);
    for (const Accepted& ready : listener->accepting_->ready)
      if (ready.inode == inode()) return UniqueFd(fcntl(ready.end.get(), F_DUPFD_CLOEXEC, 0));
  }
  return table_.reach(*this);
}

Result<StreamFile::Accepted> StreamFile::accept(int end) {
  recall(end);
  auto out = next_accepted();
  if (out)
    if (StreamFile* made = stream_of(out->inode)) made->offered_by_ = 0;
  // Also after a failure: connections may have gone by themselves.
  Accepting& a = accepting();
  const size_t waiting = to_accept();
  std::array<uint8_t, 64> bytes;
  while (end >= 0 && a.tokens > waiting) {
    const ssize_t n =
        recv(end, bytes.data(), std::min(a.tokens - waiting, bytes.size()), MSG_DONTWAIT);
    if (n <= 0) {  // the program read them itself
      a.tokens = 0;
      break;
    }
    a.tokens -= static_cast<size_t>(n);
  }
  if (waiting > a.tokens) table_.mark_dirty(*this);
  return out;
}

void StreamFile::abort_at_close() {
  const linger now{1, 0};  // as a listener's close(2) does with what nobody accepted: RST
  SystemCaller caller;
  (void)socket_->set_option(caller, SOL_SOCKET, SO_LINGER, bytes_of(now));
}

void StreamFile::drop_accepted() {
  if (!accepting_) return;
  for (Accepted& connection : accepting_->ready) {
    if (StreamFile* made = stream_of(connection.inode)) {
      made->abort_at_close();
    } else if (connection.socket) {
      const linger now{1, 0};
      SystemCaller caller;
      (void)connection.socket->set_option(caller, SOL_SOCKET, SO_LINGER, bytes_of(now));
      connection.socket->close();
    }
  }
  accepting_->ready.clear();
  // The program's end has gone: with some of these in it (unix(7): ECONNRESET), or none. Which
  // can't be told any more: they go with it now.
  int left = 0;
  socklen_t size = sizeof left;
  if (!severed()) (void)getsockopt(our_end(), SOL_SOCKET, SO_ERROR, &left, &size);
  for (uint64_t inode : std::exchange(accepting_->offered, {}))
    if (StreamFile* made = stream_of(inode)) {
      made->offered_by_ = 0;
      if (left != 0) made->orphaned_ = made->socket_->net().env().clock.monotonic();
    }
}

bool StreamFile::is_orphan() const {
  return orphaned_ && !spoke_ && pushed_ == 0 &&
         socket_->net().env().clock.monotonic() - *orphaned_ < kOrphanTime;
}

void StreamFile::give_back(Accepted connection) {
  if (StreamFile* made = stream_of(connection.inode)) made->offered_by_ = inode();
  accepting().ready.push_front(std::move(connection));
  table_.mark_dirty(*this);
}

}  // namespace unetns
