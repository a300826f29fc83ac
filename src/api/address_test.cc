#include "unetns/address.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

using namespace literals;

TEST(AddressTest, LiteralsAreWhatTheirTextsParseTo) {
  EXPECT_EQ(IpAddress("192.0.2.1"_ip4), *IpAddress::parse("192.0.2.1"));
  EXPECT_EQ(IpAddress("2001:db8::1"_ip6), *IpAddress::parse("2001:db8::1"));
  EXPECT_EQ(IpAddress("::"_ip6), *IpAddress::parse("::"));
  EXPECT_EQ(IpAddress("::1"_ip6), *IpAddress::parse("::1"));
  EXPECT_EQ(IpAddress("fe80::"_ip6), *IpAddress::parse("fe80::"));
  EXPECT_EQ(IpAddress("1:2:3:4:5:6:7:8"_ip6), *IpAddress::parse("1:2:3:4:5:6:7:8"));
  EXPECT_EQ("02:00:5e:aa:BB:01"_mac, *parse_mac("02:00:5e:aa:bb:01"));
}

TEST(AddressTest, APrefixKeepsHostBitsAndItsNetworkHasNone) {
  const Prefix p = *Prefix::parse("10.1.2.3/20");
  EXPECT_EQ(p.to_string(), "10.1.2.3/20");
  EXPECT_EQ(p.network().to_string(), "10.1.0.0/20");
  EXPECT_TRUE(p.contains("10.1.15.255"_ip4));
  EXPECT_FALSE(p.contains("10.1.16.0"_ip4));
  EXPECT_FALSE(p.contains("::1"_ip6));
  EXPECT_EQ(Prefix::parse("2001:db8::7/32")->network().to_string(), "2001:db8::/32");
  EXPECT_EQ(Prefix::parse("10.0.0.1")->length, 32);
  EXPECT_EQ(Prefix().to_string(), "default");
}

TEST(AddressTest, WhatIsNoPrefixIsRefused) {
  for (const char* bad :
       {"", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/-1", "10.0.0/8", "::1/129", "a/1", "10.0.0.1/8x"})
    EXPECT_EQ(Prefix::parse(bad).error().code, EINVAL) << bad;
  for (const char* bad : {"", "02:00:00:00:00", "02-00-00-00-00-00", "02:00:00:00:00:0g"})
    EXPECT_EQ(parse_mac(bad).error().code, EINVAL) << bad;
}

TEST(AddressTest, ErrorsHaveTheirNameAndTheTextOfTheKernel) {
  EXPECT_EQ(describe(Error{EHOSTUNREACH, "", 0, 0}), "No route to host (EHOSTUNREACH)");
  EXPECT_EQ(describe(Error{EINVAL, "bad", 0, 0}), "bad: Invalid argument (EINVAL)");
}

}  // namespace
}  // namespace unetns
