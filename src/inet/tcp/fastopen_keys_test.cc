#include "inet/tcp/fastopen_keys.h"

#include <gtest/gtest.h>

#include "env/rng.h"

namespace unetns {
namespace {

TEST(FastOpenKeys, TextAndBytesAreTheSameKeys) {
  ByteVector bytes(32);
  for (size_t i = 0; i < bytes.size(); i++) bytes[i] = static_cast<uint8_t>(i);
  const auto keys = FastOpenKeys::of(bytes);
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->text(),
            "03020100-07060504-0b0a0908-0f0e0d0c,13121110-17161514-1b1a1918-1f1e1d1c");
  const auto again = FastOpenKeys::parse(keys->text());
  ASSERT_TRUE(again);
  EXPECT_EQ(ByteVector(again->view().begin(), again->view().end()), bytes);
  for (const size_t wrong : {0, 4, 15, 17, 24, 33})
    EXPECT_FALSE(FastOpenKeys::of(ByteVector(wrong))) << wrong;
}

TEST(FastOpenKeys, TextIsReadAsLinuxReadsIt) {
  const auto read = [](std::string_view text) {
    const auto keys = FastOpenKeys::parse(text);
    return keys ? keys->text() : "no";
  };
  EXPECT_EQ(read(" 0xA-b- c-DDDDDDDD junk"), "0000000a-0000000b-0000000c-dddddddd");
  EXPECT_EQ(read("100000000-1-1-1"), "00000000-00000001-00000001-00000001");
  EXPECT_EQ(read("1-2-3-4, 5-6-7-8,9"),
            "00000001-00000002-00000003-00000004,00000005-00000006-00000007-00000008");
  for (const char* wrong :
       {"", "x", "1-2-3", "1--2-3", "-1-2-3-4", "1-2-3-4,", ",1-2-3-4", "0x-1-2-3"})
    EXPECT_EQ(read(wrong), "no") << wrong;
}

// As Linux 6.18 gave it to a client 127.0.0.1 of a server there.
TEST(FastOpenKeys, ACookieIsTheHashOfTheAddresses) {
  const auto keys = FastOpenKeys::parse("03020100-07060504-0b0a0908-0f0e0d0c");
  const ByteVector addresses{127, 0, 0, 1, 127, 0, 0, 1};
  EXPECT_EQ(keys->cookie(addresses),
            (FastOpenKeys::Cookie{0x74, 0x70, 0xbf, 0x82, 0x86, 0x74, 0x3f, 0x86}));
}

TEST(FastOpenKeys, CookiesOfTheSecondKeyAreStillGood) {
  const auto old = FastOpenKeys::parse("1-2-3-4"), now = FastOpenKeys::parse("5-6-7-8,1-2-3-4");
  const ByteVector us{10, 0, 0, 1, 10, 0, 0, 2}, others{10, 0, 0, 3, 10, 0, 0, 2};
  EXPECT_EQ(now->maker_of(old->cookie(us), us), 1u);
  EXPECT_EQ(now->maker_of(now->cookie(us), us), 0u);
  EXPECT_FALSE(now->maker_of(now->cookie(us), others));
  EXPECT_FALSE(old->maker_of(now->cookie(us), us));
  EXPECT_FALSE(now->maker_of({}, us));
  SeededRng rng(1);
  EXPECT_TRUE(FastOpenKeys::random(rng));
  EXPECT_FALSE(FastOpenKeys());
}

}  // namespace
}  // namespace unetns
