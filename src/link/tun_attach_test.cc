// Which file gets which tun or tap, and for how long.
#include "link/tun_fixture.h"
#include "nlmsg/attr_set.h"

namespace unetns {
namespace {

using testing::ElementsAre;

class TunAttachTest : public TunTest {};

TEST_F(TunAttachTest, UnattachedFileDoesNothing) {
  auto file = open();
  EXPECT_EQ(outcome(file->read()), std::to_string(EBADFD));
  EXPECT_EQ(outcome(file->write(packet(20))), std::to_string(EBADFD));
  for (unsigned long request :
       {static_cast<unsigned long>(TUNGETIFF), static_cast<unsigned long>(TUNSETPERSIST), 0x1234ul})
    EXPECT_EQ(scalar(*file, request, 0), std::to_string(EBADFD));
  EXPECT_EQ(get(*file, TUNGETFEATURES), std::to_string(0x7043));
}

TEST_F(TunAttachTest, TunHasNoLinkLayer) {
  auto file = open("", IFF_TUN);
  EXPECT_EQ(name(), "tun0");
  NetDevice& dev = *file->device();
  EXPECT_EQ(dev.flags, uint32_t{IFF_POINTOPOINT | IFF_NOARP | IFF_MULTICAST});
  EXPECT_EQ(dev.type, ARPHRD_NONE);
  EXPECT_EQ(dev.address.len, 0);
  EXPECT_EQ(dev.hard_header_len, 0);
  EXPECT_EQ(dev.mtu, 1500u);
  EXPECT_EQ(dev.tx_queue_len, 500u);
  EXPECT_EQ(dev.max_mtu, 65535u);
  EXPECT_EQ(layer_->by_name(*a_, "tun0"), &dev);
}

TEST_F(TunAttachTest, TapIsAnEthernet) {
  auto file = open("t%d", IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL);
  EXPECT_EQ(name(), "t0");
  NetDevice& dev = *file->device();
  EXPECT_EQ(dev.flags, uint32_t{IFF_BROADCAST | IFF_MULTICAST});
  EXPECT_EQ(dev.address.len, 6);
  EXPECT_EQ(dev.max_mtu, 65521u);
  EXPECT_EQ(dev.tx_queue_len, 1000u);
}

TEST_F(TunAttachTest, RequestsMustMakeSense) {
  auto file = open();
  EXPECT_EQ(set_iff(*file, "", 0), "22");
  EXPECT_EQ(set_iff(*file, "a/b", IFF_TUN), "22");
  EXPECT_EQ(set_iff(*file, "x%s", IFF_TUN), "22");
  EXPECT_EQ(set_iff(*file, "", IFF_TUN | IFF_MULTI_QUEUE), "22") << "not among the features";
  add(*a_, "fake0");
  EXPECT_EQ(set_iff(*file, "fake0", IFF_TUN), "22");
  EXPECT_EQ(set_iff(*file, User(1000, 1000), "", IFF_TUN), std::to_string(EPERM));
  EXPECT_EQ(outcome(file->ioctl(caller_, TUNSETIFF, {})), std::to_string(EFAULT));
  EXPECT_EQ(set_iff(*file, "x%d", IFF_TUN | IFF_TAP), "ok") << "tun wins";
  EXPECT_EQ(file->device()->type, ARPHRD_NONE);
  EXPECT_EQ(set_iff(*file, "y0", IFF_TUN), std::to_string(EEXIST)) << "attached already";
}

TEST_F(TunAttachTest, AttachedDeviceTakesNoSecondFile) {
  auto first = open("tun0", IFF_TUN);
  auto second = open();
  EXPECT_EQ(set_iff(*second, "tun0", IFF_TUN), std::to_string(EBUSY));
  EXPECT_EQ(set_iff(*second, "tun0", IFF_TUN | IFF_TUN_EXCL), std::to_string(EBUSY));
  EXPECT_EQ(set_iff(*second, "tun0", IFF_TAP), std::to_string(EINVAL));
}

TEST_F(TunAttachTest, DeviceGoesWithItsFile) {
  auto file = open("tun0", IFF_TUN);
  file.reset();
  EXPECT_FALSE(layer_->by_name(*a_, "tun0"));
}

TEST_F(TunAttachTest, PersistentDeviceStaysWithoutCarrier) {
  auto file = open("t0", IFF_TAP | IFF_NO_PI);
  NetDevice& dev = *file->device();
  EXPECT_EQ(scalar(*file, TUNSETPERSIST, 1), "ok");
  up(dev);
  env_.settle();
  EXPECT_EQ(dev.operstate, OperState::kUnknown);
  EventLog log;
  watch(log);
  log.events = false;
  file.reset();
  env_.settle();
  EXPECT_THAT(log.take(), ElementsAre("net2: NEW t0 0x0", "net2: NEW t0 0x0"));
  EXPECT_EQ(dev.operstate, OperState::kDown);
  EXPECT_FALSE(dev.carrier);
  EXPECT_EQ(outcome(layer_->change_carrier(dev, true)), std::to_string(EPERM));
  file = open("t0", IFF_TAP);
  env_.settle();
  EXPECT_EQ(dev.operstate, OperState::kUp);
  EXPECT_EQ(outcome(layer_->change_carrier(dev, false)), "ok");
  EXPECT_EQ(scalar(*file, TUNSETPERSIST, 0), "ok");
  file.reset();
  EXPECT_FALSE(layer_->by_name(*a_, "t0"));
}

TEST_F(TunAttachTest, OwnerAndGroupSayWhoMayAttach) {
  const auto attach_with = [&](int owner, int group) {
    auto file = open("q0", IFF_TUN);
    scalar(*file, TUNSETPERSIST, 1);
    if (owner >= 0) scalar(*file, TUNSETOWNER, owner);
    if (group >= 0) scalar(*file, TUNSETGROUP, group);
    file.reset();
    file = open();
    const std::string result = set_iff(*file, User(1000, 1001), "q0", IFF_TUN);
    file.reset();
    layer_->unregister_device(*layer_->by_name(*a_, "q0"));
    return result;
  };
  EXPECT_EQ(attach_with(-1, -1), "ok");
  EXPECT_EQ(attach_with(1000, -1), "ok");
  EXPECT_EQ(attach_with(2000, -1), std::to_string(EPERM));
  EXPECT_EQ(attach_with(-1, 1001), "ok");
  EXPECT_EQ(attach_with(-1, 2001), std::to_string(EPERM));
  EXPECT_EQ(attach_with(1000, 2001), std::to_string(EPERM));
  EXPECT_EQ(attach_with(2000, 1001), std::to_string(EPERM));
}

TEST_F(TunAttachTest, DeletedDeviceLeavesTheFileFree) {
  auto file = open("t0", IFF_TAP);
  int readable = 0;
  file->on_readable = [&] { ++readable; };
  ASSERT_TRUE(tun_.delete_link(*layer_, *file->device()));
  EXPECT_EQ(readable, 1);
  EXPECT_EQ(file->device(), nullptr);
  EXPECT_EQ(outcome(file->read()), std::to_string(EBADFD));
  EXPECT_EQ(outcome(file->write(packet(60))), std::to_string(EBADFD));
  EXPECT_EQ(set_iff(*file, "t1", IFF_TAP), "ok");
}

TEST_F(TunAttachTest, DyingNamespaceLeavesTheFileFree) {
  auto file = open("t0", IFF_TAP);
  ASSERT_TRUE(layer_->move(*file->device(), *b_));
  EXPECT_TRUE(file->device()) << "a move keeps the file";
  b_ = NetRef();
  env_.settle();
  EXPECT_EQ(file->device(), nullptr);
}

TEST_F(TunAttachTest, OpenFileHoldsItsNamespace) {
  auto file = open();
  a_ = NetRef();
  env_.settle();
  EXPECT_EQ(set_iff(*file, "", IFF_TUN), "ok");
}

TEST_F(TunAttachTest, IndexMayBeAskedForBefore) {
  auto file = open();
  EXPECT_EQ(scalar(*file, TUNSETIFINDEX, 99), "ok");
  EXPECT_EQ(set_iff(*file, "", IFF_TAP | 0x40), "ok");  // IFF_NO_CARRIER
  EXPECT_EQ(file->device()->ifindex(), 99);
  EXPECT_FALSE(file->device()->carrier);
  EXPECT_EQ(scalar(*file, TUNSETIFINDEX, 100), std::to_string(EPERM));
}

TEST_F(TunAttachTest, RtnetlinkMakesNone) {
  EXPECT_EQ(outcome(layer_->add_link(tun_, request_for(*a_, ""))),
            "95 tun/tap creation via rtnetlink is not supported.");
}

TEST_F(TunAttachTest, InfoDataTellsModeAndOwner) {
  auto file = open("t0", IFF_TAP | IFF_VNET_HDR);
  scalar(*file, TUNSETOWNER, 1000);
  NlWriter out;
  tun_.fill_info(*file->device(), out);
  const AttrSet attrs = *parse_attrs(out.view(), {}, Strictness::kLiberal);
  std::map<int, uint32_t> seen;
  for (const auto& entry : attrs.entries())
    seen[entry.id] =
        entry.payload.size() == 1 ? entry.payload[0] : load<uint32_t>(entry.payload.data());
  EXPECT_EQ(seen, (std::map<int, uint32_t>{{1, 1000}, {3, 2}, {4, 1}, {5, 1}, {6, 0}, {7, 0}}));
}

}  // namespace
}  // namespace unetns
