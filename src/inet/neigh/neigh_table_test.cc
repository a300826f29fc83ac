// The neighbour state machine, for both families.
#include "inet/neigh/neigh_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netdev/net_device.h"
#include "netns/net_registry.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class F>
class NeighTableTest : public ::testing::Test, public NeighClient<F> {
 protected:
  NeighTableTest() : registry_(env_.env(), pool_), net_(*registry_.create()) {
    dev_.address = MacAddress{{2, 0, 0, 0, 0, 1}};
    table_ = std::make_unique<NeighTable<F>>(*net_, *this, limits_);
    a_.bytes[0] = 9;
  }
  ~NeighTableTest() override {
    table_.reset();
    EXPECT_EQ(env_.env().timers.size(), 0u);
  }

  const NeighParams& params(const NetDevice&) const override { return params_; }
  void solicit_by_program(const Neighbour<F>&) override { log_.push_back("ask a program"); }
  void solicit(const Neighbour<F>&, bool unicast, const Packet* waiting) override {
    log_.push_back(fmt::format("ask {}{}", unicast ? "one" : "all", waiting ? " waiting" : ""));
  }
  void send(NetDevice&, const LinkLayerAddress& to, Packet p) override {
    log_.push_back(fmt::format("send {} to {}", p.size(), to.bytes[5]));
  }
  void unreachable(NetDevice&, Packet p) override {
    log_.push_back(fmt::format("unreachable {}", p.size()));
  }
  void changed(const Neighbour<F>& n, bool deleted) override {
    log_.push_back(fmt::format("{}state {:#x}", deleted ? "deleted " : "", n.state));
  }

  Packet packet(size_t size = 100) { return Packet::allocate(pool_, 64, size); }
  void output(size_t size = 100) { table_->output(dev_, a_, packet(size)); }
  Neighbour<F>* entry() { return table_->find(dev_, a_); }
  uint16_t state() { return entry() ? entry()->state : 0xffff; }
  std::string hear(uint8_t mac, uint16_t state, bool replace = true, bool admin = false) {
    const LinkLayerAddress ll = MacAddress{{2, 0, 0, 0, 0, mac}};
    auto r = table_->update(*table_->find_or_create(dev_, a_), {&ll, state, replace, admin});
    return r ? "ok" : std::to_string(r.error().code);
  }
  std::vector<std::string> take() { return std::exchange(log_, {}); }

  FakeEnv env_;
  PacketPool pool_;
  NetRegistry registry_;
  NetRef net_;
  NetDevice dev_{nullptr, nullptr};
  NeighParams params_;
  NeighLimits limits_;
  std::vector<std::string> log_;
  std::unique_ptr<NeighTable<F>> table_;
  typename F::Address a_;
};

using Families = ::testing::Types<V4, V6>;
TYPED_TEST_SUITE(NeighTableTest, Families);

TYPED_TEST(NeighTableTest, ThePacketWaitsAndGoesOutWithTheAnswer) {
  this->output(100);
  this->output(200);
  EXPECT_THAT(this->take(), ElementsAre("ask all waiting"));
  EXPECT_EQ(this->state(), NUD_INCOMPLETE);
  this->hear(7, NUD_REACHABLE);
  EXPECT_THAT(this->take(), ElementsAre("state 0x2", "send 100 to 7", "send 200 to 7"));
  this->output(300);
  EXPECT_THAT(this->take(), ElementsAre("send 300 to 7"));
}

TYPED_TEST(NeighTableTest, ThreeQuestionsASecondApartThenItFails) {
  this->output(100);
  this->env_.advance(2999ms);
  EXPECT_THAT(this->take(), ElementsAre("ask all waiting", "ask all waiting", "ask all waiting"));
  this->env_.advance(1ms);
  EXPECT_THAT(this->take(), ElementsAre("state 0x20", "unreachable 100"));
  EXPECT_EQ(this->entry()->probes, 6u);
  this->output(200);
  EXPECT_THAT(this->take(), ElementsAre("ask all waiting")) << "a new packet asks again";
}

