// Changes of a device by RTM_SETLINK, moves included.
#include "netlink/netlink_fixture.h"

namespace unetns {
namespace {

class LinkSetTest : public NetlinkTest {
 protected:
  LinkSetTest() : index(add_link(*a, "d0", "dummy")), t(talker(*a)) {}
  Error set(const Talker::Fill& fill) { return t.ack(RTM_SETLINK, 0, link_header(index), fill); }
  NetDevice& dev() { return *netdevs->by_index(*a, index); }
  int index;
  Talker t;
};

TEST_F(LinkSetTest, CommonAttributesAreApplied) {
  EXPECT_EQ(set([](NlWriter& out) {
              out.str(IFLA_IFNAME, "renamed");
              out.u32(IFLA_MTU, 1300);
              out.str(IFLA_IFALIAS, "the uplink");
              out.u32(IFLA_TXQLEN, 5);
              out.u32(IFLA_GSO_MAX_SIZE, 1000);
            }).code,
            0);
  EXPECT_EQ(dev().name(), "renamed");
  EXPECT_EQ(dev().mtu, 1300u);
  EXPECT_EQ(dev().alias, "the uplink");
  EXPECT_EQ(dev().tx_queue_len, 5u);
  EXPECT_EQ(dev().gso_max_size, 1000u);
}

TEST_F(LinkSetTest, FlagsOutsideTheMaskStay) {
  EXPECT_EQ(t.ack(RTM_SETLINK, 0, link_header(index, IFF_UP, IFF_UP)).code, 0);
  EXPECT_EQ(t.ack(RTM_SETLINK, 0, link_header(index, IFF_NOARP, IFF_NOARP)).code, 0);
  EXPECT_TRUE(dev().up());
  EXPECT_TRUE(dev().flags & IFF_NOARP);
}

TEST_F(LinkSetTest, RefusalsAreInTheWordsOfTheKernel) {
  // The MTU of a dummy has no bounds: the loopback's neither, so ask a veth.
  const int v = add_link(*a, "v0", "veth");
  Error error = t.ack(RTM_SETLINK, 0, link_header(v), [](NlWriter& out) { out.u32(IFLA_MTU, 10); });
  EXPECT_EQ(error.code, EINVAL);
  EXPECT_EQ(error.message, "mtu less than device minimum");
  error = t.ack(RTM_SETLINK, 0, link_header(v), [](NlWriter& out) { out.u32(IFLA_MTU, 70000); });
  EXPECT_EQ(error.message, "mtu greater than device maximum");
  error = set([](NlWriter& out) { out.u32(IFLA_GSO_MAX_SIZE, 999999); });
  EXPECT_EQ(error.code, EINVAL);
  EXPECT_EQ(error.message, "too big gso_max_size");
  error = set([](NlWriter& out) { out.u8(IFLA_PROTO_DOWN, 1); });
  EXPECT_EQ(error.code, EOPNOTSUPP);
  EXPECT_EQ(error.message, "Protodown not supported by device");
}

TEST_F(LinkSetTest, AnAddressMustBeWholeAndADevices) {
  EXPECT_EQ(set([](NlWriter& out) { out.u16(IFLA_ADDRESS, 2); }).code, EINVAL);
  EXPECT_EQ(set([](NlWriter& out) {
              out.object(IFLA_ADDRESS, MacAddress{{1, 0, 0, 0, 0, 0}});
            }).code,
            EADDRNOTAVAIL);
  EXPECT_EQ(set([](NlWriter& out) {
              out.object(IFLA_ADDRESS, MacAddress{{2, 0, 0, 0, 0, 1}});
            }).code,
            0);
}

TEST_F(LinkSetTest, AFamilyThatDoesNotExistHasNoSettings) {
  const auto spec_of = [](uint16_t family) {
    return [family](NlWriter& out) {
      const size_t spec = out.nest_begin(IFLA_AF_SPEC);
      const size_t nest = out.nest_begin(family);
      const size_t conf = out.nest_begin(1);
      out.u32(1, 1);  // forwarding
      out.nest_end(conf);
      out.nest_end(nest);
      out.nest_end(spec);
    };
  };
  EXPECT_EQ(set(spec_of(AF_INET6)).code, EAFNOSUPPORT);
  EXPECT_EQ(set(spec_of(AF_INET)).code, 0);
  EXPECT_EQ(inet->conf_get(*a, "d0", "forwarding").value_or(-1), 1);
}

TEST_F(LinkSetTest, ADeviceMovesByDescriptor) {
  EXPECT_EQ(set([](NlWriter& out) { out.u32(IFLA_NET_NS_FD, 6); }).code, 0);
  EXPECT_EQ(netdevs->by_name(*a, "d0"), nullptr);
  EXPECT_NE(netdevs->by_name(*b, "d0"), nullptr);
}

TEST_F(LinkSetTest, ADeviceMovesByIdUnderANewNameAndIndex) {
  ASSERT_EQ(nsids->assign(*a, *b, 4).value_or(-1), 4);
  EXPECT_EQ(set([](NlWriter& out) {
              out.s32(IFLA_TARGET_NETNSID, 4);
              out.str(IFLA_IFNAME, "there");
              out.s32(IFLA_NEW_IFINDEX, 33);
            }).code,
            0);
  ASSERT_NE(netdevs->by_name(*b, "there"), nullptr);
  EXPECT_EQ(netdevs->by_name(*b, "there")->ifindex(), 33);
}

TEST_F(LinkSetTest, NamespacesThatCantBeMeantAreRefused) {
  EXPECT_EQ(set([](NlWriter& out) { out.u32(IFLA_NET_NS_FD, 99); }).code, EBADF);
  EXPECT_EQ(set([](NlWriter& out) { out.u32(IFLA_NET_NS_PID, 99); }).code, ESRCH);
  EXPECT_EQ(set([](NlWriter& out) { out.s32(IFLA_TARGET_NETNSID, 77); }).code, EINVAL);
  const Error both = set([](NlWriter& out) {
    out.u32(IFLA_NET_NS_FD, 6);
    out.u32(IFLA_NET_NS_PID, 1);
  });
  EXPECT_EQ(both.code, EINVAL);
  EXPECT_EQ(both.message, "multiple netns identifying attributes specified");
  EXPECT_NE(netdevs->by_name(*a, "d0"), nullptr);
}

TEST_F(LinkSetTest, TheLoopbackStays) {
  EXPECT_EQ(
      t.ack(RTM_SETLINK, 0, link_header(1), [](NlWriter& out) { out.u32(IFLA_NET_NS_FD, 6); }).code,
      EINVAL);
}

TEST_F(LinkSetTest, ANameThatIsTakenThereIsRefused) {
  add_link(*b, "d0", "dummy");
  const Error error = set([](NlWriter& out) { out.u32(IFLA_NET_NS_FD, 6); });
  EXPECT_EQ(error.code, EEXIST);
  EXPECT_NE(error.message.find("An interface with the same name exists in the target netns"),
            std::string::npos);
}

TEST_F(LinkSetTest, AMasterMustBeThereAndTakePorts) {
  EXPECT_EQ(set([](NlWriter& out) { out.u32(IFLA_MASTER, 99); }).code, EINVAL);
  EXPECT_EQ(set([](NlWriter& out) { out.u32(IFLA_MASTER, 1); }).code, EOPNOTSUPP);
  EXPECT_EQ(set([](NlWriter& out) { out.u32(IFLA_MASTER, 0); }).code, 0);
}

}  // namespace
}  // namespace unetns
