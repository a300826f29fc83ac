#include <gmock/gmock.h>

#include "vfs/stack_fixture.h"

namespace unetns {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ProcNetNetlinkTest : public ProcNetSocketsTest {
 protected:
  std::unique_ptr<Socket> bound(Net& net, uint32_t port_id, uint32_t groups) {
    auto socket = *netlink_->create(net, root_, SOCK_RAW, NETLINK_GENERIC);
    sockaddr_nl name{};
    name.nl_family = AF_NETLINK;
    name.nl_pid = port_id;
    name.nl_groups = groups;
    EXPECT_TRUE(socket->bind(root_, {reinterpret_cast<const uint8_t*>(&name), sizeof(name)}));
    return socket;
  }
};

TEST_F(ProcNetNetlinkTest, TheKernelsEndsAreThere) {
  const std::string text = read("/proc/net/netlink");
  EXPECT_THAT(text, HasSubstr("\n0000000000000000 16  0          00000000 0        0        0     "
                              "2        0        0       \n"));
  EXPECT_THAT(text, Not(HasSubstr(" 2   0 ")));  // NETLINK_USERSOCK joins programs only
}

TEST_F(ProcNetNetlinkTest, ABoundSocketShowsItsPortGroupsAndInode) {
  auto socket = bound(*net_, 1234, 0x11);
  socket->set_inode(99);
  EXPECT_THAT(
      read("/proc/net/netlink"),
      HasSubstr(" 16  1234       00000011 0        0        0     2        0        99      \n"));
}

TEST_F(ProcNetNetlinkTest, AnotherNamespacesSocketsAreNotShown) {
  NetRef other = *registry_.create();
  auto socket = bound(*other, 1234, 0);
  EXPECT_THAT(read("/proc/net/netlink"), Not(HasSubstr("1234")));
}

TEST_F(ProcNetNetlinkTest, WithoutPacketSocketsThereAreTitlesAlone) {
  EXPECT_EQ(read("/proc/net/packet"),
            "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n");
  EXPECT_EQ(read("/proc/net/unix"), "Num       RefCount Protocol Flags    Type St Inode Path\n");
}

}  // namespace
}  // namespace unetns
