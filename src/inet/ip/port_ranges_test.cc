#include "inet/ip/port_ranges.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

std::string normal(std::string_view text) {
  const auto ranges = PortRanges::parse(text);
  return ranges ? ranges->text() : "error " + std::to_string(ranges.error().code);
}

TEST(PortRanges, AreWrittenInOrderAndJoined) {
  EXPECT_EQ(normal("5000,5002-5003"), "5000,5002-5003");
  EXPECT_EQ(normal("9-10,3,4,1-2\n"), "1-4,9-10");
  EXPECT_EQ(normal("5-9,6-7"), "5-9");
  EXPECT_EQ(normal("0-65535"), "0-65535");
  EXPECT_EQ(normal("\n"), "");
  EXPECT_EQ(normal(""), "");
}

TEST(PortRanges, NonsenseIsRefused) {
  for (const char* bad : {"x", "1-", "-1", "3-2", "65536", "1,,2", "1 2", "99999999999999999999"})
    EXPECT_EQ(normal(bad), "error 22") << bad;
}

TEST(PortRanges, KnowWhatTheyContain) {
  const PortRanges r = *PortRanges::parse("5000,5002-5003");
  for (const auto& [port, inside] : {std::pair<uint16_t, bool>{4999, false},
                                     {5000, true},
                                     {5001, false},
                                     {5002, true},
                                     {5003, true},
                                     {5004, false}})
    EXPECT_EQ(r.contains(port), inside) << port;
  EXPECT_FALSE(PortRanges().contains(0));
}

}  // namespace
}  // namespace unetns
