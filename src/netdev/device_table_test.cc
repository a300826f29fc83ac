#include "netdev/device_table.h"

#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

class DeviceTableTest : public NetdevTest {
 protected:
  std::vector<int> indices(Net& net) {
    std::vector<int> out;
    layer_->for_each(net, [&](NetDevice& dev) { out.push_back(dev.ifindex()); });
    return out;
  }
};

TEST_F(DeviceTableTest, IndicesCountUpAndAreNotUsedAgainAtOnce) {
  EXPECT_EQ(add(*a_, "v0").ifindex(), 1);
  NetDevice& gone = add(*a_, "v1");
  EXPECT_EQ(gone.ifindex(), 2);
  layer_->unregister_device(gone);
  EXPECT_EQ(add(*a_, "v2").ifindex(), 3);
  EXPECT_EQ(add(*b_, "v0").ifindex(), 1) << "indices are per namespace";
}

TEST_F(DeviceTableTest, WishedIndexIsGivenAndSkippedLater) {
  EXPECT_EQ(add(*a_, "v0", 2).ifindex(), 2);
  EXPECT_EQ(add(*a_, "v1").ifindex(), 1);
  EXPECT_EQ(add(*a_, "v2").ifindex(), 3);
  EXPECT_EQ(outcome(try_add(*a_, "v3", 3)), std::to_string(EBUSY));
  EXPECT_EQ(outcome(try_add(*a_, "v3", -1)), std::to_string(EINVAL));
}

TEST_F(DeviceTableTest, WalksByAscendingIndex) {
  for (int i : {50, 7, 90, 1}) add(*a_, "v%d", i);
  EXPECT_THAT(indices(*a_), testing::ElementsAre(1, 7, 50, 90));
}

TEST_F(DeviceTableTest, FindsByNameAltnameAndIndexWhateverItsSize) {
  for (int i = 0; i < 40; i++) {
    NetDevice& dev = add(*a_, "v%d");
    ASSERT_TRUE(layer_->add_altname(dev, fmt::format("alt{}", i)));
    for (int j = 0; j <= i; j++) {
      NetDevice* found = layer_->by_index(*a_, j + 1);
      ASSERT_TRUE(found);
      EXPECT_EQ(layer_->by_name(*a_, fmt::format("v{}", j)), found);
      EXPECT_EQ(layer_->by_name(*a_, fmt::format("alt{}", j)), found);
    }
  }
  for (int i = 0; i < 40; i++) {
    layer_->unregister_device(*layer_->by_index(*a_, i + 1));
    EXPECT_FALSE(layer_->by_name(*a_, fmt::format("v{}", i)));
    EXPECT_FALSE(layer_->by_name(*a_, fmt::format("alt{}", i)));
    if (i < 39) {
      EXPECT_TRUE(layer_->by_name(*a_, "alt39"));
      EXPECT_TRUE(layer_->by_index(*a_, 40));
    }
  }
  EXPECT_EQ(layer_->device_count(*a_), 0u);
}

TEST_F(DeviceTableTest, RenamesAreFoundInLargeTables) {
  for (int i = 0; i < 20; i++) add(*a_, "v%d");
  NetDevice& dev = *layer_->by_name(*a_, "v3");
  ASSERT_TRUE(layer_->rename(dev, "new"));
  EXPECT_EQ(layer_->by_name(*a_, "new"), &dev);
  EXPECT_FALSE(layer_->by_name(*a_, "v3"));
}

TEST_F(DeviceTableTest, SequenceChangesWithTheTable) {
  const int before = layer_->dev_base_seq(*a_);
  NetDevice& dev = add(*a_, "v0");
  const int with = layer_->dev_base_seq(*a_);
  EXPECT_NE(with, before);
  layer_->unregister_device(dev);
  EXPECT_NE(layer_->dev_base_seq(*a_), with);
}

TEST(DeviceTableSize, IdleNamespacePaysLittle) {
  EXPECT_LE(sizeof(DeviceTable), 56u);
  EXPECT_LE(sizeof(NetDevice), 640u);
}

}  // namespace
}  // namespace unetns
