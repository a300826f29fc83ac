// Neighbours and per-device settings through rtnetlink.
#include <linux/neighbour.h>
#include <linux/netconf.h>

#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

class NeighTest : public NetlinkTest {
 protected:
  NeighTest() : index(add_link(*a, "v0", "veth")), t(talker(*a)) { up(*a, index); }
  ndmsg header(int ifindex = -1, uint16_t state = 0, uint8_t family = AF_INET) {
    ndmsg h{};
    h.ndm_family = family;
    h.ndm_ifindex = ifindex < 0 ? index : ifindex;
    h.ndm_state = state;
    return h;
  }
  static void dst(NlWriter& out) { out.put(NDA_DST, IpAddress::parse("10.0.0.2")->bytes()); }
  static void entry(NlWriter& out) {
    dst(out);
    out.object(NDA_LLADDR, MacAddress{{2, 0, 0, 0, 0, 1}});
  }
  int index;
  Talker t;
};

TEST_F(NeighTest, AnEntryIsAddedShownAndDeleted) {
  ASSERT_EQ(t.ack(RTM_NEWNEIGH, kNew, header(-1, NUD_PERMANENT), entry).code, 0);
  const auto got = t.ask(RTM_GETNEIGH, NLM_F_DUMP, ndmsg{});
  ASSERT_EQ(got.size(), 2u);
  const AttrSet attrs = got[0].attrs(sizeof(ndmsg));
  std::vector<uint16_t> order;
  for (const auto& e : attrs.entries()) order.push_back(e.id);
  EXPECT_EQ(order, (std::vector<uint16_t>{NDA_DST, NDA_LLADDR, NDA_PROBES, NDA_CACHEINFO}));
  EXPECT_EQ(got[0].fixed<ndmsg>().ndm_state, NUD_PERMANENT);
  EXPECT_EQ(t.ask(RTM_GETNEIGH, 0, header(), dst).at(0).type(), RTM_NEWNEIGH);
  EXPECT_EQ(t.ack(RTM_DELNEIGH, 0, header(), dst).code, 0);
}

TEST_F(NeighTest, RefusalsAreInTheWordsOfTheKernel) {
  const auto refused = [&](uint16_t type, ndmsg h, Talker::Fill fill) {
    return t.ack(type, type == RTM_NEWNEIGH ? kNew : 0, h, fill);
  };
  EXPECT_EQ(t.ack(RTM_DELNEIGH, NLM_F_BULK, header(), dst).message, "Bulk delete is not supported");
  EXPECT_EQ(refused(RTM_NEWNEIGH, header(), {}).message, "Network address not specified");
  EXPECT_EQ(refused(RTM_NEWNEIGH, header(99), dst).code, ENODEV);
  EXPECT_EQ(refused(RTM_NEWNEIGH, header(0), dst).message, "Device not specified");
  EXPECT_EQ(refused(RTM_NEWNEIGH, header(), [](NlWriter& out) { out.u16(NDA_DST, 1); }).message,
            "Invalid network address");
  EXPECT_EQ(refused(RTM_NEWNEIGH, header(),
                    [](NlWriter& out) {
                      dst(out);
                      out.u16(NDA_LLADDR, 2);
                    })
                .message,
            "Invalid link address");
  EXPECT_EQ(refused(RTM_NEWNEIGH, header(-1, 0, 77), entry).code, EAFNOSUPPORT);
  EXPECT_EQ(refused(RTM_DELNEIGH, header(0), dst).code, EINVAL);
  EXPECT_EQ(refused(RTM_DELNEIGH, header(), dst).code, ENOENT);
}

TEST_F(NeighTest, QuestionsAreCheckedStrictly) {
  const auto refused = [&](ndmsg h, Talker::Fill fill = dst) {
    return t.ack(RTM_GETNEIGH, 0, h, fill).message;
  };
  EXPECT_EQ(refused(header()), "Neighbour entry not found");
  EXPECT_EQ(refused(header(99)), "Unknown device ifindex");
  EXPECT_EQ(refused(header(0)), "No device specified");
  EXPECT_EQ(refused(header(-1, 3)), "Invalid values in header for neighbor get request");
  EXPECT_EQ(refused(header(-1, 0, 77)), "Unsupported family in header for neighbor get request");
  EXPECT_EQ(refused(header(), entry), "Unsupported attribute in neighbor get request");
}

TEST_F(NeighTest, DumpsFilterByDevice) {
  ASSERT_EQ(t.ack(RTM_NEWNEIGH, kNew, header(-1, NUD_PERMANENT), entry).code, 0);
  const auto of = [&](int ifindex) {
    return t
        .ask(RTM_GETNEIGH, NLM_F_DUMP, ndmsg{},
             [=](NlWriter& out) { out.s32(NDA_IFINDEX, ifindex); })
        .size();
  };
  EXPECT_EQ(of(index), 2u);
  EXPECT_EQ(of(1), 1u);
}

TEST_F(NeighTest, SettingsAreShownPerDeviceThenAllThenDefault) {
  const auto got = t.ask(RTM_GETNETCONF, NLM_F_DUMP, netconfmsg{AF_INET});
  ASSERT_EQ(got.size(), 6u);  // lo, v0, its peer, all, default, done
  EXPECT_EQ(got[3].attrs(1).s32(NETCONFA_IFINDEX), NETCONFA_IFINDEX_ALL);
  EXPECT_EQ(got[4].attrs(1).s32(NETCONFA_IFINDEX), NETCONFA_IFINDEX_DEFAULT);
  const auto ask = [&](int which) {
    return t
        .ack(RTM_GETNETCONF, 0, netconfmsg{AF_INET},
             [=](NlWriter& out) { out.s32(NETCONFA_IFINDEX, which); })
        .code;
  };
  EXPECT_EQ(ask(NETCONFA_IFINDEX_ALL), 0);
  EXPECT_EQ(ask(99), ENODEV);
  EXPECT_EQ(t.ack(RTM_GETNETCONF, 0, netconfmsg{AF_INET}).code, EINVAL);
}

}  // namespace
}  // namespace unetns
