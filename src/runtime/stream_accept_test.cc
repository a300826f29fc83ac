// StreamFile of a listener whose program accepts natively: connections lie in its end as messages.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "host/fd_message.h"
#include "host/host_rng.h"
#include "host/temp_dir_fixture.h"
#include "preload/hot_layout.h"
#include "runtime/stream_file_fixture.h"

namespace unetns {
namespace {

class StreamAcceptTest : public StreamFileFixture {
 protected:
  StreamAcceptTest() {
    files_.hot() = std::move(*HotSockets::create(temp_.path(), rng_));
    played_.state = StreamState::kListening;
    Made made = make(played_);
    listener_ = made.file;
    end_ = std::move(made.end);
    listener_->listening(end_.get());
  }
  ~StreamAcceptTest() override { files_.on_close = nullptr; }

  // Connections from ports that follow each other.
  void connect(size_t count) {
    for (; count > 0; count--) {
      Played& peer = stacks_.emplace_back();
      peer.peer_port = static_cast<uint16_t>(stacks_.size() - 1);
      played_.waiting.push_back(
          std::make_unique<PlayedSocket>(*machine_->nets().first(), machine_->packets(), peer));
    }
    listener_->sock().notify();
    turn();
  }
  void natively() {
    ASSERT_TRUE(listener_->accept_natively(end_.get(), false));
    turn();
  }
  Played& peer(size_t port) { return stacks_[port]; }
  struct Taken {
    int port = -1;  // of the peer; -1: there was none
    UniqueFd end;
  };
  // As the accelerator does.
  Taken take() {
    unetns_hot_accepted told{};
    auto got = receive_with_fd(end_.get(), mutable_bytes_of(told), MSG_DONTWAIT);
    if (!got || got->size != sizeof told || !got->fd) return {};
    return {ntohs(unetns_hot_port(told.peer)), std::move(got->fd)};
  }
  std::vector<int> take_all() {
    std::vector<int> ports;
    for (Taken t; (t = take()).end; kept_.push_back(std::move(t.end))) {
      ports.push_back(t.port);
      turn();
    }
    return ports;
  }
  // By a call of a program that is not accelerated.
  Taken accept() {
    auto next = listener_->accept(end_.get());
    if (!next || !listener_->join_pair(*next, false)) return {};
    const int port = port_of(listener_->name_of(*next));
    turn();
    return {port, std::move(next->end)};
  }
  StreamFile* file_of(const UniqueFd& end) {
    struct stat st {};
    return fstat(end.get(), &st) == 0 ? files_.by_inode(st.st_ino)->stream() : nullptr;
  }
  StreamFile* made_for(int port) {
    StreamFile* found = nullptr;
    files_.for_each([&](ProgramFile& f) {
      if (f.stream() != listener_ && port_of(f.stream()->sock().accepted_name()) == port)
        found = f.stream();
    });
    return found;
  }
  static int port_of(const Result<SockAddr>& name) {
    return name ? ntohs(load<sockaddr_in>(name->view().data()).sin_port) : -1;
  }
  size_t waiting() { return listener_->unread().bytes + played_.waiting.size(); }
  bool all_there() { return files_.hot().get(listener_->inode()) & UNETNS_HOT_ACCEPT_ALL; }
  // The program's last descriptor of the listener.
  void close_listener() {
    files_.let_go(*listener_);
    end_.reset();
    for (int i = 0; i < 4; i++) turn();
  }

