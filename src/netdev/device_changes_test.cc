// `ip link set`: values, errors, messages.
#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DeviceChangesTest : public NetdevTest {
 protected:
  DeviceChangesTest() : dev_(add(*a_, "v0")) { watch(log_); }
  NetDevice& dev_;
  EventLog log_;
};

TEST_F(DeviceChangesTest, WithoutMemoryNothingChanges) {
  registry_.fail_alloc = [] { return true; };
  EXPECT_EQ(outcome(layer_->add_altname(dev_, "other")), std::to_string(ENOMEM));
  EXPECT_EQ(outcome(layer_->set_alias(dev_, "east")), std::to_string(ENOMEM));
  EXPECT_TRUE(layer_->set_alias(dev_, "")) << "taking it away needs none";
  registry_.fail_alloc = nullptr;
  EXPECT_TRUE(dev_.altnames.empty());
  EXPECT_TRUE(dev_.alias.empty());
  EXPECT_EQ(layer_->by_name(*a_, "other"), nullptr);
}

TEST_F(DeviceChangesTest, MtuKeepsToTheRangeOfTheDevice) {
  EXPECT_EQ(outcome(layer_->set_mtu(dev_, 67)), "22 mtu less than device minimum");
  EXPECT_EQ(outcome(layer_->set_mtu(dev_, 65536)), "22 mtu greater than device maximum");
  dev_.max_mtu = 0;
  EXPECT_TRUE(layer_->set_mtu(dev_, 100000));
  EXPECT_EQ(outcome(layer_->set_mtu(dev_, 0xffffffff)), "22 mtu less than device minimum");
}

TEST_F(DeviceChangesTest, SomeChangesAreToldOfDevicesThatAreDown) {
  EXPECT_TRUE(layer_->set_mtu(dev_, 1400));
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x0", "change-mtu v0"));
  EXPECT_TRUE(layer_->set_mtu(dev_, 1400));
  EXPECT_THAT(log_.take(), IsEmpty());
  EXPECT_TRUE(layer_->set_tx_queue_len(dev_, 5));
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x0", "change-txqueuelen v0"));
  EXPECT_TRUE(layer_->set_address(dev_, MacAddress{{2, 1, 1, 1, 1, 1}}));
  EXPECT_THAT(log_.take(), ElementsAre("pre-change-addr v0", "net2: NEW v0 0x0", "change-addr v0"));
  EXPECT_TRUE(layer_->rename(dev_, "w%d"));
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW w0 0x0", "change-name w0"));
}

TEST_F(DeviceChangesTest, OthersOnlyWhileItIsUp) {
  const auto change_all = [&] {
    EXPECT_TRUE(layer_->set_alias(dev_, "hello"));
    EXPECT_TRUE(layer_->set_group(dev_, 7));
    layer_->state_changed(dev_);
  };
  change_all();
  EXPECT_THAT(log_.take(), IsEmpty());
  up(dev_);
  log_.take();
  log_.events = false;
  change_all();
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x0"));
  // Several at a time, told once by whoever asked for them.
  EXPECT_TRUE(layer_->add_altname(dev_, "other"));
  EXPECT_TRUE(layer_->del_altname(dev_, "other"));
  EXPECT_THAT(log_.take(), IsEmpty());
}

TEST_F(DeviceChangesTest, AddressMustBeOneADeviceCanHave) {
  EXPECT_EQ(outcome(layer_->set_address(dev_, MacAddress{{1, 0, 0, 0, 0, 1}})),
            std::to_string(EADDRNOTAVAIL));
  EXPECT_EQ(outcome(layer_->set_address(dev_, MacAddress{})), std::to_string(EADDRNOTAVAIL));
  const uint8_t three[] = {2, 0, 0};
  EXPECT_EQ(outcome(layer_->set_address(dev_, LinkLayerAddress::from(three))),
            std::to_string(EINVAL));
  dev_.address = LinkLayerAddress();
  EXPECT_EQ(outcome(layer_->set_address(dev_, MacAddress{{2, 0, 0, 0, 0, 1}})),
            std::to_string(EOPNOTSUPP));
}

TEST_F(DeviceChangesTest, RenameRefusesWhatIsTakenOrInvalid) {
  add(*a_, "v1");
  EXPECT_TRUE(layer_->add_altname(dev_, "mine"));
  EXPECT_EQ(outcome(layer_->rename(dev_, "v1")), std::to_string(EEXIST));
  EXPECT_EQ(outcome(layer_->rename(dev_, "mine")), std::to_string(EEXIST));
  EXPECT_EQ(outcome(layer_->rename(dev_, "a/b")), std::to_string(EINVAL));
  EXPECT_TRUE(layer_->rename(dev_, "v0"));
  EXPECT_TRUE(layer_->rename(dev_, "v%d"));
  EXPECT_EQ(dev_.name(), "v2") << "its own name counts as taken";
}

TEST_F(DeviceChangesTest, AltnamesShareTheSpaceOfNames) {
  NetDevice& other = add(*a_, "v1");
  EXPECT_TRUE(layer_->add_altname(dev_, "x"));
  EXPECT_EQ(outcome(layer_->add_altname(other, "x")), std::to_string(EEXIST));
  EXPECT_EQ(outcome(layer_->add_altname(dev_, "v0")), std::to_string(EEXIST));
  EXPECT_EQ(outcome(layer_->del_altname(dev_, "nope")), std::to_string(ENOENT));
  EXPECT_EQ(outcome(layer_->del_altname(other, "x")), std::to_string(EINVAL));
  EXPECT_EQ(outcome(layer_->del_altname(dev_, "v0")), std::to_string(EINVAL));
  EXPECT_TRUE(layer_->del_altname(dev_, "x"));
  EXPECT_FALSE(layer_->by_name(*a_, "x"));
}

TEST_F(DeviceChangesTest, AliasHas255Bytes) {
  EXPECT_TRUE(layer_->set_alias(dev_, std::string(255, 'x')));
  EXPECT_EQ(outcome(layer_->set_alias(dev_, std::string(256, 'x'))), std::to_string(EINVAL));
}

TEST_F(DeviceChangesTest, NobodyTakesPortsYet) {
  NetDevice& other = add(*a_, "v1");
  EXPECT_EQ(outcome(layer_->set_master(dev_, &other)), std::to_string(EOPNOTSUPP));
  EXPECT_TRUE(layer_->set_master(dev_, nullptr));
  EXPECT_EQ(outcome(layer_->change_carrier(dev_, false)), std::to_string(EOPNOTSUPP));
}

TEST_F(DeviceChangesTest, CreationTakesTheCommonAttributes) {
  NewLink request = request_for(*a_, "w0");
  request.address = MacAddress{{2, 7, 7, 7, 7, 7}};
  request.mtu = 1300;
  request.tx_queue_len = 17;
  request.group = 4;
  NetDevice& dev = **layer_->add_link(kind_, request);
  EXPECT_EQ(dev.address.mac().bytes[1], 7);
  EXPECT_EQ(dev.addr_assign_type, 3);
  EXPECT_EQ(dev.mtu, 1300u);
  EXPECT_EQ(dev.tx_queue_len, 17u);
  EXPECT_EQ(dev.group, 4u);
  request.name = "w1";
  request.address = MacAddress{{1, 7, 7, 7, 7, 7}};
  EXPECT_EQ(outcome(layer_->add_link(kind_, request)), std::to_string(EADDRNOTAVAIL));
}

}  // namespace
}  // namespace unetns
