// /proc/net/tcp and the settings of TCP, over real connections.
#include <gmock/gmock.h>

#include "socket/inet/tcp_fixture.h"
#include "vfs/virtual_files.h"

namespace unetns {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ProcNetTcpTest : public TcpSocketTest {
 protected:
  ProcNetTcpTest()
      : files_(make_virtual_files({.netdevs = netdevs_.get(),
                                   .ipv4 = inet_.get(),
                                   .ipv6 = nullptr,
                                   .ipv4_stack = stack_.get(),
                                   .netlink = nullptr})) {}
  std::string read(Net& net, std::string_view path) {
    auto text = files_->read(net, path);
    return text ? *text : "errno " + std::to_string(text.error().code);
  }
  int write(Net& net, std::string_view path, std::string_view text) {
    return code(files_->write(net, root_, path, text));
  }
  std::unique_ptr<VirtualFiles> files_;
};

TEST_F(ProcNetTcpTest, SocketsOfAfInet6StandInTcp6) {
  auto l = make6(*b_, SOCK_STREAM), mapped = make6(*b_, SOCK_STREAM);
  ASSERT_EQ(bind(*l, "::", 0x1b58), 0);
  ASSERT_EQ(bind(*mapped, "::ffff:0.0.0.0", 0x1b59), 0);
  for (auto* s : {&l, &mapped}) ASSERT_EQ(code((*s)->listen(8)), 0);
  auto c = tcp(*a_);
  EXPECT_EQ(connect(*c, "10.0.2.1", 0x1b58), EINPROGRESS);
  env_.settle();
  const std::string text = read(*b_, "/proc/net/tcp6");
  EXPECT_THAT(text, HasSubstr("\n   0: 00000000000000000000000000000000:1B58 "
                              "00000000000000000000000000000000:0000 0A 00000000:00000001 "));
  EXPECT_THAT(text, HasSubstr("\n   1: 0000000000000000FFFF000000000000:1B59 "
                              "00000000000000000000000000000000:0000 0A "));
  EXPECT_THAT(text, HasSubstr("\n   2: 0000000000000000FFFF00000102000A:1B58 "
                              "0000000000000000FFFF00000101000A:"));
  EXPECT_EQ(read(*b_, "/proc/net/tcp").size(), 150u) << "the titles alone";
  EXPECT_EQ(read(*b_, "/proc/net/if_inet6"), "");
}

TEST_F(ProcNetTcpTest, EachStateHasItsLine) {
  auto l = listener(*b_, 0x1b58, 5);
  auto bound = tcp(*b_);
  EXPECT_EQ(bind(*bound, "0.0.0.0", 0x1b59), 0);
  auto c = tcp(*a_);
  EXPECT_EQ(connect(*c, "10.0.2.1", 0x1b58), EINPROGRESS);
  env_.settle();
  std::string text = read(*b_, "/proc/net/tcp");
  EXPECT_EQ(text.size(), 3 * 150u);
  EXPECT_THAT(text, HasSubstr("   0: 00000000:1B58 00000000:0000 0A 00000000:00000001 00:00000000 "
                              "00000000     0        0 0 1 0000000000000000 100 0 0 10 0 "));
  EXPECT_THAT(text, HasSubstr("   1: 0102000A:1B58 0101000A:"));
  EXPECT_THAT(text, Not(HasSubstr("1B59"))) << "bound only: not shown";
  auto s = accept(*l);
  s->set_inode(77);
  send(*c, "12345");
  text = read(*b_, "/proc/net/tcp");
  EXPECT_THAT(text, HasSubstr(" 01 00000000:00000005 00:00000000 00000000     0        0 77 1 "));
  c.reset();
  env_.settle();
  EXPECT_THAT(read(*b_, "/proc/net/tcp"), HasSubstr(" 08 00000000:00000006 "));
  s->receive(0);
  s.reset();
  env_.settle();
  EXPECT_THAT(read(*a_, "/proc/net/tcp"), HasSubstr(" 06 00000000:00000000 03:"));
  EXPECT_THAT(read(*a_, "/proc/net/sockstat"), HasSubstr("TCP: inuse 0 orphan 0 tw 1 alloc 0"));
  EXPECT_THAT(read(*a_, "/proc/net/snmp"), HasSubstr("\nTcp: 1 200 120000 -1 1 0 0 0 0 "));
}

TEST_F(ProcNetTcpTest, CongestionControlIsASettingOfText) {
  const std::string_view path = "/proc/sys/net/ipv4/tcp_congestion_control";
  EXPECT_EQ(read(*a_, path), "cubic\n");
  EXPECT_EQ(write(*a_, path, "nothing\n"), ENOENT);
  EXPECT_EQ(write(*a_, path, "reno\n"), 0);
  EXPECT_EQ(read(*a_, path), "reno\n");
  EXPECT_EQ(read(*b_, path), "cubic\n");
  EXPECT_EQ(read(*a_, "/proc/sys/net/ipv4/tcp_available_congestion_control"), "reno cubic bbr\n");
  EXPECT_EQ(write(*a_, "/proc/sys/net/ipv4/tcp_available_congestion_control", "reno"), EACCES);
}

TEST_F(ProcNetTcpTest, EachNamespaceHasAFastOpenKeyOfItsOwn) {
  const std::string_view path = "/proc/sys/net/ipv4/tcp_fastopen_key";
  EXPECT_EQ(read(*a_, path).size(), 36u);
  EXPECT_NE(read(*a_, path), read(*b_, path));
  EXPECT_EQ(write(*a_, path, "1-2-3\n"), EINVAL);
  EXPECT_EQ(write(*a_, path, "1-2-3-a\n"), 0);
  EXPECT_EQ(read(*a_, path), "00000001-00000002-00000003-0000000a\n");
}

TEST_F(ProcNetTcpTest, NumbersAreThoseOfLinux) {
  EXPECT_EQ(read(*a_, "/proc/sys/net/ipv4/tcp_rmem"), "4096\t131072\t6291456\n");
  EXPECT_EQ(write(*a_, "/proc/sys/net/ipv4/tcp_rmem", "4096 8192 16384"), 0);
  EXPECT_EQ(write(*a_, "/proc/sys/net/ipv4/tcp_rmem", "0 1 2"), EINVAL);
  EXPECT_EQ(read(*a_, "/proc/sys/net/ipv4/tcp_rmem"), "4096\t8192\t16384\n");
  EXPECT_EQ(write(*a_, "/proc/sys/net/ipv4/tcp_syn_retries", "128"), EINVAL);
  EXPECT_EQ(read(*a_, "/proc/sys/net/core/somaxconn"), "4096\n");
  EXPECT_EQ(write(*a_, "/proc/sys/net/core/somaxconn", "2"), 0);
  EXPECT_EQ(read(*a_, "/proc/sys/net/core/somaxconn"), "2\n");
  EXPECT_EQ(read(*a_, "/proc/sys/net/ipv4/core/somaxconn"), "errno 2");
  EXPECT_EQ(read(*a_, "/proc/sys/net/core/rmem_max"), "212992\n");
  EXPECT_EQ(write(*a_, "/proc/sys/net/core/rmem_max", "1"), EACCES);
  EXPECT_EQ(write(*a_, "/proc/sys/net/ipv4/ip_local_reserved_ports", "8080,9000-9010"), 0);
  EXPECT_EQ(read(*a_, "/proc/sys/net/ipv4/ip_local_reserved_ports"), "8080,9000-9010\n");
  EXPECT_EQ(write(*a_, "/proc/sys/net/ipv4/ip_local_reserved_ports", "x"), EINVAL);
  EXPECT_EQ(write(*a_, "/proc/sys/net/ipv4/ip_local_reserved_ports", "\n"), 0);
  EXPECT_EQ(read(*a_, "/proc/sys/net/ipv4/ip_local_reserved_ports"), "\n");
  auto l = listener(*a_, 7000, 100);
  EXPECT_EQ(l->accept_queue(), 0u);
}

}  // namespace
}  // namespace unetns
