#include "runtime/lacking.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "machine/machine.h"

namespace unetns {
namespace {

constexpr int kMptcp = 262;

TEST(LackingTest, SocketsAreCalledByTheNamesOfTheirArguments) {
  EXPECT_EQ(lacking_socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, EPROTONOSUPPORT),
            "socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6)");
  EXPECT_EQ(lacking_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, ESOCKTNOSUPPORT),
            "socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)");
  EXPECT_EQ(lacking_socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER, EPROTONOSUPPORT),
            "socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER)");
  EXPECT_EQ(lacking_socket(AF_INET, SOCK_STREAM, kMptcp, EPROTONOSUPPORT),
            "socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)");
  EXPECT_EQ(lacking_socket(AF_VSOCK, SOCK_DGRAM, 9, EAFNOSUPPORT),
            "socket(AF_VSOCK, SOCK_DGRAM, 9)");
}

TEST(LackingTest, SocketsThatLinuxRefusesToo) {
  EXPECT_FALSE(lacking_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP, EACCES));  // ping_group_range
  EXPECT_FALSE(lacking_socket(AF_PACKET, SOCK_RAW, 0, EPERM));
  EXPECT_FALSE(lacking_socket(AF_INET, SOCK_STREAM, IPPROTO_UDP, EPROTONOSUPPORT));
  EXPECT_FALSE(lacking_socket(AF_INET, SOCK_RAW, 0, EPROTONOSUPPORT));
  EXPECT_FALSE(lacking_socket(AF_INET6, SOCK_RAW, 0, EPROTONOSUPPORT));
  EXPECT_FALSE(lacking_socket(AF_INET6, SOCK_STREAM, IPPROTO_UDP, EPROTONOSUPPORT));
  EXPECT_FALSE(lacking_socket(AF_NETLINK, SOCK_STREAM, 0, ESOCKTNOSUPPORT));
  EXPECT_FALSE(lacking_socket(AF_NETLINK, SOCK_RAW, MAX_LINKS, EPROTONOSUPPORT));
  EXPECT_FALSE(lacking_socket(AF_MAX, SOCK_RAW, 0, EAFNOSUPPORT));
}

TEST(LackingTest, OptionsOfLevelsThatTheSocketHas) {
  FakeEnv env;
  auto machine = Kernel::boot(env.env());
  ASSERT_TRUE(machine.has_value());
  auto tcp = (*machine)->socket((*machine)->init_net(), SystemCaller(), AF_INET, SOCK_STREAM, 0);
  ASSERT_TRUE(tcp.has_value());
  const auto set = [&](int level, int name, int error) {
    return lacking_option(**tcp, "setsockopt", level, name, error);
  };
  EXPECT_EQ(set(IPPROTO_TCP, TCP_MD5SIG, ENOPROTOOPT), "setsockopt(SOL_TCP, TCP_MD5SIG)");
  EXPECT_EQ(set(IPPROTO_TCP, TCP_ULP, ENOENT), "setsockopt(SOL_TCP, TCP_ULP)");
  EXPECT_EQ(set(SOL_IP, 64, ENOPROTOOPT),
            "setsockopt(SOL_IP, IPT_SO_SET_REPLACE or IPT_SO_GET_INFO)");
  EXPECT_EQ(set(SOL_SOCKET, 99, ENOPROTOOPT), "setsockopt(SOL_SOCKET, 99)");
  EXPECT_FALSE(set(SOL_IP, IP_XFRM_POLICY, EPERM));
  EXPECT_FALSE(set(IPPROTO_IPV6, IPV6_V6ONLY, ENOPROTOOPT));
  EXPECT_FALSE(set(SOL_IP, IP_HDRINCL, ENOPROTOOPT));  // of raw sockets alone
  EXPECT_FALSE(set(IPPROTO_TCP, TCP_MAXSEG, EINVAL));
}

TEST(LackingTest, OptionsOfAfInet6) {
  FakeEnv env;
  auto machine = Kernel::boot(env.env());
  ASSERT_TRUE(machine.has_value());
  auto tcp = (*machine)->socket((*machine)->init_net(), SystemCaller(), AF_INET6, SOCK_STREAM, 0);
  ASSERT_TRUE(tcp.has_value());
  const auto set = [&](int level, int name, int error) {
    return lacking_option(**tcp, "setsockopt", level, name, error);
  };
  EXPECT_EQ(set(IPPROTO_IPV6, IPV6_RTHDR, ENOPROTOOPT), "setsockopt(SOL_IPV6, IPV6_RTHDR)");
  EXPECT_EQ(set(IPPROTO_TCP, TCP_MD5SIG, ENOPROTOOPT), "setsockopt(SOL_TCP, TCP_MD5SIG)");
  EXPECT_FALSE(set(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, ENOPROTOOPT));  // of datagram sockets
  EXPECT_FALSE(set(IPPROTO_IPV6, IPV6_V6ONLY, EINVAL));
}

TEST(LackingTest, RequestsOnDevices) {
  EXPECT_EQ(lacking_ioctl(SIOCETHTOOL, EOPNOTSUPP), "ioctl(SIOCETHTOOL)");
  EXPECT_EQ(lacking_ioctl(SIOCBRADDBR, ENOTTY), "ioctl(SIOCBRADDBR)");
  EXPECT_EQ(lacking_ioctl(SIOCGIFVLAN, ENOPKG), "ioctl(SIOCGIFVLAN)");
  EXPECT_EQ(lacking_ioctl(0x89f5, ENOTTY), "ioctl(0x89f5) on a socket");
  EXPECT_FALSE(lacking_ioctl(SIOCETHTOOL, ENODEV));
  EXPECT_FALSE(lacking_ioctl(0x5401 /* TCGETS, of isatty(3) */, ENOTTY));
  EXPECT_FALSE(lacking_ioctl(SIOCATMARK, ENOTTY));
  EXPECT_FALSE(lacking_ioctl(SIOCGMIIPHY, EOPNOTSUPP));  // so are a veth and a dummy of Linux
}

}  // namespace
}  // namespace unetns
