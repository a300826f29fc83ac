// Names of namespaces: mounts on files under /run/netns and elsewhere.
#include "runtime/mounts.h"

#include <gtest/gtest.h>

#include "env/env.h"
#include "netns/net_registry.h"
#include "runtime/place.h"

namespace unetns {
namespace {

class MountsTest : public ::testing::Test {
 protected:
  FakeEnv env_;
  PacketPool packets_;
  NetRegistry nets_{env_.env(), packets_};
  Mounts mounts_{"/private"};
};

TEST_F(MountsTest, OnlyRunNetnsIsOurs) {
  EXPECT_EQ(mounts_.real("/run/netns"), "/private/run/netns");
  EXPECT_EQ(mounts_.real("/run/netns/a"), "/private/run/netns/a");
  EXPECT_FALSE(mounts_.real("/run/netnsx"));
  EXPECT_FALSE(mounts_.real("/run"));
}

TEST_F(MountsTest, ViewsAndPrivatePathsHaveTheirProgramNames) {
  EXPECT_EQ(mounts_.virtual_path("/private/run/netns/a"), "/run/netns/a");
  EXPECT_EQ(mounts_.virtual_path("/private/view/12/proc/sys/net"), "/proc/sys/net");
  EXPECT_EQ(mounts_.virtual_path("/private/view/12"), "/");
  EXPECT_EQ(mounts_.virtual_path("/privateer/x"), "/privateer/x");
}

TEST_F(MountsTest, AMountKeepsTheNamespaceAndTheLastOneShows) {
  auto first = nets_.create();
  auto second = nets_.create();
  ASSERT_TRUE(first && second);
  mounts_.mount("/run/netns/a", *first);
  mounts_.mount("/run/netns/a", *second);
  EXPECT_EQ(mounts_.mounted("/run/netns/a"), second->get());
  EXPECT_EQ(mounts_.umount("/run/netns/a").get(), second->get());
  EXPECT_EQ(mounts_.mounted("/run/netns/a"), first->get());
  EXPECT_EQ(mounts_.name_of(**first), "a");
  EXPECT_EQ((*first)->count(), 2u);
  EXPECT_TRUE(mounts_.umount("/run/netns/a"));
  EXPECT_FALSE(mounts_.umount("/run/netns/a"));
  EXPECT_EQ((*first)->count(), 1u);
  EXPECT_EQ(mounts_.name_of(**first), "");
}

TEST(NormaliseTest, DotsAndSlashesGo) {
  EXPECT_EQ(normalise("/"), "/");
  EXPECT_EQ(normalise("//proc//self/./ns/../net/"), "/proc/self/net");
  EXPECT_EQ(normalise("/../../run/netns"), "/run/netns");
  EXPECT_EQ(normalise("/a/.."), "/");
}

}  // namespace
}  // namespace unetns
