// StreamFile over a pair, against a stack that is played by the test.
#include "runtime/stream_file.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <deque>

#include "env/env.h"
#include "machine/machine.h"

namespace unetns {
namespace {

struct Played {  // outlives the socket
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
  size_t accept_queue() const override { return 0; }
  bool was_reset() const override { return false; }
  void close() override {
    p_.closed = true;
    p_.aborted = p_.unconsumed != 0;
  }
  bool all_acked() const override { return true; }

 private:
  PacketPool& pool_;
  Played& p_;
};

class StreamFileTest : public ::testing::Test {
 protected:
  StreamFileTest() {
    auto file = std::make_unique<StreamFile>(
        files_, machine_->packets(),
        std::make_unique<PlayedSocket>(*machine_->nets().first(), machine_->packets(), played_));
    file_ = file.get();
    end_ = std::move(*files_.add(std::move(file), true, true));
  }
  void turn() {
    loop_.run_once(env_.env().timers, env_.env().tasks, Nanos::zero());
    for (uint64_t inode : files_.take_dirty())
      if (ProgramFile* f = files_.by_inode(inode)) {
        f->dirty = false;
        f->push();
      }
  }
  void arrive(std::string_view text) {
    played_.arrived.push_back(Packet::copy_of(
        machine_->packets(), {reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
    file_->sock().notify();
    turn();
  }
  int events() {
    pollfd p{end_.get(), POLLIN | POLLOUT | POLLRDHUP, 0};
    ::poll(&p, 1, 0);
    return p.revents;
  }
  std::string read_some() {
    char buffer[256];
    const ssize_t n = ::recv(end_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return n < 0 ? "errno " + std::to_string(errno) : std::string(buffer, static_cast<size_t>(n));
  }

  FakeEnv env_;
  EventLoop loop_;
  std::unique_ptr<Kernel> machine_ = *Kernel::boot(env_.env());
  Played played_;
  ProcessTable processes_{machine_->nets(), loop_};
  // Keeps program ends, as on hardened hosts: the test is no program whose descriptors can be had.
  FileTable files_{loop_, processes_, false};
  StreamFile* file_ = nullptr;
  UniqueFd end_;
};

TEST_F(StreamFileTest, BytesGoBothWays) {
  ASSERT_EQ(::send(end_.get(), "hello", 5, 0), 5);
  turn();
  EXPECT_EQ(played_.sent, "hello");
  arrive("wor");
  arrive("ld");
  EXPECT_EQ(read_some(), "world");
}

TEST_F(StreamFileTest, WhatFindsNoRoomStaysInThePairUntilThereIs) {
  played_.room = 0;
  ASSERT_EQ(::send(end_.get(), "later", 5, 0), 5);
  turn();
  EXPECT_EQ(played_.sent, "");
  EXPECT_EQ(file_->unseen(), 5u);
  played_.room = 100;
  file_->sock().notify();
  turn();
  turn();
  EXPECT_EQ(played_.sent, "later");
}

TEST_F(StreamFileTest, TheEndComesAfterTheDataAndLeavesWritingOpen) {
  played_.eof = true;
  arrive("last");
  EXPECT_EQ(events(), POLLIN | POLLOUT | POLLRDHUP);
  EXPECT_EQ(read_some(), "last");
  EXPECT_EQ(read_some(), "");
  ASSERT_EQ(::send(end_.get(), "more", 4, 0), 4);
  turn();
  EXPECT_EQ(played_.sent, "more");
}

TEST_F(StreamFileTest, AResetShowsAfterTheDataAsOneError) {
  played_.state = StreamState::kClosed;
  file_->sock().set_error(ECONNRESET);
  arrive("data");
  EXPECT_TRUE(events() & POLLERR);
  EXPECT_TRUE(events() & POLLHUP);
  EXPECT_EQ(read_some(), "data");
  EXPECT_EQ(read_some(), "errno " + std::to_string(ECONNRESET));
  EXPECT_EQ(read_some(), "");
  EXPECT_TRUE(file_->severed());
  EXPECT_EQ(file_->take_error(end_.get()), 0) << "a native read told it already";
}

TEST_F(StreamFileTest, WhileConnectingItIsNotWritableAndThenItIs) {
  played_.state = StreamState::kConnecting;
  file_->connect_began(end_.get(), false);
  EXPECT_EQ(events(), 0);
  played_.state = StreamState::kConnected;
  file_->sock().notify();
  turn();
  EXPECT_EQ(events(), POLLOUT);
  ASSERT_EQ(::send(end_.get(), "x", 1, 0), 1);
  turn();
  EXPECT_EQ(played_.sent, "x") << "the filler is not sent";
}

TEST_F(StreamFileTest, ItIsDrainedWhenNativeReadsHaveTakenAll) {
  EXPECT_TRUE(file_->drained());
  arrive("x");
  EXPECT_FALSE(file_->drained());
  EXPECT_EQ(read_some(), "x");
  EXPECT_TRUE(file_->drained());
}

TEST_F(StreamFileTest, WhatIsTakenPastThePairIsNotSeenThere) {
  played_.arrived.push_back(Packet::copy_of(machine_->packets(), Bytes(ByteVector{1, 2, 3})));
  EXPECT_TRUE(file_->plain());
  const Packet some = file_->take_next(2);
  EXPECT_EQ(some.to_vector(), (ByteVector{1, 2}));
  file_->sock().notify();
  turn();
  EXPECT_EQ(read_some(), "\3");
  EXPECT_FALSE(file_->take_next(2));
}

TEST_F(StreamFileTest, WhatIsGivenBackComesFirst) {
  for (uint8_t byte : {'a', 'b'})
    played_.arrived.push_back(Packet::copy_of(machine_->packets(), Bytes(&byte, 1)));
  Packet first = file_->take_next(100);
  ASSERT_TRUE(first);
  file_->give_back(std::move(first));
  EXPECT_FALSE(file_->take_next(100)) << "what was begun goes through the pair";
  turn();
  EXPECT_EQ(read_some(), "ab");
}

TEST_F(StreamFileTest, ShutForReadingItLeavesWhatArrivesToTheStack) {
  file_->shut(SHUT_RD);
  arrive("late");
  EXPECT_EQ(read_some(), "");
  EXPECT_EQ(played_.arrived.size(), 1u);
  ASSERT_EQ(::send(end_.get(), "more", 4, 0), 4);
  turn();
  EXPECT_EQ(played_.sent, "more");
}

TEST_F(StreamFileTest, WhatFoundNoRoomBeforeTheEndOfReadingIsReadAfterIt) {
  std::string sent, got;
  for (int i = 0; i < 400; i++) {
    sent += std::string(10000, static_cast<char>('a' + i % 26));
    arrive(std::string_view(sent).substr(sent.size() - 10000));
  }
  EXPECT_FALSE(played_.arrived.empty()) << "more than the pair holds";
  file_->shut(SHUT_RD);
  turn();
  char buffer[65536];
  for (ssize_t n; (n = ::recv(end_.get(), buffer, sizeof buffer, MSG_DONTWAIT)) > 0;)
    got.append(buffer, static_cast<size_t>(n));
  ASSERT_TRUE(file_->nothing_to_read());
  for (ByteVector next; !(next = file_->after_end(7000)).empty();) {
    got.append(next.begin(), next.end());
    file_->consume_after_end(next.size());
  }
  EXPECT_TRUE(got == sent) << got.size() << " of " << sent.size();
}

TEST_F(StreamFileTest, ClosingSendsWhatWasWrittenAndIsAResetWhenDataIsUnread) {
  files_.let_go(*file_);
  arrive("unread");
  ASSERT_EQ(::send(end_.get(), "bye", 3, 0), 3);
  end_.reset();
  turn();
  EXPECT_EQ(played_.sent, "bye");
  EXPECT_TRUE(played_.closed);
  EXPECT_EQ(files_.size(), 0u);
}

}  // namespace
}  // namespace unetns
