#include "nlmsg/writer.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>

namespace unetns {
namespace {

TEST(NlWriter, AMessageCarriesItsLength) {
  NlWriter out;
  out.begin(20, 2, 7, 9);
  out.u8(1, 5);
  out.end();
  const auto header = load<nlmsghdr>(out.view().data());
  EXPECT_EQ(header.nlmsg_len, out.size());
  EXPECT_EQ(out.size(), 24u);
  EXPECT_EQ(header.nlmsg_type, 20);
  EXPECT_EQ(header.nlmsg_flags, 2);
  EXPECT_EQ(header.nlmsg_seq, 7u);
  EXPECT_EQ(header.nlmsg_pid, 9u);
}

TEST(NlWriter, AttributesArePaddedButSayTheirOwnLength) {
  NlWriter out;
  out.str(3, "ab");
  EXPECT_EQ(out.size(), 8u);
  EXPECT_EQ(load<uint16_t>(out.view().data()), 7);
}

TEST(NlWriter, SeveralMessagesFollowEachOther) {
  NlWriter out;
  for (int i = 0; i < 2; i++) {
    out.begin_with(16, 0, 0, 0, uint8_t{1});
    out.end();
  }
  EXPECT_EQ(out.size(), 40u);
  EXPECT_EQ(load<uint32_t>(out.view().data() + 20), 20u);
}

TEST(NlWriter, ACancelledMessageOrNestLeavesNothing) {
  NlWriter out;
  out.begin(1, 0, 0, 0);
  out.u32(1, 1);
  out.cancel();
  EXPECT_EQ(out.size(), 0u);
  out.u32(1, 1);
  const size_t nest = out.nest_begin(2);
  EXPECT_TRUE(out.nest_empty(nest));
  out.u32(3, 1);
  EXPECT_FALSE(out.nest_empty(nest));
  out.nest_cancel(nest);
  EXPECT_EQ(out.size(), 8u);
}

TEST(NlWriter, NestsHoldTheLengthOfTheirContents) {
  NlWriter out;
  const size_t nest = out.nest_begin(5, true);
  out.u32(1, 1);
  out.nest_end(nest);
  EXPECT_EQ(load<uint16_t>(out.view().data()), 12);
  EXPECT_EQ(load<uint16_t>(out.view().data() + 2), 5 | NLA_F_NESTED);
}

TEST(NlWriter, APayloadBeyondSixteenBitsIsCut) {
  NlWriter out;
  out.put(1, ByteVector(70000));
  EXPECT_EQ(load<uint16_t>(out.view().data()), 0xffff);
  EXPECT_EQ(out.size(), 0x10000u);
}

}  // namespace
}  // namespace unetns
