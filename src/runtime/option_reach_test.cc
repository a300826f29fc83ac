// What setsockopt(2) reads of a value.
#include "runtime/option_reach.h"

#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

namespace unetns {
namespace {

constexpr SocketKind kTcp{AF_INET, SOCK_STREAM, IPPROTO_TCP};
constexpr SocketKind kUdp{AF_INET, SOCK_DGRAM, IPPROTO_UDP};
constexpr SocketKind kPacket{AF_PACKET, SOCK_RAW, 0};
constexpr SocketKind kNetlink{AF_NETLINK, SOCK_RAW, 0};

TEST(OptionReachTest, ANumberIsFourBytesHoweverLongTheValue) {
  EXPECT_EQ(option_reach(kUdp, SOL_SOCKET, SO_REUSEADDR, 4000), 4u);
  EXPECT_EQ(option_reach(kTcp, IPPROTO_TCP, TCP_NODELAY, 4000), 4u);
  EXPECT_EQ(option_reach(kUdp, IPPROTO_UDP, UDP_CORK, 4000), 4u);
  EXPECT_EQ(option_reach(kNetlink, SOL_NETLINK, NETLINK_PKTINFO, 4000), 4u);
}

TEST(OptionReachTest, WhatIsTooShortIsNotRead) {
  EXPECT_EQ(option_reach(kUdp, SOL_SOCKET, SO_REUSEADDR, 2), 0u);
  EXPECT_EQ(option_reach(kTcp, IPPROTO_TCP, TCP_NODELAY, 2), 0u);
  EXPECT_EQ(option_reach(kPacket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, 8), 0u);
}

TEST(OptionReachTest, OfIpOneByteIsEnough) {
  EXPECT_EQ(option_reach(kUdp, IPPROTO_IP, IP_TTL, 1), 1u);
  EXPECT_EQ(option_reach(kUdp, IPPROTO_IP, IP_TTL, 3), 1u);
  EXPECT_EQ(option_reach(kUdp, IPPROTO_IP, IP_TTL, 4000), 4u);
}

TEST(OptionReachTest, WhatNobodyKnowsIsNotReadButAtTheLevelOfSockets) {
  EXPECT_EQ(option_reach(kUdp, 77, 1, 4), 0u);
  EXPECT_EQ(option_reach(kUdp, IPPROTO_TCP, TCP_NODELAY, 4), 0u);
  EXPECT_EQ(option_reach(kUdp, IPPROTO_IP, 12345, 4), 0u);
  EXPECT_EQ(option_reach(kPacket, IPPROTO_IP, IP_TTL, 4), 0u);
  EXPECT_EQ(option_reach(kUdp, SOL_SOCKET, 12345, 40), 4u);
}

TEST(OptionReachTest, StructuresAndTextsAreReadAsFarAsTheyGo) {
  EXPECT_EQ(option_reach(kTcp, SOL_SOCKET, SO_LINGER, 4000), 8u);
  EXPECT_EQ(option_reach(kTcp, SOL_SOCKET, SO_LINGER, 5), 5u);
  EXPECT_EQ(option_reach(kUdp, SOL_SOCKET, SO_BINDTODEVICE, 4000), 15u);
  EXPECT_EQ(option_reach(kTcp, IPPROTO_TCP, TCP_CONGESTION, 3), 3u);
  EXPECT_EQ(option_reach(kUdp, IPPROTO_IP, IP_OPTIONS, 41), 0u);
  EXPECT_EQ(option_reach(kUdp, IPPROTO_IP, IP_ADD_MEMBERSHIP, 4000), 12u);
}

}  // namespace
}  // namespace unetns
