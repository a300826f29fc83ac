// Control messages of programs (cmsg(3)).
#include "socket/cmsg.h"

#include <gtest/gtest.h>

#include "netns/caller.h"

namespace unetns {
namespace {

class CmsgTest : public ::testing::Test {
 protected:
  int check() {
    auto ok = check_stream_control(SystemCaller(), control_);
    return ok ? 0 : ok.error().code;
  }
  ByteVector control_;
};

TEST_F(CmsgTest, AStreamPassesOverOtherLevelsAndThoseOfUnixSockets) {
  put_cmsg_value(control_, 99, 99, int32_t{1});
  put_cmsg_value(control_, SOL_SOCKET, SCM_RIGHTS, int32_t{0});
  EXPECT_EQ(check(), 0);
}

TEST_F(CmsgTest, AStreamRefusesWhatNobodyKnows) {
  put_cmsg_value(control_, SOL_SOCKET, 77, int32_t{1});
  EXPECT_EQ(check(), EINVAL);
}

TEST_F(CmsgTest, AStreamRefusesBrokenOnes) {
  put_cmsg_value(control_, 99, 99, int32_t{1});
  auto header = load<cmsghdr>(control_.data());
  for (size_t length : {size_t{3}, size_t{1000}}) {
    header.cmsg_len = length;
    store(control_.data(), header);
    EXPECT_EQ(check(), EINVAL) << length;
  }
}

TEST_F(CmsgTest, OrdersOfTheSocketLevelAreRead) {
  put_cmsg_value(control_, SOL_SOCKET, SO_MARK, uint32_t{7});
  put_cmsg_value(control_, SOL_SOCKET, SO_PRIORITY, uint32_t{3});
  SendOrders orders;
  CmsgReader reader(control_);
  while (auto c = reader.next()) EXPECT_TRUE(orders.read(SystemCaller(), *c));
  EXPECT_EQ(orders.mark, 7u);
  EXPECT_EQ(orders.priority, 3u);
  EXPECT_FALSE(orders.stamps);
}

}  // namespace
}  // namespace unetns
