// Headers of messages in a program's memory, here our own: every pointer may be hostile.
#include "runtime/message_header.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "socket/cmsg.h"

namespace unetns {
namespace {

uint64_t address(const void* p) { return reinterpret_cast<uint64_t>(p); }
void* const kNowhere = reinterpret_cast<void*>(1);

class MessageHeaderTest : public ::testing::Test {
 protected:
  MessageHeaderTest() {
    header_.msg_iov = &part_;
    header_.msg_iovlen = 1;
    message_.data.assign({'h', 'e', 'l', 'l', 'o'});
    message_.name.len = 16;
  }
  Result<MessageHeader> read() { return MessageHeader::read(memory_, address(&header_)); }
  int refusal() {
    auto h = read();
    return h ? 0 : h.error().code;
  }
  Result<size_t> deliver(ByteVector control = {}, int flags = 0) {
    auto h = read();
    if (!h) return std::unexpected(h.error());
    return h->deliver(memory_, message_, std::move(control), flags);
  }

  ProgramMemory memory_{getpid()};
  std::array<char, 64> data_{}, name_{}, control_{};
  iovec part_{data_.data(), data_.size()};
  msghdr header_{};
  Message message_;
};

TEST_F(MessageHeaderTest, ANameOfNegativeLengthIsRefusedOnlyIfThereIsAName) {
  header_.msg_namelen = static_cast<socklen_t>(-1);
  EXPECT_EQ(refusal(), 0);
  header_.msg_name = name_.data();
  EXPECT_EQ(refusal(), EINVAL);
}

TEST_F(MessageHeaderTest, TooManyPartsAndBadPointersAreRefused) {
  header_.msg_iovlen = 1025;
  EXPECT_EQ(refusal(), EMSGSIZE);
  header_.msg_iovlen = 1;
  header_.msg_iov = static_cast<iovec*>(kNowhere);
  EXPECT_EQ(refusal(), EFAULT);
  EXPECT_EQ(MessageHeader::read(memory_, 1).error().code, EFAULT);
}

TEST_F(MessageHeaderTest, OfWhatIsSentANameIsCutAndControlDataLimited) {
  header_.msg_name = name_.data();
  header_.msg_namelen = 500;
  header_.msg_control = control_.data();
  header_.msg_controllen = 1 << 20;
  EXPECT_EQ(read()->name_length(), MessageHeader::kMaxName);
  EXPECT_EQ(read()->control_length().error().code, ENOBUFS);
  header_.msg_namelen = 0;  // is no name
  EXPECT_FALSE(read()->named());
  header_.msg_control = nullptr;  // a bad pointer as any other
  header_.msg_controllen = 24;
  EXPECT_EQ(*read()->control_length(), 24u);
}

TEST_F(MessageHeaderTest, WithoutANameItsLengthStays) {
  header_.msg_namelen = 77;
  EXPECT_EQ(*deliver(), 5u);
  EXPECT_EQ(header_.msg_namelen, 77u);
  header_.msg_name = name_.data();
  header_.msg_namelen = 4;
  EXPECT_EQ(*deliver(), 5u);
  EXPECT_EQ(header_.msg_namelen, 16u);  // the true one
}

TEST_F(MessageHeaderTest, WhatFindsNoRoomIsTold) {
  part_.iov_len = 2;
  ByteVector control;
  put_cmsg_value(control, SOL_SOCKET, 1, int64_t{1});
  EXPECT_EQ(*deliver(control), 2u);
  EXPECT_EQ(header_.msg_flags, MSG_TRUNC | MSG_CTRUNC);
  EXPECT_EQ(header_.msg_controllen, 0u);
  header_.msg_control = control_.data();
  header_.msg_controllen = 20;
  EXPECT_EQ(*deliver(control), 2u);
  EXPECT_EQ(header_.msg_controllen, 20u);
  EXPECT_EQ(load<cmsghdr>(reinterpret_cast<uint8_t*>(control_.data())).cmsg_len, 20u);
}

TEST_F(MessageHeaderTest, WhatPadsTheLastControlMessageNeedsNoRoom) {
  ByteVector control;
  put_cmsg_value(control, SOL_SOCKET, 1, int{7});
  ASSERT_EQ(control.size(), 24u);
  header_.msg_control = control_.data();
  header_.msg_controllen = 20;
  EXPECT_EQ(*deliver(control), 5u);
  EXPECT_EQ(header_.msg_flags, 0);
  EXPECT_EQ(header_.msg_controllen, 20u);
  put_cmsg_value(control, SOL_SOCKET, 2, int{8});
  header_.msg_controllen = 42;  // not enough for the second one's
  EXPECT_EQ(*deliver(control), 5u);
  EXPECT_EQ(header_.msg_flags, MSG_CTRUNC);
  EXPECT_EQ(load<cmsghdr>(reinterpret_cast<uint8_t*>(control_.data()) + 24).cmsg_len, 18u);
}

TEST_F(MessageHeaderTest, ControlDataThatCannotBeWrittenIsLeftOut) {
  ByteVector control;
  put_cmsg_value(control, SOL_SOCKET, 1, int64_t{1});
  header_.msg_control = kNowhere;
  header_.msg_controllen = 64;
  EXPECT_EQ(*deliver(control), 5u);
  EXPECT_EQ(header_.msg_controllen, 0u);
  EXPECT_EQ(header_.msg_flags, 0);
  EXPECT_EQ(std::string_view(data_.data(), 5), "hello");
}

TEST_F(MessageHeaderTest, DataThatCannotBeWrittenIsAnError) {
  part_.iov_base = kNowhere;
  EXPECT_EQ(deliver().error().code, EFAULT);
}

}  // namespace
}  // namespace unetns
