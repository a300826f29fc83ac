#include "netns/nsid.h"

#include <gtest/gtest.h>

#include "netns/pernet_test_world.h"

namespace unetns {
namespace {

class NsidTest : public testing::Test, protected PernetWorld, protected NsidEvents {
 protected:
  NsidTest() { nsids_->set_events(this); }
  ~NsidTest() override {
    a_ = b_ = c_ = NetRef();
    registry.run_cleanup();
  }
  void nsid_added(Net& net, int id, Net& peer) override { note("new", net, id, peer); }
  void nsid_deleted(Net& net, int id, Net& peer) override { note("del", net, id, peer); }
  void note(const char* what, Net& net, int id, Net& peer) {
    log.push_back(std::string(what) + " in " + std::to_string(net.id()) + ": " +
                  std::to_string(id) + " is " + std::to_string(peer.id()));
  }
  std::unique_ptr<NsidLayer> nsids_ = NsidLayer::create(registry).value();
  NetRef a_ = create(), b_ = create(), c_ = create();
};

TEST_F(NsidTest, NoneExistAtFirst) {
  EXPECT_EQ(nsids_->lookup(*a_, *b_), kNsidUnassigned);
  EXPECT_EQ(nsids_->lookup(*a_, *a_), kNsidUnassigned);
  EXPECT_EQ(nsids_->find(*a_, 0), nullptr);
}

TEST_F(NsidTest, IdsAreDirectional) {
  EXPECT_EQ(nsids_->assign(*a_, *b_, 7).value(), 7);
  EXPECT_EQ(nsids_->lookup(*a_, *b_), 7);
  EXPECT_EQ(nsids_->lookup(*b_, *a_), kNsidUnassigned);
  EXPECT_EQ(nsids_->find(*a_, 7), b_.get());
  EXPECT_EQ(take(), Log{"new in 1: 7 is 2"});
}

TEST_F(NsidTest, ANamespaceMayHaveAnIdForItself) {
  EXPECT_EQ(nsids_->get_or_assign(*a_, *a_), 0);
  EXPECT_EQ(nsids_->find(*a_, 0), a_.get());
}

TEST_F(NsidTest, TheLowestFreeIdIsPicked) {
  EXPECT_EQ(nsids_->assign(*a_, *b_, 1).value(), 1);
  EXPECT_EQ(nsids_->assign(*a_, *c_, -1).value(), 0);
  NetRef d = create(), e = create();
  EXPECT_EQ(nsids_->get_or_assign(*a_, *d), 2);
  b_ = NetRef();
  fake.settle();
  EXPECT_EQ(nsids_->get_or_assign(*a_, *e), 1) << "freed by the death of its owner";
}

TEST_F(NsidTest, GetOrAssignKeepsWhatIsThereAndSaysItOnce) {
  EXPECT_EQ(nsids_->get_or_assign(*a_, *b_), 0);
  EXPECT_EQ(nsids_->get_or_assign(*a_, *b_), 0);
  EXPECT_EQ(take(), Log{"new in 1: 0 is 2"});
}

TEST_F(NsidTest, ConflictsAreEexistWithTheKernelsTexts) {
  ASSERT_TRUE(nsids_->assign(*a_, *b_, 5));
  auto again = nsids_->assign(*a_, *b_, 6);
  EXPECT_EQ(again.error().code, EEXIST);
  EXPECT_EQ(again.error().message, "Peer netns already has a nsid assigned");
  auto used = nsids_->assign(*a_, *c_, 5);
  EXPECT_EQ(used.error().code, EEXIST);
  EXPECT_EQ(used.error().message, "The specified nsid is already used");
}

TEST_F(NsidTest, TheLargestIdIsAccepted) {
  EXPECT_EQ(nsids_->assign(*a_, *b_, 2147483647).value(), 2147483647);
  EXPECT_EQ(nsids_->assign(*a_, *c_, -1).value(), 0);
}

TEST_F(NsidTest, ADyingNamespaceLosesItsIdsEverywhere) {
  nsids_->get_or_assign(*a_, *c_);
  nsids_->get_or_assign(*b_, *c_);
  nsids_->get_or_assign(*c_, *a_);
  take();
  c_ = NetRef();
  fake.settle();
  EXPECT_EQ(take(), (Log{"del in 1: 0 is 3", "del in 2: 0 is 3"}));
  EXPECT_EQ(nsids_->find(*a_, 0), nullptr);
}

TEST_F(NsidTest, SurvivorsHearOfItBeforeAnyModulesExit) {
  RecordingModule devices(log, "devices");
  ASSERT_TRUE(registry.register_device(devices));
  nsids_->get_or_assign(*a_, *c_);
  take();
  c_ = NetRef();
  fake.settle();
  EXPECT_EQ(take(), (Log{"devices pre_exit 3", "del in 1: 0 is 3", "devices exit 3",
                         "devices exit_batch 3"}));
  a_ = b_ = NetRef();
  registry.unregister(devices);
}

TEST_F(NsidTest, NamespacesThatDieTogetherDoNotTellEachOther) {
  nsids_->get_or_assign(*b_, *c_);
  nsids_->get_or_assign(*c_, *b_);
  nsids_->get_or_assign(*a_, *c_);
  take();
  b_ = c_ = NetRef();
  fake.settle();
  EXPECT_EQ(take(), Log{"del in 1: 0 is 3"});
}

TEST_F(NsidTest, TheDyingNeitherGetNorGiveIds) {
  NetPassiveRef keep(*c_);
  Net* dying = c_.get();
  nsids_->get_or_assign(*a_, *c_);
  c_ = NetRef();
  EXPECT_EQ(nsids_->lookup(*a_, *dying), 0) << "until the cleanup";
  EXPECT_EQ(nsids_->find(*a_, 0), nullptr) << "only live ones are found";
  EXPECT_EQ(nsids_->get_or_assign(*b_, *dying), kNsidUnassigned);
  EXPECT_EQ(nsids_->get_or_assign(*dying, *b_), kNsidUnassigned);
  EXPECT_EQ(nsids_->assign(*b_, *dying, 3).error().code, ENOENT);
  fake.settle();
  EXPECT_EQ(nsids_->get_or_assign(*a_, *dying), kNsidUnassigned);
}

TEST_F(NsidTest, ForEachGoesById) {
  ASSERT_TRUE(nsids_->assign(*a_, *b_, 9));
  ASSERT_TRUE(nsids_->assign(*a_, *c_, 4));
  std::vector<std::pair<int, uint64_t>> seen;
  nsids_->for_each(*a_, [&](int id, Net& peer) { seen.emplace_back(id, peer.id()); });
  EXPECT_EQ(seen, (std::vector<std::pair<int, uint64_t>>{{4, 3}, {9, 2}}));
}

TEST_F(NsidTest, ManyPeersOfOneNamespaceComeAndGo) {
  std::vector<NetRef> peers;
  for (int i = 0; i < 20000; i++) {
    peers.push_back(create());
    ASSERT_EQ(nsids_->get_or_assign(*a_, *peers.back()), i);
    ASSERT_EQ(nsids_->get_or_assign(*peers.back(), *a_), 0);
  }
  peers.clear();
  fake.settle();
  EXPECT_EQ(nsids_->get_or_assign(*a_, *b_), 0);
  size_t n = 0;
  nsids_->for_each(*a_, [&](int, Net&) { n++; });
  EXPECT_EQ(n, 1u);
}

}  // namespace
}  // namespace unetns