TYPED_TEST(NeighTableTest, AnUnusedReachableNeighbourGrowsStale) {
  this->output();
  this->hear(7, NUD_REACHABLE);
  this->take();
  this->env_.advance(14s);
  EXPECT_EQ(this->state(), NUD_REACHABLE) << "half of the base at least";
  this->env_.advance(46s);
  EXPECT_EQ(this->state(), NUD_STALE);
  EXPECT_THAT(this->take(), ElementsAre("state 0x4"));
}

TYPED_TEST(NeighTableTest, AStaleNeighbourIsUsedAndProbedAfterAWhile) {
  this->hear(7, NUD_STALE);
  this->take();
  this->output(100);
  EXPECT_THAT(this->take(), ElementsAre("send 100 to 7"));
  EXPECT_EQ(this->state(), NUD_DELAY);
  this->env_.advance(5s);
  EXPECT_THAT(this->take(), ElementsAre("state 0x10", "ask one"));
  this->env_.advance(2s);
  EXPECT_THAT(this->take(), ElementsAre("ask one", "ask one"));
  this->output(200);
  EXPECT_THAT(this->take(), ElementsAre("send 200 to 7"));
  this->env_.advance(1s);
  EXPECT_THAT(this->take(), ElementsAre("state 0x20"));
}

TYPED_TEST(NeighTableTest, ConfirmationSavesTheProbe) {
  this->hear(7, NUD_STALE);
  this->output();
  this->take();
  this->env_.advance(1s);
  this->table_->confirm(this->dev_, this->a_);
  this->env_.advance(4s);
  EXPECT_THAT(this->take(), ElementsAre("state 0x2"));
  EXPECT_EQ(this->state(), NUD_REACHABLE);
}

TYPED_TEST(NeighTableTest, AnAnswerToAProbeMakesItReachableAgain) {
  this->hear(7, NUD_STALE);
  this->output();
  this->env_.advance(5s);
  this->take();
  this->hear(7, NUD_REACHABLE);
  EXPECT_THAT(this->take(), ElementsAre("state 0x2"));
}

TYPED_TEST(NeighTableTest, WithoutLeaveToReplaceTheOldAddressStays) {
  this->hear(7, NUD_REACHABLE);
  this->take();
  this->hear(8, NUD_REACHABLE, false);
  EXPECT_THAT(this->take(), IsEmpty());
  EXPECT_EQ(this->entry()->lladdr.bytes[5], 7);
  this->hear(8, NUD_STALE, true);
  EXPECT_EQ(this->entry()->lladdr.bytes[5], 8);
  EXPECT_THAT(this->take(), ElementsAre("state 0x4"));
}

TYPED_TEST(NeighTableTest, HearingTheSameDoesNotMakeItStale) {
  this->hear(7, NUD_REACHABLE);
  this->take();
  this->hear(7, NUD_STALE);
  EXPECT_EQ(this->state(), NUD_REACHABLE);
  EXPECT_THAT(this->take(), IsEmpty());
}

TYPED_TEST(NeighTableTest, PermanentEntriesListenToTheAdministratorOnly) {
  EXPECT_EQ(this->hear(7, NUD_PERMANENT, true, true), "ok");
  EXPECT_EQ(this->hear(8, NUD_REACHABLE), std::to_string(EPERM));
  EXPECT_EQ(this->entry()->lladdr.bytes[5], 7);
  this->env_.advance(1000s);
  EXPECT_EQ(this->state(), NUD_PERMANENT);
}

TYPED_TEST(NeighTableTest, TheQueueOfWaitingPacketsIsBounded) {
  this->params_.set(NeighVar::kQueueBytes, 4000);
  for (int i = 0; i < 10; i++) this->output(100);
  EXPECT_EQ(this->entry()->waiting.size(), 4u);
  EXPECT_EQ(this->net_->drops(DropReason::kNeighQueueFull), 6u);
}

TYPED_TEST(NeighTableTest, ProgramsAreAskedBeforeAll) {
  this->params_.set(NeighVar::kAppProbes, 2);
  this->params_.set(NeighVar::kMulticastProbes, 1);
  this->params_.set(NeighVar::kRetrans, 200);
  this->output();
  this->env_.advance(800ms);
  EXPECT_THAT(this->take(), ElementsAre("ask a program", "ask a program", "ask all waiting",
                                        "state 0x20", "unreachable 100"));
}

