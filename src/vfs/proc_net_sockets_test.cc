#include <gmock/gmock.h>

#include <algorithm>

#include "vfs/stack_fixture.h"

namespace unetns {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(ProcNetSocketsTest, UdpHasALineOf127ColumnsForEachBoundSocket) {
  FakeEndpoint socket;
  socket.bound().local = Ipv4Address(0x7f000001);
  socket.bound().local_port = *stack_->udp().claim(*net_, socket, 5353);
  socket.bound().uid = 1000;
  const std::string text = read("/proc/net/udp");
  EXPECT_EQ(text.size(), 256u);
  EXPECT_THAT(text,
              HasSubstr("\n    0: 0100007F:14E9 00000000:0000 07 00000000:00000680 00:00000000 "
                        "00000000  1000        0 4711 2 0000000000000000 3 "));
  stack_->udp().release(*net_, socket);
  EXPECT_EQ(read("/proc/net/udp").size(), 128u);
}

TEST_F(ProcNetSocketsTest, RawShowsTheProtocolAsPort) {
  FakeEndpoint socket;
  socket.bound().protocol = 1;
  stack_->raw().add(*net_, socket);
  EXPECT_THAT(
      read("/proc/net/raw"),
      HasSubstr("\n   0: 00000000:0001 00000000:0000 07 00000000:00000680 00:00000000 00000000"
                "     0        0 4711 2 0000000000000000 3\n"));
  stack_->raw().remove(*net_, socket);
}

TEST_F(ProcNetSocketsTest, LinesAreInTheOrderOfPorts) {
  FakeEndpoint sockets[3];
  const uint16_t ports[] = {700, 9, 80};
  for (int i = 0; i < 3; ++i)
    sockets[i].bound().local_port = *stack_->udp().claim(*net_, sockets[i], ports[i]);
  const std::string text = read("/proc/net/udp");
  EXPECT_LT(text.find(":0009 "), text.find(":0050 "));
  EXPECT_LT(text.find(":0050 "), text.find(":02BC "));
  for (FakeEndpoint& socket : sockets) stack_->udp().release(*net_, socket);
}

TEST_F(ProcNetSocketsTest, IcmpShowsTheEchoIdAsPort) {
  EXPECT_EQ(read("/proc/net/icmp").size(), 128u);
  FakeEndpoint socket;
  socket.bound().local_port = *stack_->ping().claim(*net_, socket, 99);
  EXPECT_THAT(read("/proc/net/icmp"), HasSubstr("\n    0: 00000000:0063 00000000:0000 07 "));
  stack_->ping().release(*net_, socket);
}

TEST_F(ProcNetSocketsTest, SocketsOfAnotherNamespaceAreNotShown) {
  NetRef other = *registry_.create();
  FakeEndpoint socket;
  socket.bound().local_port = *stack_->udp().claim(*other, socket, 53);
  EXPECT_EQ(read("/proc/net/udp").size(), 128u);
  EXPECT_THAT(read("/proc/net/sockstat"), HasSubstr("\nUDP: inuse 0 mem 0\n"));
  stack_->udp().release(*other, socket);
}

TEST_F(ProcNetSocketsTest, SockstatCountsBoundSocketsAndPagesOfData) {
  FakeEndpoint udp, raw;
  udp.bound().local_port = *stack_->udp().claim(*net_, udp, 53);
  stack_->raw().add(*net_, raw);
  EXPECT_EQ(read("/proc/net/sockstat"),
            "sockets: used 2\nTCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0\nUDP: inuse 1 mem 1\n"
            "UDPLITE: inuse 0\nRAW: inuse 1\nFRAG: inuse 0 memory 0\n");
  stack_->raw().remove(*net_, raw);
  stack_->udp().release(*net_, udp);
}

TEST_F(ProcNetSocketsTest, ProtocolsHasOneLineForEachKindOfSocket) {
  const std::string text = read("/proc/net/protocols");
  EXPECT_THAT(text, HasSubstr("\nUDP  "));
  EXPECT_THAT(text, HasSubstr("   NI       0   no   kernel      y  y  y  n  y  y  y  n  y"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);  // titles, PING, RAW, UDP, TCP, NETLINK
}

TEST_F(ProcNetSocketsTest, WritingRouteFlushIsAllThatCanBeDoneWithIt) {
  const auto node = files_->stat(*net_, "/proc/sys/net/ipv4/route/flush");
  ASSERT_TRUE(node);
  EXPECT_EQ(node->mode, 0200u);
  EXPECT_EQ(read("/proc/sys/net/ipv4/route/flush"), "errno 13");
  EXPECT_EQ(write("/proc/sys/net/ipv4/route/flush", "1\n"), 0);
  EXPECT_EQ(write("/proc/sys/net/ipv4/route/flush", "x"), EINVAL);
}

TEST_F(ProcNetSocketsTest, SnmpNamesEveryValue) {
  control_.sysctls["ip_forward"] = {1};
  control_.sysctls["ip_default_ttl"] = {64};
  stack_->icmp().count_out(*net_, 8);
  const std::string text = read("/proc/net/snmp");
  EXPECT_THAT(text, HasSubstr("\nIp: 1 64 0 "));
  EXPECT_THAT(text, HasSubstr("\nIcmpMsg: OutType8\nIcmpMsg: 1\n"));
  EXPECT_THAT(text, HasSubstr("\nUdp: 0 0 0 0 0 0 0 0\n"));
  EXPECT_THAT(text, HasSubstr("\nTcp: 1 200 120000 -1 0 0 "));
  EXPECT_THAT(read("/proc/net/netstat"), HasSubstr("TcpExt: SyncookiesSent "));
  EXPECT_THAT(read("/proc/net/netstat"), HasSubstr("\nIpExt: 0 0 "));
}

TEST_F(ProcNetSocketsTest, NoMessageTypeWasSeenNoLineOfThem) {
  EXPECT_THAT(read("/proc/net/snmp"), Not(HasSubstr("IcmpMsg")));
}

}  // namespace
}  // namespace unetns