  HostRng rng_;
  const TempDir temp_;
  Played& played_ = stacks_.emplace_back();
  StreamFile* listener_ = nullptr;
  UniqueFd end_;
  std::vector<UniqueFd> kept_;
};

TEST_F(StreamAcceptTest, ABytePerConnectionUntilMessagesAreAskedFor) {
  connect(2);
  EXPECT_EQ(read_some(end_), std::string(2, '\0'));
}

TEST_F(StreamAcceptTest, ConnectionsComeAsMessagesInTheirOrder) {
  connect(2);
  natively();
  connect(1);
  EXPECT_EQ(take_all(), (std::vector{1, 2, 3}));
  EXPECT_EQ(events(end_) & POLLIN, 0);
  connect(1);
  EXPECT_EQ(take_all(), (std::vector{4}));
}

TEST_F(StreamAcceptTest, WhatIsTakenIsAConnection) {
  natively();
  connect(1);
  const Taken taken = take();
  EXPECT_EQ(fcntl(taken.end.get(), F_GETFL) & O_NONBLOCK, 0);
  arrive(peer(1), *file_of(taken.end), "hello");
  EXPECT_EQ(read_some(taken.end), "hello");
  ASSERT_EQ(::send(taken.end.get(), "world", 5, 0), 5);
  turn();
  EXPECT_EQ(peer(1).sent, "world");
}

TEST_F(StreamAcceptTest, SoManyAreOfferedAndMoreAsTheyAreTaken) {
  natively();
  connect(100);
  EXPECT_EQ(played_.waiting.size(), 36u);
  EXPECT_EQ(waiting(), 100u);
  EXPECT_FALSE(all_there()) << "who finds no more must ask";
  std::vector<int> ports, want(100);
  for (int i = 0; i < 100; i++) want[static_cast<size_t>(i)] = i + 1;
  while (ports.size() < 100) {
    Taken t = take();
    ASSERT_TRUE(t.end) << ports.size();
    ports.push_back(t.port);
    kept_.push_back(std::move(t.end));
    if (ports.size() % 10 == 0) turn(), turn();
  }
  EXPECT_EQ(ports, want);
  EXPECT_EQ(waiting(), 0u);
  EXPECT_TRUE(all_there());
}

TEST_F(StreamAcceptTest, ANotifiedCallTakesThemBackWithWhatTheyHold) {
  natively();
  connect(3);
  EXPECT_EQ(take().port, 1);
  connect(1);
  StreamFile* second = made_for(2);
  ASSERT_TRUE(second);
  arrive(peer(2), *second, "early");
  const Taken got = accept();
  EXPECT_EQ(got.port, 2);
  EXPECT_EQ(read_some(got.end), "early");
  EXPECT_EQ(take_all(), (std::vector{3, 4}));
}

TEST_F(StreamAcceptTest, FewAreOfferedWhileOnlyNotifiedCallsTakeThem) {
  natively();
  connect(80);
  for (int port = 1; port <= 5; port++) EXPECT_EQ(accept().port, port);
  EXPECT_EQ(take().port, 6);
  EXPECT_FALSE(take().end);
  EXPECT_FALSE(all_there());
  turn();
  EXPECT_EQ(take().port, 7);
  EXPECT_EQ(take().port, 8);
  EXPECT_FALSE(take().end);
  turn();
  EXPECT_EQ(take_all().size(), 72u);
}

TEST_F(StreamAcceptTest, NobodyIsToldThatNoneWaitsWhileSomeAreTakenBack) {
  natively();
  EXPECT_TRUE(all_there());
  connect(3);
  EXPECT_TRUE(all_there());
  auto first = listener_->accept(end_.get());
  ASSERT_TRUE(first);
  EXPECT_FALSE(all_there());
  turn();
  EXPECT_TRUE(all_there());
  played_.waiting.push_back(
      std::make_unique<PlayedSocket>(*machine_->nets().first(), machine_->packets(), peer(1)));
  listener_->sock().notify();
  EXPECT_FALSE(all_there()) << "the stack has one, the pair not yet";
}

TEST_F(StreamAcceptTest, TheBacklogHoldsWhatWasNotTaken) {
  natively();
  connect(5);
  EXPECT_EQ(waiting(), 5u);
  Taken one = take();
  EXPECT_EQ(waiting(), 4u);
  Taken two = accept();
  EXPECT_EQ(waiting(), 3u);
  take_all();
  EXPECT_EQ(waiting(), 0u);
}

TEST_F(StreamAcceptTest, ItIsOnItsWayUntilItIsTaken) {
  natively();
  connect(1);
  StreamFile* made = made_for(1);
  EXPECT_TRUE(made->on_its_way());
  const Taken taken = take();
  EXPECT_FALSE(made->on_its_way());
  EXPECT_EQ(file_of(taken.end), made);
}

TEST_F(StreamAcceptTest, AListenerThatGoesResetsWhatWasNotTaken) {
  natively();
  connect(4);
  Taken open = take();
  Taken closed = take();
  (void)waiting();  // as each SYN asks
  close_listener();
  EXPECT_EQ(files_.size(), 2u);
  EXPECT_FALSE(peer(1).closed);
  EXPECT_TRUE(peer(3).closed && peer(3).aborted);
  EXPECT_TRUE(peer(4).closed && peer(4).aborted);
  closed.end.reset();
  turn();
  EXPECT_TRUE(peer(2).closed && !peer(2).aborted);
}

TEST_F(StreamAcceptTest, AListenerThatGoesEmptyResetsNothing) {
  natively();
  connect(2);
  take_all();
  kept_.clear();
  close_listener();
  EXPECT_TRUE(peer(1).closed && !peer(1).aborted);
  EXPECT_TRUE(peer(2).closed && !peer(2).aborted);
}

TEST_F(StreamAcceptTest, ShutItResetsWhatWasNotTaken) {
  natively();
  connect(3);
  Taken taken = take();
  listener_->shut(SHUT_RD);
  turn();
  turn();
  EXPECT_FALSE(peer(1).closed);
  EXPECT_TRUE(peer(2).closed && peer(2).aborted);
  EXPECT_TRUE(peer(3).closed && peer(3).aborted);
  EXPECT_TRUE(events(end_) & POLLHUP);
}

TEST_F(StreamAcceptTest, WhatIsGivenBackComesFirst) {
  natively();
  connect(3);
  auto next = listener_->accept(end_.get());
  ASSERT_TRUE(next);
  ASSERT_TRUE(listener_->join_pair(*next, true));
  listener_->give_back(std::move(*next));
  turn();
  Taken first = take();
  EXPECT_EQ(first.port, 1);
  EXPECT_EQ(fcntl(first.end.get(), F_GETFL) & O_NONBLOCK, 0) << "as the others are offered";
  EXPECT_EQ(take_all(), (std::vector{2, 3}));
}

TEST_F(StreamAcceptTest, WithoutDescriptorsAByteSaysThatOneWaits) {
  natively();
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const UniqueFd next(fcntl(0, F_DUPFD_CLOEXEC, 0));
  const rlimit few{static_cast<rlim_t>(next.get()), before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  connect(2);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(all_there());
  EXPECT_EQ(events(end_) & POLLIN, POLLIN);
  EXPECT_EQ(accept().port, 1);
  EXPECT_EQ(take_all(), (std::vector{2}));
}

TEST_F(StreamAcceptTest, OneThatIsResetBeforeItIsTakenTellsSoAfterwards) {
  natively();
  connect(2);
  StreamFile* made = made_for(2);
  peer(2).state = StreamState::kClosed;
  made->sock().set_error(ECONNRESET);
  turn();
  turn();
  EXPECT_TRUE(made->severed());
  Taken first = take();
  EXPECT_EQ(first.port, 1);
  Taken second = take();
  EXPECT_EQ(second.port, 2);
  EXPECT_TRUE(events(second.end) & POLLERR);
  EXPECT_EQ(read_some(second.end), "errno " + std::to_string(ECONNRESET));
  EXPECT_EQ(read_some(second.end), "");
}

TEST_F(StreamAcceptTest, OneThatEndsAndIsResetBeforeItIsTakenStays) {
  natively();
  connect(1);
  StreamFile* made = made_for(1);
  peer(1).eof = true;
  made->sock().notify();
  turn();
  peer(1).state = StreamState::kClosed;
  made->sock().set_error(EPIPE);
  for (int i = 0; i < 4; i++) turn();
  ASSERT_EQ(files_.size(), 2u) << "nobody has closed it";
  Taken taken = take();
  EXPECT_EQ(read_some(taken.end), "");
  EXPECT_EQ(file_of(taken.end), made);
  taken.end.reset();
  for (int i = 0; i < 4; i++) turn();
  EXPECT_EQ(files_.size(), 1u);
}

}  // namespace
}  // namespace unetns
