// StreamFile of a listener whose program accepts natively: tokens lie in its end.
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
    ASSERT_TRUE(listener_->accept_natively(end_.get()));
    turn();
  }
  Played& peer(size_t port) { return stacks_[port]; }
  struct Taken {
    int port = -1;  // of the peer; -1: there was none
    UniqueFd end;
    StreamFile* file = nullptr;
  };
  // The next token; 0: there is none.
  uint64_t token(int* port) {
    unetns_hot_token told{};
    if (recv(end_.get(), &told, sizeof told, MSG_DONTWAIT) != sizeof told) return 0;
    *port = ntohs(unetns_hot_port(told.peer));
    return told.token;
  }
  Taken join(int port, std::unique_ptr<StreamSocket> connection) {
    if (!connection) return {};
    std::unique_ptr<ProgramFile> file =
        std::make_unique<StreamFile>(files_, machine_->packets(), std::move(connection));
    StreamFile* made = file->stream();
    auto end = files_.add(std::move(file), false, false);
    files_.mark_dirty(*made);
    return {port, end ? std::move(*end) : UniqueFd(), made};
  }
  // As the accelerator and the dock do.
  Taken take() {
    int port = -1;
    const uint64_t told = token(&port);
    return told ? join(port, listener_->claim(told)) : Taken();
  }
  std::vector<int> take_all() {
    std::vector<int> ports;
    for (Taken t; (t = take()).end; kept_.push_back(std::move(t.end))) {
      ports.push_back(t.port);
      turn();
    }
    return ports;
  }
  // By a call that is notified.
  Taken accept() {
    auto next = listener_->accept(end_.get());
    if (!next) return {};
    const int port = port_of((*next)->accepted_name());
    Taken taken = join(port, std::move(*next));
    turn();
    return taken;
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

TEST_F(StreamAcceptTest, ABytePerConnectionUntilTokensAreAskedFor) {
  connect(2);
  EXPECT_EQ(read_some(end_), std::string(2, '\0'));
}

TEST_F(StreamAcceptTest, WhatIsTakenIsAConnection) {
  natively();
  connect(1);
  const Taken taken = take();
  arrive(peer(1), *taken.file, "hello");
  EXPECT_EQ(read_some(taken.end), "hello");
  ASSERT_EQ(::send(taken.end.get(), "world", 5, 0), 5);
  turn();
  EXPECT_EQ(peer(1).sent, "world");
}

TEST_F(StreamAcceptTest, SoManyTokensLieThereAndMoreComeAsTheyAreUsed) {
  natively();
  connect(200);
  EXPECT_EQ(played_.waiting.size(), 72u);
  EXPECT_EQ(waiting(), 200u);
  EXPECT_FALSE(all_there()) << "who finds no more must ask";
  std::vector<int> want(200);
  for (int i = 0; i < 200; i++) want[static_cast<size_t>(i)] = i + 1;
  EXPECT_EQ(take_all(), want);
  EXPECT_EQ(waiting(), 0u);
  EXPECT_TRUE(all_there());
}

TEST_F(StreamAcceptTest, ATokenIsGoodOnce) {
  natively();
  connect(1);
  int port = -1;
  const uint64_t told = token(&port);
  EXPECT_FALSE(listener_->claim(told + 1));
  EXPECT_TRUE(listener_->claim(told));
  EXPECT_FALSE(listener_->claim(told));
}

TEST_F(StreamAcceptTest, NotifiedCallsTakeTheirTurn) {
  natively();
  connect(4);
  EXPECT_EQ(take().port, 1);
  EXPECT_EQ(accept().port, 2);
  EXPECT_EQ(take_all(), (std::vector{3, 4}));
  EXPECT_EQ(accept().port, -1);
}

TEST_F(StreamAcceptTest, WhoFindsNoneAsksWhileTheStackHasOne) {
  natively();
  EXPECT_TRUE(all_there());
  played_.waiting.push_back(
      std::make_unique<PlayedSocket>(*machine_->nets().first(), machine_->packets(), peer(0)));
  listener_->sock().notify();
  EXPECT_FALSE(all_there()) << "the stack has one, the pair not yet";
  turn();
  EXPECT_TRUE(all_there());
}

TEST_F(StreamAcceptTest, AReturnedTokenKeepsItsPlace) {
  natively();
  connect(3);
  int port = -1;
  const uint64_t told = token(&port);
  EXPECT_TRUE(listener_->return_token(told, end_.get()));
  EXPECT_FALSE(listener_->return_token(told, end_.get()));
  turn();
  EXPECT_EQ(take_all(), (std::vector{1, 2, 3}));
}

TEST_F(StreamAcceptTest, WhatANotifiedCallCouldNotInstallKeepsItsPlace) {
  natively();
  connect(3);
  auto next = listener_->accept(end_.get());
  ASSERT_TRUE(next);
  listener_->give_back(std::move(*next), end_.get());
  turn();
  EXPECT_EQ(take_all(), (std::vector{1, 2, 3}));
}

TEST_F(StreamAcceptTest, TokensThatAProgramTookWithItAreMadeAnew) {
  natively();
  connect(3);
  int port = -1;
  const uint64_t lost = token(&port);
  const uint64_t late = token(&port);
  listener_->look_for_lost_tokens();
  turn();
  EXPECT_EQ(waiting(), 3u);
  EXPECT_TRUE(listener_->claim(late)) << "its program was about to come with it";
  env_.clock().advance(std::chrono::seconds(2));
  listener_->look_for_lost_tokens();
  turn();
  EXPECT_EQ(take_all(), (std::vector{3, 1}));
  EXPECT_FALSE(listener_->claim(lost));
}

TEST_F(StreamAcceptTest, AListenerThatGoesResetsWhatWasNotTaken) {
  natively();
  connect(4);
  const Taken open = take();
  Taken closed = take();
  closed.end.reset();
  close_listener();
  EXPECT_EQ(files_.size(), 1u);
  EXPECT_FALSE(peer(1).closed);
  EXPECT_TRUE(peer(2).closed && !peer(2).aborted);
  EXPECT_TRUE(peer(3).closed && peer(3).aborted);
  EXPECT_TRUE(peer(4).closed && peer(4).aborted);
}

TEST_F(StreamAcceptTest, OneThatIsResetBeforeItIsTakenTellsSoAfterwards) {
  natively();
  connect(1);
  peer(1).state = StreamState::kClosed;
  Taken taken = take();
  ASSERT_TRUE(taken.file);
  taken.file->sock().set_error(ECONNRESET);
  turn();
  EXPECT_TRUE(events(taken.end) & POLLHUP);
  taken.end.reset();
  for (int i = 0; i < 4; i++) turn();
  EXPECT_LE(files_.size(), 2u);
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

}  // namespace
}  // namespace unetns
