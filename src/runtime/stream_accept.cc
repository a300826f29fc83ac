// StreamFile: accepting.
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "preload/hot_layout.h"
#include "runtime/stream_file.h"

namespace unetns {
namespace {

constexpr size_t kMostLent = 128;
// Who takes a token comes to the dock with it at once, if it lives.
constexpr Nanos kLostAfter = std::chrono::seconds(1);

// Of a struct unetns_hot_token.
uint64_t token_peer(const SockAddr& name) {
  switch (load<sa_family_t>(name.bytes.data())) {
    case AF_INET: {
      const auto in = load<sockaddr_in>(name.bytes.data());
      return unetns_hot_peer(in.sin_addr.s_addr, in.sin_port);
    }
    case AF_INET6: {  // a mapped address
      const auto in = load<sockaddr_in6>(name.bytes.data());
      const auto address = load<uint32_t>(&in.sin6_addr.s6_addr[12]);
      return unetns_hot_peer(address, in.sin6_port) | UNETNS_TOKEN_INET6;
    }
    default:
      return 0;
  }
}

// As a listener's close(2) does with what nobody accepted: RST.
void abort_connection(StreamSocket& connection) {
  const linger now{1, 0};
  SystemCaller caller;
  (void)connection.set_option(caller, SOL_SOCKET, SO_LINGER, bytes_of(now));
  connection.close();
}

// Takes tokens from a program's end that say nothing.
void throw_away(int end) {
  std::array<uint8_t, 256> bytes;
  while (end >= 0 && recv(end, bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
  }
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
  throw_away(end.get());
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

bool StreamFile::accept_natively(int end) {
  if (!listening_ || end < 0) return false;
  if (!std::exchange(accepting().telling, true)) {
    throw_away(end);
    accepting_->bytes = 0;
    table_.lends(*this);
  }
  table_.mark_dirty(*this);
  return true;
}

uint32_t StreamFile::listener_heat() const {
  if (!accepting_ || !accepting_->telling) return UNETNS_HOT_LISTENS;
  const uint32_t all = to_accept() == 0 ? UNETNS_HOT_ACCEPT_ALL : 0;
  return UNETNS_HOT_LISTENS | UNETNS_HOT_ACCEPT | all;
}

size_t StreamFile::to_accept() const {
  return socket_->accept_queue() + (accepting_ ? accepting_->returned.size() : 0);
}

Result<std::unique_ptr<StreamSocket>> StreamFile::next_accepted() {
  if (Accepting& a = accepting(); !a.returned.empty()) {
    std::unique_ptr<StreamSocket> out = std::move(a.returned.front());
    a.returned.pop_front();
    return out;
  }
  UNETNS_ASSIGN(auto socket, socket_->accept());
  return std::unique_ptr<StreamSocket>(static_cast<StreamSocket*>(socket.release()));
}

// In order, as far as there is room; claim() makes room.
void StreamFile::lend_accepted() {
  Accepting& a = accepting();
  while (to_accept() > 0 && a.lent.size() < kMostLent) {
    auto next = next_accepted();
    if (!next) return;
    unetns_hot_token told{a.last_token + 1, 0};
    if (const auto name = (*next)->accepted_name()) told.peer = token_peer(*name);
    if (::send(our_end(), &told, sizeof told, MSG_DONTWAIT | MSG_NOSIGNAL) !=
        static_cast<ssize_t>(sizeof told)) {
      a.returned.push_front(std::move(*next));
      return;
    }
    if (a.each == 0) (void)ioctl(our_end(), SIOCOUTQ, &a.each);
    a.lent.push_back({++a.last_token, std::move(*next), socket_->net().env().clock.monotonic()});
  }
}

void StreamFile::offer_accepted() {
  if (socket_->state() != StreamState::kListening) return;
  if (accepting_ && accepting_->telling) {
    if (parked.empty()) lend_accepted();  // else a call that waits gets it
    return;
  }
  const size_t wanted = to_accept();
  const uint8_t byte = 0;
  while (wanted > 0 && accepting().bytes < wanted &&
         ::send(our_end(), &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1)
    ++accepting().bytes;
}

std::unique_ptr<StreamSocket> StreamFile::claim(uint64_t token) {
  if (!accepting_) return nullptr;
  auto& lent = accepting_->lent;
  const auto at = std::ranges::find(lent, token, &Accepting::Lent::token);
  if (at == lent.end()) return nullptr;
  std::unique_ptr<StreamSocket> out = std::move(at->connection);
  lent.erase(at);
  if (to_accept() > 0) table_.mark_dirty(*this);
  return out;
}

void StreamFile::take_back() {
  Accepting& a = *accepting_;
  for (; !a.lent.empty(); a.lent.pop_back())
    a.returned.push_front(std::move(a.lent.back().connection));
  a.bytes = 0;
}

bool StreamFile::return_token(uint64_t token, int end) {
  auto connection = claim(token);
  if (!connection) return false;
  give_back(std::move(connection), end);
  return true;
}

// Those that lie there are the last of them.
void StreamFile::look_for_lost_tokens() {
  int left = 0;
  if (!accepting_ || accepting_->lent.empty() || severed() || accepting_->each <= 0 ||
      ioctl(our_end(), SIOCOUTQ, &left) != 0)
    return;
  Accepting& a = *accepting_;
  const auto there = static_cast<size_t>(left / a.each);
  const Nanos before = socket_->net().env().clock.monotonic() - kLostAfter;
  size_t lost = 0;
  while (lost + there < a.lent.size() && a.lent[lost].since <= before) lost++;
  for (; lost > 0; lost--) {
    a.returned.push_front(std::move(a.lent[lost - 1].connection));
    a.lent.erase(a.lent.begin() + static_cast<ptrdiff_t>(lost - 1));
  }
  if (!a.returned.empty()) table_.mark_dirty(*this);
}

Result<std::unique_ptr<StreamSocket>> StreamFile::accept(int end) {
  Accepting& a = accepting();
  if (a.telling) {
    unetns_hot_token told;
    while (end >= 0 && recv(end, &told, sizeof told, MSG_DONTWAIT) == sizeof told)
      if (auto lent = claim(told.token)) return lent;
  }
  auto out = next_accepted();
  // Also after a failure: connections may have gone by themselves.
  const size_t waiting = to_accept();
  std::array<uint8_t, 64> bytes;
  while (end >= 0 && a.bytes > waiting) {
    const ssize_t n =
        recv(end, bytes.data(), std::min(a.bytes - waiting, bytes.size()), MSG_DONTWAIT);
    if (n <= 0) {  // the program read them itself
      a.bytes = 0;
      break;
    }
    a.bytes -= static_cast<size_t>(n);
  }
  if (waiting > a.bytes) table_.mark_dirty(*this);
  return out;
}

void StreamFile::drop_accepted() {
  if (!accepting_) return;
  take_back();
  for (auto& connection : std::exchange(accepting_->returned, {})) abort_connection(*connection);
}

void StreamFile::give_back(std::unique_ptr<StreamSocket> connection, int end) {
  Accepting& a = accepting();
  // Those whose tokens lie there came after it.
  std::vector<std::unique_ptr<StreamSocket>> after;
  unetns_hot_token told;
  while (a.telling && end >= 0 && recv(end, &told, sizeof told, MSG_DONTWAIT) == sizeof told)
    if (auto lent = claim(told.token)) after.push_back(std::move(lent));
  for (; !after.empty(); after.pop_back()) a.returned.push_front(std::move(after.back()));
  a.returned.push_front(std::move(connection));
  table_.mark_dirty(*this);
}

}  // namespace unetns
