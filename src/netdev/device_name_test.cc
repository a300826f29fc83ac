#include "netdev/device_name.h"

#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

TEST(DeviceName, FollowsTheRulesOfTheKernel) {
  for (const char* good : {"lo", "eth0", "a", "123456789012345", "...", "v%d", "eth0.100", "ä"})
    EXPECT_TRUE(valid_device_name(good)) << good;
  for (const char* bad : {"", ".", "..", "1234567890123456", "a/b", "a:1", "a b", "a\tb", "a\nb"})
    EXPECT_FALSE(valid_device_name(bad)) << bad;
  EXPECT_FALSE(valid_device_name(std::string_view("a\0b", 3)));
}

TEST(DeviceName, AltnamesMayBeLong) {
  EXPECT_TRUE(valid_altname(std::string(127, 'x')));
  EXPECT_FALSE(valid_altname(std::string(128, 'x')));
}

class DeviceNameTest : public NetdevTest {};

TEST_F(DeviceNameTest, PatternTakesTheLowestFreeNumber) {
  add(*a_, "v0");
  add(*a_, "v2");
  EXPECT_EQ(add(*a_, "v%d").name(), "v1");
  EXPECT_EQ(add(*a_, "v%d").name(), "v3");
  EXPECT_EQ(add(*b_, "v%d").name(), "v0") << "names are per namespace";
}

TEST_F(DeviceNameTest, PatternCountsOnlyWhatItWouldPrint) {
  add(*a_, "v00");
  add(*a_, "v0x");
  add(*a_, "xv0");
  EXPECT_EQ(add(*a_, "v%d").name(), "v0");
}

TEST_F(DeviceNameTest, PatternSkipsAltnames) {
  EXPECT_TRUE(layer_->add_altname(add(*a_, "e"), "v0"));
  EXPECT_EQ(add(*a_, "v%d").name(), "v1");
}

TEST_F(DeviceNameTest, PatternMayStandInTheMiddle) {
  EXPECT_EQ(add(*a_, "x%dy").name(), "x0y");
  EXPECT_EQ(add(*a_, "x%dy").name(), "x1y");
}

TEST_F(DeviceNameTest, BadNamesAndPatternsAreInvalid) {
  for (const char* bad : {"%", "a%s", "a%d%d", "a%", "a/b", "%%", "a%5d"})
    EXPECT_EQ(outcome(try_add(*a_, bad)), std::to_string(EINVAL)) << bad;
}

TEST_F(DeviceNameTest, TakenNamesExist) {
  NetDevice& dev = add(*a_, "v0");
  EXPECT_TRUE(layer_->add_altname(dev, "other"));
  EXPECT_EQ(outcome(try_add(*a_, "v0")), std::to_string(EEXIST));
  EXPECT_EQ(outcome(try_add(*a_, "other")), std::to_string(EEXIST));
}

TEST_F(DeviceNameTest, ExhaustedPatternIsTableOverflow) {
  // 15 bytes hold two digits behind 13.
  for (int i = 0; i < 100; i++) ASSERT_TRUE(try_add(*a_, "aaaaaaaaaaaaa%d"));
  EXPECT_EQ(outcome(try_add(*a_, "aaaaaaaaaaaaa%d")), std::to_string(ENFILE));
}

}  // namespace
}  // namespace unetns
