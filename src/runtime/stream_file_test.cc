// StreamFile over a pair: connecting, data, endings.
#include "preload/hot_layout.h"
#include "runtime/stream_file_fixture.h"

namespace unetns {
namespace {

class StreamFileTest : public StreamFileFixture {
 protected:
  StreamFileTest() {
    Made made = make(played_);
    file_ = made.file;
    end_ = std::move(made.end);
  }
  void arrive(std::string_view text) { StreamFileFixture::arrive(played_, *file_, text); }
  int events() { return StreamFileFixture::events(end_); }
  std::string read_some() { return StreamFileFixture::read_some(end_); }

  Played& played_ = stacks_.emplace_back();
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

TEST_F(StreamFileTest, WhatWasWrittenBeforeItConnectedIsNotSent) {
  ASSERT_EQ(::send(end_.get(), "early", 5, 0), 5);
  played_.state = StreamState::kConnected;
  file_->connected_at_once(end_.get());
  ASSERT_EQ(::send(end_.get(), "data", 4, 0), 4);
  turn();
  EXPECT_EQ(played_.sent, "data");
}

TEST_F(StreamFileTest, WhatIsSaidAtTheDockIsNotSentHoweverItComes) {
  const ByteVector said(UNETNS_HOT_SAID);
  ASSERT_EQ(::send(end_.get(), said.data(), 1000, 0), 1000);
  EXPECT_TRUE(file_->connect_told(SystemCaller(), {}));
  turn();
  ASSERT_EQ(::send(end_.get(), said.data(), 10, 0), 10);
  turn();
  ASSERT_EQ(::send(end_.get(), said.data(), said.size() - 1010, 0),
            static_cast<ssize_t>(said.size() - 1010));
  ASSERT_EQ(::send(end_.get(), "data", 4, 0), 4);
  turn();
  EXPECT_EQ(played_.sent, "data");
}

TEST_F(StreamFileTest, WhatComesInsteadOfAFillerIsData) {
  const ByteVector said(UNETNS_HOT_SAID);
  EXPECT_TRUE(file_->connect_told(SystemCaller(), {}));
  ASSERT_EQ(::send(end_.get(), said.data(), 100, 0), 100);
  turn();
  ASSERT_EQ(::send(end_.get(), said.data(), 10, 0), 10);
  ASSERT_EQ(::send(end_.get(), "data", 4, 0), 4);
  turn();
  EXPECT_EQ(played_.sent, "data");
  ASSERT_EQ(::send(end_.get(), "more", 4, 0), 4);
  turn();
  EXPECT_EQ(played_.sent, "datamore");
}

TEST_F(StreamFileTest, WhatIsThereInsteadOfAFillerBeforeTheConnectionIsData) {
  ASSERT_EQ(::send(end_.get(), "data", 4, 0), 4);
  EXPECT_TRUE(file_->connect_told(SystemCaller(), {}));
  turn();
  EXPECT_EQ(played_.sent, "data");
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
