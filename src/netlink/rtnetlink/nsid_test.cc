// Namespace ids through rtnetlink (ip-netns(8) set, list-id).
#include <linux/net_namespace.h>

#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

class NsidMessageTest : public NetlinkTest {
 protected:
  NsidMessageTest() : t(talker(*a)) {}
  Error assign(int id, uint32_t fd) {
    return t.ack(RTM_NEWNSID, 0, rtgenmsg{}, [=](NlWriter& out) {
      out.s32(NETNSA_NSID, id);
      out.u32(NETNSA_FD, fd);
    });
  }
  int ask_fd(uint32_t fd) {
    const auto got =
        t.ask(RTM_GETNSID, 0, rtgenmsg{}, [=](NlWriter& out) { out.u32(NETNSA_FD, fd); });
    return got.size() == 1 && got[0].type() == RTM_NEWNSID ? got[0].attrs(4).s32(NETNSA_NSID)
                                                           : -100;
  }
  Talker t;
};

TEST_F(NsidMessageTest, AnIdIsGivenAndFound) {
  EXPECT_EQ(ask_fd(6), -1);
  EXPECT_EQ(assign(7, 6).code, 0);
  EXPECT_EQ(ask_fd(6), 7);
  EXPECT_EQ(nsids->lookup(*a, *b), 7);
  EXPECT_EQ(nsids->lookup(*b, *a), kNsidUnassigned);
}

TEST_F(NsidMessageTest, ConflictsPointAtTheAttribute) {
  ASSERT_EQ(assign(7, 6).code, 0);
  const Error again = assign(8, 6);
  EXPECT_EQ(again.code, EEXIST);
  EXPECT_EQ(again.message, "Peer netns already has a nsid assigned");
  EXPECT_EQ(again.offset, 28u);
  const Error used = assign(7, 5);
  EXPECT_EQ(used.code, EEXIST);
  EXPECT_EQ(used.message, "The specified nsid is already used");
  EXPECT_EQ(used.offset, 20u);
}

TEST_F(NsidMessageTest, WhatIsMissingOrInvalidIsNamed) {
  EXPECT_EQ(t.ack(RTM_NEWNSID, 0, rtgenmsg{}).message, "nsid is missing");
  EXPECT_EQ(
      t.ack(RTM_NEWNSID, 0, rtgenmsg{}, [](NlWriter& out) { out.s32(NETNSA_NSID, 1); }).message,
      "Peer netns reference is missing");
  const Error bad = assign(1, 99);
  EXPECT_EQ(bad.code, EBADF);
  EXPECT_EQ(bad.message, "Peer netns reference is invalid");
  EXPECT_EQ(t.ack(RTM_GETNSID, 0, rtgenmsg{}).code, EINVAL);
  const Error unknown =
      t.ack(RTM_GETNSID, 0, rtgenmsg{}, [](NlWriter& out) { out.s32(NETNSA_NSID, 55); });
  EXPECT_EQ(unknown.code, ENOENT);
  EXPECT_EQ(unknown.offset, 20u);
  EXPECT_EQ(t.ack(RTM_DELNSID, 0, rtgenmsg{}).code, EOPNOTSUPP);
}

TEST_F(NsidMessageTest, ATargetsIdsAreShownWithOurs) {
  ASSERT_EQ(assign(7, 6).code, 0);
  ASSERT_TRUE(nsids->assign(*b, *init, 3).has_value());
  ASSERT_TRUE(t.option(NETLINK_GET_STRICT_CHK, 1).has_value());
  const auto got = t.ask(RTM_GETNSID, NLM_F_DUMP, rtgenmsg{},
                         [](NlWriter& out) { out.s32(NETNSA_TARGET_NSID, 7); });
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].attrs(4).s32(NETNSA_NSID), 3);
  EXPECT_EQ(got[0].attrs(4).s32(NETNSA_CURRENT_NSID), -1);
  EXPECT_EQ(t.ack(RTM_GETNSID, NLM_F_DUMP, rtgenmsg{},
                  [](NlWriter& out) { out.s32(NETNSA_TARGET_NSID, 99); })
                .message,
            "Invalid target network namespace id");
}

}  // namespace
}  // namespace unetns
