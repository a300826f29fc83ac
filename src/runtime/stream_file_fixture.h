// StreamFiles over pairs, against a stack that is played by the test.
#ifndef UNETNS_RUNTIME_STREAM_FILE_FIXTURE_H_
#define UNETNS_RUNTIME_STREAM_FILE_FIXTURE_H_

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>

#include <deque>

#include "env/env.h"
#include "machine/machine.h"
#include "runtime/stream_file.h"

namespace unetns {

struct Played {                                 // outlives the socket
  std::deque<std::unique_ptr<Socket>> waiting;  // to be accepted
  uint16_t peer_port = 0;
  std::string sent;
  std::deque<Packet> arrived;
  StreamState state = StreamState::kConnected;
  uint32_t room = 1 << 20;
  bool eof = false, closed = false, aborted = false;
  size_t unconsumed = 0;
};

class PlayedSocket final : public StreamSocket {
 public:
  PlayedSocket(Net& net, PacketPool& pool, Played& p)
      : StreamSocket(net, AF_INET, SOCK_STREAM, 6), pool_(pool), p_(p) {}
  ~PlayedSocket() override { p_.arrived.clear(); }
  Result<void> bind(const Caller&, Bytes) override { return {}; }
  Result<void> connect(const Caller&, Bytes) override { return fail(EINPROGRESS); }
  Result<SockAddr> local_name() const override { return SockAddr{}; }
  Result<size_t> send(const Caller&, const SendRequest&) override { return fail(EAGAIN); }
  Result<Message> receive(int) override { return fail(EAGAIN); }
  ByteVector control_for(const Message&) const override { return {}; }
  Result<void> shutdown(int) override { return {}; }
  Result<int> ioctl(const Caller&, unsigned long, MutableBytes) override { return fail(ENOTTY); }
  uint32_t poll() const override { return p_.eof ? POLLIN | POLLRDHUP : 0; }
  StreamState state() const override { return p_.state; }
  uint32_t send_room() const override { return p_.room; }
  Result<void> write(Packet data, bool, bool) override {
    const ByteVector bytes = data.to_vector();
    p_.sent.append(bytes.begin(), bytes.end());
    p_.room -= std::min<uint32_t>(p_.room, static_cast<uint32_t>(bytes.size()));
    return {};
  }
  bool send_closed() const override { return false; }
  uint32_t unacked_or_unsent() const override { return 0; }
  uint32_t unsent() const override { return 0; }
  Packet read(size_t most) override {
    if (p_.arrived.empty()) return {};
    Packet& front = p_.arrived.front();
    if (most < front.size()) {
      const ByteVector bytes = front.to_vector();
      front.pull(most);
      return Packet::copy_of(pool_, Bytes(bytes).first(most));
    }
    Packet p = std::move(front);
    p_.arrived.pop_front();
    return p;
  }
  const Packet* peek() const override { return p_.arrived.empty() ? nullptr : &p_.arrived.front(); }
  size_t readable() const override {
    size_t n = 0;
    for (const Packet& p : p_.arrived) n += p.size();
    return n;
  }
  bool at_eof() const override { return p_.eof && p_.arrived.empty(); }
  bool at_urgent_mark() const override { return false; }
  Result<uint8_t> read_urgent(bool) override { return fail(EINVAL); }
  void set_unconsumed(size_t bytes) override { p_.unconsumed = bytes; }
  size_t accept_queue() const override { return p_.waiting.size(); }
  Result<std::unique_ptr<Socket>> accept() override {
    if (p_.waiting.empty()) return fail(EAGAIN);
    auto next = std::move(p_.waiting.front());
    p_.waiting.pop_front();
    return next;
  }
  Result<SockAddr> accepted_name() const override {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(p_.peer_port);
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return SockAddr::of(in);
  }
  bool was_reset() const override { return false; }
  void close() override {
    p_.closed = true;
    p_.aborted = p_.unconsumed != 0 || (options().linger.onoff && options().linger.seconds == 0);
  }
  bool all_acked() const override { return true; }

 private:
  PacketPool& pool_;
  Played& p_;
};

class StreamFileFixture : public ::testing::Test {
 protected:
  struct Made {
    StreamFile* file = nullptr;
    UniqueFd end;
  };
  Made make(Played& played) {
    auto file = std::make_unique<StreamFile>(
        files_, machine_->packets(),
        std::make_unique<PlayedSocket>(*machine_->nets().first(), machine_->packets(), played));
    StreamFile* made = file.get();
    return {made, std::move(*files_.add(std::move(file), true, true))};
  }
  void turn() {
    loop_.run_once(env_.env().timers, env_.env().tasks, Nanos::zero());
    files_.later_is_now();
    for (uint64_t inode : files_.take_dirty())
      if (ProgramFile* f = files_.by_inode(inode)) {
        f->dirty = false;
        f->push();
      }
  }
  void arrive(Played& played, StreamFile& file, std::string_view text) {
    played.arrived.push_back(Packet::copy_of(
        machine_->packets(), {reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
    file.sock().notify();
    turn();
  }
  static int events(const UniqueFd& end) {
    pollfd p{end.get(), POLLIN | POLLOUT | POLLRDHUP, 0};
    ::poll(&p, 1, 0);
    return p.revents;
  }
  static std::string read_some(const UniqueFd& end) {
    char buffer[256];
    const ssize_t n = ::recv(end.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return n < 0 ? "errno " + std::to_string(errno) : std::string(buffer, static_cast<size_t>(n));
  }

  FakeEnv env_;
  EventLoop loop_;
  std::unique_ptr<Kernel> machine_ = *Kernel::boot(env_.env());
  std::deque<Played> stacks_;  // of the sockets
  ProcessTable processes_{machine_->nets(), loop_};
  // Keeps program ends, as on hardened hosts: the test is no program whose descriptors can be had.
  FileTable files_{loop_, processes_, false};
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_STREAM_FILE_FIXTURE_H_
