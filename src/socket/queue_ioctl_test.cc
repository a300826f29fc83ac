#include "socket/queue_ioctl.h"

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <array>

namespace unetns {
namespace {

constexpr Nanos kStamp = std::chrono::seconds(7) + std::chrono::microseconds(5);

TEST(QueueIoctlTest, TellsTheSizeOfTheNextDatagram) {
  int value = -1;
  EXPECT_EQ(*queue_ioctl(SIOCINQ, mutable_bytes_of(value), 12, kStamp), 0);
  EXPECT_EQ(value, 12);
  EXPECT_EQ(*queue_ioctl(SIOCOUTQ, mutable_bytes_of(value), 12, kStamp), 0);
  EXPECT_EQ(value, 0);
}

TEST(QueueIoctlTest, TellsWhenTheLastOneArrived) {
  std::array<int64_t, 2> value{};
  EXPECT_EQ(*queue_ioctl(SIOCGSTAMP_OLD, mutable_bytes_of(value), 0, kStamp), 0);
  EXPECT_EQ(value, (std::array<int64_t, 2>{7, 5}));
  EXPECT_EQ(*queue_ioctl(SIOCGSTAMPNS_OLD, mutable_bytes_of(value), 0, kStamp), 0);
  EXPECT_EQ(value, (std::array<int64_t, 2>{7, 5000}));
  EXPECT_EQ(queue_ioctl(SIOCGSTAMP_OLD, mutable_bytes_of(value), 0, {})->error().code, ENOENT);
}

TEST(QueueIoctlTest, TooSmallAnArgumentIsEfaultAndOthersAreNotItsOwn) {
  std::array<uint8_t, 3> small{};
  EXPECT_EQ(queue_ioctl(SIOCINQ, small, 1, kStamp)->error().code, EFAULT);
  EXPECT_FALSE(queue_ioctl(SIOCGIFMTU, small, 1, kStamp));
}

}  // namespace
}  // namespace unetns
