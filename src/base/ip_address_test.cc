#include "base/ip_address.h"

#include <gtest/gtest.h>

#include "base/mac_address.h"

namespace unetns {
namespace {

TEST(IpAddress, ParsesAndPrintsBothFamilies) {
  for (const char* text : {"0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "::1", "fe80::1",
                           "2001:db8::ff00:42:8329", "::ffff:1.2.3.4"}) {
    auto a = IpAddress::parse(text);
    ASSERT_TRUE(a) << text;
    EXPECT_EQ(a->to_string(), text);
  }
}

TEST(IpAddress, RefusesWhatInetPtonRefuses) {
  const std::string with_nul("1.2.3.4\0", 8);
  for (std::string_view text :
       {std::string_view(""), std::string_view("1.2.3"), std::string_view("1.2.3.4.5"),
        std::string_view("1.2.3.256"), std::string_view("01.2.3.4"), std::string_view("1.2.3.4 "),
        std::string_view("::1::"), std::string_view("g::"), std::string_view("fe80::1%lo"),
        std::string_view(with_nul)})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  EXPECT_FALSE(IpAddress::parse(std::string(200, ':')));
}

TEST(IpAddress, FromBytesWantsTheLengthOfTheFamily) {
  const uint8_t b[16] = {10, 0, 0, 1};
  EXPECT_TRUE(IpAddress::from_bytes(AF_INET, {b, 4}));
  EXPECT_FALSE(IpAddress::from_bytes(AF_INET, {b, 5}));
  EXPECT_FALSE(IpAddress::from_bytes(AF_INET6, {b, 4}));
  EXPECT_TRUE(IpAddress::from_bytes(AF_INET6, {b, 16}));
  EXPECT_FALSE(IpAddress::from_bytes(AF_UNIX, {b, 4}));
}

TEST(IpAddress, NoneHasNoBytesAndIsZero) {
  IpAddress none;
  EXPECT_FALSE(none.has_value());
  EXPECT_TRUE(none.is_zero());
  EXPECT_EQ(none.to_string(), "");
  EXPECT_EQ(none.as<V4>().value(), 0u);
}

TEST(IpAddress, PrefixesMaskToTheBit) {
  const Ipv4Address a(0x0a0b0cff);
  EXPECT_EQ(Ipv4Address(a.masked(25)).value(), 0x0a0b0c80u);
  EXPECT_EQ(Ipv4Address(a.masked(0)).value(), 0u);
  EXPECT_EQ(Ipv4Address(a.masked(32)).value(), a.value());
  EXPECT_TRUE(a.in_prefix(Ipv4Address(0x0a0b0000), 16));
  EXPECT_FALSE(a.in_prefix(Ipv4Address(0x0a0a0000), 16));
  EXPECT_TRUE(a.bit(31));
  EXPECT_FALSE(a.bit(0));
}

TEST(MacAddress, PrintsAsLinuxDoes) {
  EXPECT_EQ((MacAddress{{0x02, 0, 0xab, 0xcd, 0xef, 0x01}}).to_string(), "02:00:ab:cd:ef:01");
  EXPECT_TRUE(MacAddress::broadcast().is_multicast());
}

}  // namespace
}  // namespace unetns
