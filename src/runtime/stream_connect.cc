// StreamFile: connecting.
#include <sys/ioctl.h>

#include "preload/hot_layout.h"
#include "runtime/stream_file.h"

namespace unetns {
namespace {

constexpr size_t kFiller = 4096;
// Asked of both ends; the kernel gives as much as net.core.wmem_max allows.
constexpr int kRoom = 1 << 18;
constexpr int kLeast = 1;

void set_room(int fd, int bytes) { setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes); }

}  // namespace

void StreamFile::widen(int fd) { set_room(fd, kRoom); }

// With the least of buffers one page fills it.
void StreamFile::fill(int end) {
  static constexpr std::array<uint8_t, kFiller> zeros{};
  set_room(end, kLeast);
  small_ = true;
  for (int i = 0; i < 16; i++) {
    const ssize_t n = ::send(end, zeros.data(), zeros.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n <= 0) break;
    filler_ += static_cast<size_t>(n);
  }
}

// What was written before connect(2), which Linux refuses: it must not lie in front of a filler.
void StreamFile::drop_early() {
  constexpr int kMost = 1024;
  std::array<uint8_t, kFiller> bytes;
  for (int i = 0; i < kMost && recv(our_end(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0; i++) {
  }
}

void StreamFile::touch_own(int end) {
  const uint8_t byte = 0;
  if (end >= 0 && ::send(end, &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1) ++filler_;
}

void StreamFile::restore_room(int end) {
  widen(end);
  small_ = false;
}

// A program that fills its end may not have come to that: what is there instead are its data.
size_t StreamFile::skip_filler(Bytes read) {
  const size_t most = std::min(read.size(), filler_);
  const auto& mark = table_.hot().mark();
  size_t n = told_ ? 0 : most;
  while (n < most && read[n] == mark[(UNETNS_HOT_SAID - filler_ + n) % mark.size()]) n++;
  filler_ = n < most ? 0 : filler_ - n;
  return n;
}

void StreamFile::unfill(int end) {
  if (small_ && end >= 0) restore_room(end);
  std::array<uint8_t, kFiller> out;
  while (filler_ > 0) {
    const ssize_t n = recv(our_end(), out.data(), std::min(filler_, out.size()), MSG_DONTWAIT);
    if (n <= 0) break;
    const Bytes read(out.data(), static_cast<size_t>(n));
    const size_t skipped = skip_filler(read);
    if (skipped < read.size() && open())
      (void)socket_->write(Packet::copy_of(packets_, read.subspan(skipped)), false, false);
  }
  // What a program fills its own with may come in pieces, and later; take() skips the rest.
  if (!told_) filler_ = 0;
  table_.want_read(*this, true);
}

void StreamFile::wait_for_data(int end, bool on) const {
  using namespace std::chrono;
  timeval time{0, 1};
  if (on) {
    const auto whole = duration_cast<microseconds>(socket_->options().rcvtimeo).count();
    time = {whole / 1000000, whole % 1000000};
  }
  if (end >= 0) setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

void StreamFile::taken_apart() {
  drop_accepted();
  listening_ = outstanding = owes_success = false;
  connect_ = Connect::kNone;
  apart_ = true;
}

void StreamFile::connect_began(int end, bool blocking) {
  apart_ = false;
  if (connect_ == Connect::kNone && end >= 0) drop_early();
  connect_ = blocking ? Connect::kBlocking : Connect::kPolled;
  table_.want_read(*this, false);
  if (!blocking && end >= 0) fill(end);
}

void StreamFile::connect_left(int end) {
  if (connect_ != Connect::kBlocking) return;
  outstanding = true;
  connect_began(end, false);
}

void StreamFile::connect_over() {
  if (severed()) return;
  if (connect_ != Connect::kNone) {
    connect_ = Connect::kNone;
    // Of one that its program has made the room stays small until it is needed: take().
    UniqueFd end = small_ && !told_ ? table_.reach(*this) : UniqueFd();
    unfill(end.get());
  }
  if (socket_->state() == StreamState::kConnected) table_.let_go(*this);
}

void StreamFile::connected_at_once(int end) {
  if (connect_ == Connect::kNone) drop_early();
  // Whoever polls for edges must see one.
  touch_own(end);
  connect_ = Connect::kPolled;
  connect_over();
}

// It can be written to, and what is written starts it.
void StreamFile::connected_late(int end) {
  apart_ = false;
  connect_ = Connect::kNone;
  unfill(end);
}

// What the program wrote went with a SYN: all else waits until that is answered.
void StreamFile::note_late() {
  if (connect_ == Connect::kNone && !listening_ && socket_->state() == StreamState::kConnecting)
    connect_began(-1, true);
}

void StreamFile::failed_at_once(int err) {
  if (!socket_->error()) socket_->set_error(err);
  connect_ = Connect::kNone;
  apart_ = false;
  fail_visibly();
}

void StreamFile::settle_connect() {
  if (socket_->state() == StreamState::kConnecting) return;
  if (socket_->error()) {  // nobody waits in connect(): seen by polling
    connect_ = Connect::kNone;
    fail_visibly();
    return;
  }
  connect_over();
}

bool StreamFile::connect_told(const Caller& caller, Bytes name) {
  told_ = small_ = outstanding = true;
  filler_ = UNETNS_HOT_SAID;
  connect_ = Connect::kPolled;
  table_.want_read(*this, false);
  const auto result = socket_->connect(caller, name);
  const int code = result ? 0 : result.error().code;
  if (code != 0 && code != EINPROGRESS) {
    failed_at_once(code);
    return code == ECONNREFUSED;
  }
  if (socket_->state() != StreamState::kConnecting) settle_connect();
  heat();
  return true;
}

Result<UniqueFd> StreamFile::renew(bool nonblock) {
  auto end = table_.renew(*this, nonblock);
  if (!end) return end;
  socket_->set_inode(inode());
  drop_pending();
  filler_ = published_ = 0;
  if (accepting_) take_back();
  apart_ = small_ = spent_ = saw_end_ = no_more_reads_ = no_more_writes_ = read_shut_ = edges_ =
      primed_ = closed_unread_ = false;
  widen(end->get());
  return end;
}

}  // namespace unetns