TYPED_TEST(NeighTableTest, WithNobodyToAskItFailsAtOnceAndInSilence) {
  this->params_.set(NeighVar::kMulticastProbes, 0);
  this->output();
  EXPECT_THAT(this->take(), IsEmpty());
  EXPECT_EQ(this->state(), NUD_FAILED);
  EXPECT_EQ(this->net_->drops(DropReason::kNeighFailed), 1u);
}

TYPED_TEST(NeighTableTest, AfterUnicastProbesInVainAllAreAskedIfWanted) {
  this->params_.set(NeighVar::kMulticastReprobes, 2);
  this->hear(7, NUD_STALE);
  this->output();
  this->take();
  this->env_.advance(5s + 5s);
  EXPECT_THAT(this->take(), ElementsAre("state 0x10", "ask one", "ask one", "ask one", "ask all",
                                        "ask all", "state 0x20"));
}

TYPED_TEST(NeighTableTest, ManagedEntriesAreAskedForAgainAndAgain) {
  this->params_.set(NeighVar::kMulticastProbes, 1);
  auto* n = this->table_->find_or_create(this->dev_, this->a_, true);
  n->flags_ext = NTF_EXT_MANAGED;
  this->table_->manage(*n);
  EXPECT_THAT(this->take(), ElementsAre("ask all"));
  this->env_.advance(5s);
  EXPECT_THAT(this->take(), ElementsAre("state 0x20", "ask all"));
  n->flags_ext = 0;
  this->env_.advance(20s);
  EXPECT_THAT(this->take(), ElementsAre("state 0x20"));
}

TYPED_TEST(NeighTableTest, WhatIsKeptByHandDoesNotCount) {
  this->limits_ = {1, 2, 4, 30000};
  for (uint8_t i = 0; i < 100; i++) {
    this->a_.bytes[1] = i;
    auto* n = this->table_->find_or_create(this->dev_, this->a_, true);
    ASSERT_TRUE(n);
    n->state = NUD_PERMANENT;
  }
  this->a_.bytes[1] = 200;
  this->output();
  EXPECT_EQ(this->state(), NUD_INCOMPLETE);
}

TYPED_TEST(NeighTableTest, TheTableIsBounded) {
  this->limits_.thresh1 = 4;
  this->limits_.thresh2 = 8;
  this->limits_.thresh3 = 16;
  for (uint8_t i = 0; i < 100; i++) {
    this->a_.bytes[1] = i;
    this->output();
  }
  EXPECT_EQ(this->table_->size(), 16u) << "all of them are being resolved";
  EXPECT_EQ(this->net_->drops(DropReason::kNeighTableFull), 84u);
  this->env_.advance(4s);
  this->a_.bytes[1] = 200;
  this->output();
  EXPECT_EQ(this->table_->size(), 8u) << "the failed ones made room";
}

TYPED_TEST(NeighTableTest, FewEntriesAreKeptForEver) {
  this->hear(7, NUD_STALE);
  this->env_.advance(3600s);
  EXPECT_EQ(this->state(), NUD_STALE);
  EXPECT_EQ(this->env_.env().timers.size(), 0u) << "and need no timer";
}

TYPED_TEST(NeighTableTest, ManyUnusedEntriesAreCollected) {
  this->limits_.thresh1 = 4;
  for (uint8_t i = 0; i < 10; i++) {
    this->a_.bytes[1] = i;
    this->hear(7, i == 0 ? NUD_PERMANENT : NUD_STALE, true, true);
  }
  this->env_.advance(80s);
  EXPECT_EQ(this->table_->size(), 1u);
  EXPECT_EQ(this->env_.env().timers.size(), 0u);
}

TYPED_TEST(NeighTableTest, FlushTellsAndDropsWhatWaits) {
  this->output();
  this->take();
  this->table_->flush(this->dev_, false);
  EXPECT_THAT(this->take(), ElementsAre("deleted state 0x1"));
  EXPECT_EQ(this->net_->drops(DropReason::kNeighFailed), 1u);
  this->hear(7, NUD_PERMANENT, true, true);
  this->table_->flush(this->dev_, true);
  EXPECT_EQ(this->state(), NUD_PERMANENT);
}

}  // namespace
}  // namespace unetns
