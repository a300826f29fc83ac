#include "inet/ip/ip_forward.h"

#include "inet/ip/ip_fixture.h"

namespace unetns {
namespace {

using IpForwardTest = IpTest;

TEST_F(IpForwardTest, TtlGoesDownAndTheChecksumFollows) {
  arrive({.dst = kFar, .ttl = 9});
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].dev, routes_.eth1);
  EXPECT_EQ(sent()[0].nexthop, Ipv4Address(kFar));
  EXPECT_EQ(sent()[0].ip().ttl(), 8);
  EXPECT_TRUE(sent()[0].ip().checksum_ok());
  EXPECT_EQ(stats().forw_datagrams, 1u);
}

TEST_F(IpForwardTest, AnExpiredTtlIsToldToTheSender) {
  arrive({.dst = kFar, .ttl = 1});
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].ip().dst(), Ipv4Address(kPeer));
  EXPECT_EQ(sent()[0].icmp().type(), IcmpType::kTimeExceeded);
  EXPECT_EQ(drops_[DropReason::kIpTtlExpired], 1);
}

TEST_F(IpForwardTest, TooLargeWithDfIsToldTheMtu) {
  ASSERT_TRUE(netdevs_->set_mtu(*routes_.eth1, 600));
  arrive({.dst = kFar, .df = true, .payload = ByteVector(1000)});
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].icmp().code(), IcmpUnreachable::kFragmentationNeeded);
  EXPECT_EQ(sent()[0].icmp().mtu(), 600);
  EXPECT_EQ(stats().frag_fails, 1u);
}

TEST_F(IpForwardTest, TooLargeWithoutDfIsCut) {
  ASSERT_TRUE(netdevs_->set_mtu(*routes_.eth1, 600));
  arrive({.dst = kFar, .payload = ByteVector(1000)});
  ASSERT_EQ(sent().size(), 2u);
  EXPECT_TRUE(sent()[0].ip().more_fragments());
  EXPECT_EQ(sent()[1].ip().fragment_offset(), 576);
}

TEST_F(IpForwardTest, WhatCameToEverybodyIsNotForwarded) {
  arrive_bytes(packet({.dst = kFar}), true);
  EXPECT_TRUE(sent().empty());
}

TEST_F(IpForwardTest, ASenderOnTheSameLinkIsRedirected) {
  arrive({.dst = 0x0a000063});  // 10.0.0.99: by eth0 again
  ASSERT_EQ(sent().size(), 2u);
  EXPECT_EQ(sent()[0].icmp().type(), IcmpType::kRedirect);
  EXPECT_EQ(sent()[0].icmp().gateway(), Ipv4Address(0x0a000063));
  EXPECT_EQ(sent()[1].ip().dst(), Ipv4Address(0x0a000063)) << "and the packet goes on";
}

TEST_F(IpForwardTest, RouteRecordsGrow) {
  arrive({.dst = kFar, .options = {7, 7, 4, 0, 0, 0, 0, 0}});
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(load_be32(&sent()[0].ip().options()[3]), kOurs);
  EXPECT_TRUE(sent()[0].ip().checksum_ok());
}

}  // namespace
}  // namespace unetns
