#include "runtime/stream_file.h"

#include <sys/ioctl.h>
#include <sys/uio.h>

#include <algorithm>
#include <utility>

#include "preload/hot_layout.h"

namespace unetns {
namespace {

constexpr size_t kPiece = 65536;           // bytes of one read of our end
constexpr size_t kPerTurn = 8 * kPiece;    // and of all before others get their turn
constexpr size_t kPerWrite = 16 * kPiece;  // bytes of one write to the program
constexpr size_t kPushPerTurn = 4 * kPerWrite;
// Less than this is copied into a buffer of its size: a queue of small packets must not keep large
// buffers.
constexpr size_t kCopy = 16384;
// Who writes so much at once writes more.
constexpr size_t kWantsRoom = 1024;

}  // namespace

StreamFile::StreamFile(FileTable& table, PacketPool& packets, std::unique_ptr<StreamSocket> socket)
    : table_(table),
      packets_(packets),
      socket_(std::move(socket)),
      turns_(table.hot(), socket_->net().env().clock) {
  socket_->set_observer(this);
}

StreamFile::~StreamFile() {
  turns_.answer();
  drop_accepted();
  if (!socket_) return;
  drain();
  socket_->set_observer(nullptr);
  // As close(2) of Linux: what was received and never read makes it a reset.
  socket_->set_unconsumed(closed_unread_ || count_ ? 1 : 0);
  socket_->close();
}

bool StreamFile::open() const {
  const StreamState state = socket_->state();
  return state == StreamState::kConnected || state == StreamState::kClosed;
}

// One read of our end. 0: nothing (more) there.
size_t StreamFile::take(size_t most) {
  Packet packet = Packet::allocate(packets_, 0, std::min(most, kPiece));
  const size_t room = packet.size();
  const ssize_t got = recv(our_end(), packet.head().data(), room, MSG_DONTWAIT);
  if (got <= 0) {
    if (got < 0 && errno == ECONNRESET) closed_unread_ = true;
    if (got == 0) {
      saw_end_ = true;
      table_.want_read(*this, false);
    }
    return 0;
  }
  size_t n = static_cast<size_t>(got);
  const size_t skip = skip_filler(Bytes(packet.head()).first(n));
  if (skip < n) {
    if (wants_end() && n - skip >= kWantsRoom)
      if (const UniqueFd end = table_.reach(*this)) restore_room(end.get());
    if (n - skip < kCopy) {
      packet = Packet::copy_of(packets_, Bytes(packet.head()).subspan(skip, n - skip));
    } else {
      packet.trim(n);
      packet.pull(skip);
    }
    (void)socket_->write(std::move(packet), false, false);  // what fails is seen by push()
    turns_.spoke();
    note_late();
  }
  return n;
}

bool StreamFile::readable() {
  if (severed() || saw_end_ || listening_ || connect_ != Connect::kNone) return false;
  for (size_t done = 0; done < kPerTurn;) {
    // Where nothing can be sent any more it is taken and dropped.
    const bool bounded = socket_->state() == StreamState::kConnected && !socket_->send_closed();
    const size_t room = bounded ? socket_->send_room() : kPiece;
    if (room == 0) {
      table_.want_read(*this, false);
      return false;
    }
    const size_t most = std::min(kPiece, std::max(room, kCopy));
    const size_t n = take(most);
    if (n < most || connect_ != Connect::kNone) return false;
    done += n;
  }
  return true;
}

void StreamFile::drain() {
  if (severed() || listening_ || connect_ != Connect::kNone) return;
  // Bounded by what fits into the pair; another thread may go on writing.
  for (size_t done = 0; done < (64u << 20) && !saw_end_;) {
    const size_t n = take(kPiece);
    if (n < kPiece) break;
    done += n;
  }
}

bool StreamFile::hung_up() {
  if (edges_ && !primed_) {  // the event that adding it makes
    primed_ = true;
    if (table_.still_there(*this)) return false;
    if (table_.can_getfd()) return !table_.reach(*this);
    table_.set_unsure(*this);
    return false;
  }
  return !edges_ || !table_.still_there(*this);  // edges come from shutdown(2) too
}

// The same as what send_stream() and receive_stream() leave to the kernel.
void StreamFile::heat() {
  const bool well = !severed() && socket_->state() == StreamState::kConnected &&
                    !socket_->is_late() && !socket_->error() && !read_shut_ && !small_ &&
                    connect_ == Connect::kNone && socket_->options().rcvlowat <= 1;
  uint32_t flags = well ? UNETNS_HOT_RECV | UNETNS_HOT_SEND | UNETNS_HOT_STREAM : 0;
  if (socket_->tells_sent()) flags &= ~UNETNS_HOT_SEND;
  if (well && turns_.taken()) flags |= UNETNS_HOT_TURNS;
  if (listening_ && socket_->state() == StreamState::kListening) flags = listener_heat();
  if (std::exchange(published_, flags) != flags) table_.hot().set(inode(), flags);
}

void StreamFile::push() {
  push_now();
  heat();
}

void StreamFile::push_now() {
  note_late();
  if (connect_ != Connect::kNone) settle_connect();
  if (listening_) {
    offer_accepted();
    return;
  }
  if (severed()) return;
  if (!open()) {
    if (socket_->error() && socket_->state() == StreamState::kFresh) fail_visibly();
    return;
  }
  // What can't be sent any more is taken too, and dropped: nobody must wait for room.
  if (!no_more_reads_ && !saw_end_ &&
      (socket_->send_room() > 0 || socket_->send_closed() ||
       socket_->state() == StreamState::kClosed))
    table_.want_read(*this, true);
  if (push_data()) finish();
}

void StreamFile::drop_pending() {
  for (size_t i = first_; i < count_; i++) pending_[i] = Packet();
  first_ = count_ = written_ = pending_bytes_ = 0;
  urgent_ = -1;
}

void StreamFile::consume_pending(size_t n) {
  pending_bytes_ -= n;
  while (n > 0) {
    const size_t rest = pending_[first_].size() - written_;
    if (n < rest) {
      written_ += n;
      return;
    }
    n -= rest;
    written_ = 0;
    pending_[first_++] = Packet();
  }
}

// Takes from the stack what makes up one write. False: nothing to write now.
bool StreamFile::fetch(bool all) {
  if (first_ == count_) first_ = count_ = 0;
  const auto& options = socket_->options();
  if (!all && options.rcvlowat > 1 && count_ == 0 && !(socket_->poll() & POLLRDHUP) &&
      !socket_->error() && socket_->readable() < static_cast<size_t>(options.rcvlowat)) {
    int waiting = 0;  // what lies there already is too little by itself, but readers were woken
    if (ioctl(our_end(), TIOCOUTQ, &waiting) == 0 && waiting == 0) return false;
  }
  while (count_ < kPieces && pending_bytes_ < kPerWrite) {
    if (!past_mark_ && socket_->at_urgent_mark()) break;
    Packet piece = socket_->read(kPerWrite - pending_bytes_);
    if (!piece) {
      past_mark_ = past_mark_ && socket_->at_urgent_mark();  // else the mark was passed over
      break;
    }
    past_mark_ = false;
    pending_bytes_ += piece.size();
    pending_[count_++] = std::move(piece);
  }
  return first_ < count_;
}

// The urgent byte, when all before it is written. False: no room.
bool StreamFile::push_urgent() {
  if (urgent_ < 0) {
    if (past_mark_ || !socket_->at_urgent_mark()) return true;
    auto byte = socket_->read_urgent(false);
    if (!byte && byte.error().code == EAGAIN) return true;  // announced, and still to come
    past_mark_ = true;
    if (byte) {
      urgent_ = *byte;
    } else if (socket_->options().oob_inline && byte.error().code == EINVAL) {
      Packet piece = socket_->read(1);
      past_mark_ = !piece;
      if (!piece) return true;
      uint8_t value = 0;
      piece.copy_to({&value, 1});
      urgent_ = value;
    } else {
      return true;
    }
  }
  const auto byte = static_cast<uint8_t>(urgent_);
  if (send(our_end(), &byte, 1, MSG_OOB | MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == EAGAIN)
    return false;
  urgent_ = -1;
  return true;
}

// True: all that is to be written now is.
bool StreamFile::push_data(bool all) {
  if (read_shut_) {  // recv() gets it by after_end()
    table_.want_write(*this, false);
    return true;
  }
  for (size_t done = 0;;) {
    if (first_ == count_ && !push_urgent()) {
      table_.want_write(*this, true);
      return false;
    }
    if (first_ == count_ && !fetch(all)) {
      table_.want_write(*this, false);
      return true;
    }
    if (done >= kPushPerTurn) {
      table_.mark_dirty(*this);
      return false;
    }
    std::array<iovec, 4 * kPieces> vec;
    std::array<Bytes, 4 * kPieces> pieces;
    size_t used = 0;
    for (size_t i = first_; i < count_ && used < pieces.size(); i++)
      used += pending_[i].pieces(std::span(pieces).subspan(used), i == first_ ? written_ : 0);
    for (size_t i = 0; i < used; i++)
      vec[i] = {const_cast<uint8_t*>(pieces[i].data()), pieces[i].size()};
    msghdr message{};
    message.msg_iov = vec.data();
    message.msg_iovlen = used;
    const ssize_t n = sendmsg(our_end(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EAGAIN && !std::exchange(widened_, true)) {
        widen(our_end());
        continue;
      }
      if (errno == EAGAIN) {
        table_.want_write(*this, true);
        return false;
      }
      // The program closed its end (the hang-up tells), or reads no more.
      if (errno == ECONNRESET) closed_unread_ = true;
      drop_pending();
      while (socket_->read(kPerWrite)) {
      }
      table_.want_write(*this, false);
      return true;
    }
    done += static_cast<size_t>(n);
    consume_pending(static_cast<size_t>(n));
    turns_.heard();
  }
}

ByteVector StreamFile::after_end(size_t most) const {
  const bool pending = first_ < count_;
  const Packet* next = pending ? &pending_[first_] : socket_->peek();
  if (!next) return {};
  const size_t skip = pending ? written_ : 0;
  ByteVector out(std::min(most, next->size() - skip));
  std::array<Bytes, 64> pieces;
  const size_t used = next->pieces(pieces, skip);
  size_t at = 0;
  for (size_t i = 0; i < used && at < out.size(); i++) {
    const size_t n = std::min(pieces[i].size(), out.size() - at);
    std::copy_n(pieces[i].begin(), n, out.begin() + static_cast<ptrdiff_t>(at));
    at += n;
  }
  out.resize(at);
  return out;
}

void StreamFile::consume_after_end(size_t n) {
  if (first_ < count_)
    consume_pending(n);
  else
    (void)socket_->read(n);
}

Packet StreamFile::take_next(size_t most) {
  if (first_ < count_ || socket_->at_urgent_mark()) return {};
  Packet piece = socket_->read(most);
  if (!piece) return {};
  past_mark_ = false;
  turns_.heard();
  return piece;
}

void StreamFile::give_back(Packet data) {
  first_ = written_ = 0;
  count_ = 1;
  pending_bytes_ = data.size();
  pending_[0] = std::move(data);
  table_.mark_dirty(*this);
}

// What comes after the data: the end of it, or a failure.
void StreamFile::finish() {
  if (socket_->state() == StreamState::kClosed && (socket_->error() || socket_->was_reset())) {
    const bool ended = no_more_writes_ || (socket_->error() && socket_->at_eof() && !read_shut_);
    if (!ended) {
      fail_visibly();
    } else if (!no_more_reads_) {  // after an end of file: reads go on to tell that
      ::shutdown(our_end(), SHUT_RDWR);
      note_shut(true, true);
    }
    return;
  }
  if (!no_more_writes_ && socket_->at_eof()) {
    ::shutdown(our_end(), SHUT_WR);
    note_shut(false, true);
  }
}

// Closes our end so that the program sees a reset, and its own writes fail.
void StreamFile::fail_visibly() {
  turns_.answer();
  if (severed()) return;
  UniqueFd end = table_.reach(*this);
  int unread = 0;  // a filler may not have come yet
  (void)ioctl(our_end(), FIONREAD, &unread);
  const uint8_t byte = 0;
  if (unread <= 0 && (!end || ::send(end.get(), &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)) {
    // It must do with an end of file.
    ::shutdown(our_end(), SHUT_RDWR);
    note_shut(true, true);
    return;
  }
  drop_pending();
  filler_ = 0;
  table_.sever(*this);
  if (small_ && end) restore_room(end.get());  // not before: pollers would see it writable
}

void StreamFile::note_shut(bool reading, bool writing) {
  turns_.answer();
  if (reading && !no_more_reads_) {
    no_more_reads_ = true;
    table_.want_read(*this, false);
  }
  no_more_writes_ = no_more_writes_ || writing;
  // Once both directions are shut the pair has hung up for good; only edges tell closing then.
  if (no_more_reads_ && no_more_writes_ && !edges_) {
    edges_ = true;
    table_.watch_edges(*this);
  }
}

void StreamFile::shut(int how) {
  if (listening_) stop_listening();
  if (spent()) return;
  const bool reading = how == SHUT_RD || how == SHUT_RDWR;
  const bool writing = how == SHUT_WR || how == SHUT_RDWR;
  read_shut_ = read_shut_ || reading;
  heat();
  if ((no_more_writes_ || !reading) && (no_more_reads_ || !writing)) return;
  // What the program reads is what we write.
  ::shutdown(our_end(), how == SHUT_RDWR ? SHUT_RDWR : how == SHUT_RD ? SHUT_WR : SHUT_RD);
  note_shut(writing, reading);
  table_.mark_dirty(*this);
}

SocketObserver::Unread StreamFile::unread() {
  Unread out;
  if (listening_ && accepting_)
    out.bytes = static_cast<uint32_t>(accepting_->lent.size() + accepting_->returned.size());
  if (listening_ || connect_ != Connect::kNone) return out;
  out.bytes = static_cast<uint32_t>(pending_bytes_);
  int waiting = 0;
  if (UniqueFd end = table_.reach(*this); end && ioctl(end.get(), FIONREAD, &waiting) == 0)
    out.bytes += static_cast<uint32_t>(waiting);
  return out;
}

int StreamFile::take_error(int end) {
  const int mine = socket_->take_error();
  if (severed() && end >= 0) {
    int native = 0;
    socklen_t size = sizeof native;
    // A native read told it already.
    if (getsockopt(end, SOL_SOCKET, SO_ERROR, &native, &size) == 0 && native == 0) return 0;
  }
  return mine;
}

size_t StreamFile::unseen() const {
  int n = 0;
  if (severed() || ioctl(our_end(), FIONREAD, &n) != 0 || n < 0) return 0;
  return static_cast<size_t>(n) > filler_ ? static_cast<size_t>(n) - filler_ : 0;
}

bool StreamFile::nothing_to_read() const {
  int waiting = 0;
  return !severed() && ioctl(our_end(), TIOCOUTQ, &waiting) == 0 && waiting == 0;
}

bool StreamFile::drained() const { return first_ == count_ && nothing_to_read(); }

std::unique_ptr<StreamSocket> StreamFile::release() {
  socket_->set_observer(nullptr);
  return std::move(socket_);
}

}  // namespace unetns
