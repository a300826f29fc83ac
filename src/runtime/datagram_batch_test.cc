#include "runtime/datagram_batch.h"

#include <gtest/gtest.h>

#include "host/unique_fd.h"

namespace unetns {
namespace {

class DatagramBatchTest : public ::testing::Test {
 protected:
  DatagramBatchTest() {
    int pair[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    a_.reset(pair[0]);
    b_.reset(pair[1]);
  }
  static Message message(std::string_view text) {
    Message m;
    m.data.assign(text.begin(), text.end());
    return m;
  }
  std::string got(size_t i) const {
    return std::string(batch_.data(i).begin(), batch_.data(i).end());
  }

  UniqueFd a_, b_;
  DatagramBatch batch_;
};

TEST_F(DatagramBatchTest, KeepsBordersAndOrderAndEmptyOnes) {
  const Message messages[] = {message("one"), message(""), message("three")};
  EXPECT_EQ(send_datagrams(a_.get(), messages), 3u);
  ASSERT_EQ(batch_.receive(b_.get()), 3u);
  EXPECT_EQ(got(0), "one");
  EXPECT_EQ(got(1), "");
  EXPECT_EQ(got(2), "three");
  EXPECT_EQ(batch_.receive(b_.get()), 0u) << "does not wait";
}

TEST_F(DatagramBatchTest, SendsAsManyAsFindRoomAndNoMoreThanABatch) {
  const std::vector<Message> few(DatagramBatch::kMost + 5, message("x"));
  EXPECT_EQ(send_datagrams(a_.get(), few), DatagramBatch::kMost);
  const std::vector<Message> large(DatagramBatch::kMost, message(std::string(60000, 'y')));
  const size_t sent = send_datagrams(a_.get(), large);
  EXPECT_LT(sent, large.size());
  size_t received = 0;
  for (size_t n; (n = batch_.receive(b_.get())) > 0;) received += n;
  EXPECT_EQ(received, DatagramBatch::kMost + sent);
}

TEST_F(DatagramBatchTest, TheLongestDatagramComesWhole) {
  EXPECT_EQ(send_datagrams(a_.get(), {{message(std::string(65535, 'z'))}}), 1u);
  ASSERT_EQ(batch_.receive(b_.get()), 1u);
  EXPECT_EQ(batch_.data(0).size(), 65535u);
}

}  // namespace
}  // namespace unetns
