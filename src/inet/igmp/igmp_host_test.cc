#include "inet/igmp/igmp_host.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace unetns {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class IgmpHostTest : public ::testing::Test, public IgmpOutput {
 protected:
  using Filter = SourceFilter<V4>;
  static Ipv4Address ip(std::string_view text) { return IpAddress::parse(text)->as<V4>(); }
  static Filter only(std::vector<Ipv4Address> sources) { return {false, std::move(sources)}; }
  static Filter all_but(std::vector<Ipv4Address> sources) { return {true, std::move(sources)}; }

  void send_records(const std::vector<IgmpRecord>& records) override {
    static constexpr const char* kNames[] = {"",      "IS_IN", "IS_EX", "TO_IN",
                                             "TO_EX", "ALLOW", "BLOCK"};
    std::string text;
    for (const IgmpRecord& r : records) {
      if (!text.empty()) text += "; ";
      text +=
          fmt::format("{} {}", kNames[static_cast<size_t>(r.type)], to_string(r.group));
      for (const Ipv4Address& s : r.sources) text += " " + to_string(s);
    }
    sent_.push_back(text);
  }
  void send_message(IgmpType type, const Ipv4Address& group) override {
    const char* name = type == IgmpType::kLeave      ? "leave"
                       : type == IgmpType::kV1Report ? "v1"
                                                     : "v2";
    sent_.push_back(fmt::format("{} {}", name, to_string(group)));
  }
  void change(const Filter& before, const Filter& after, std::string_view group = "239.1.1.1") {
    host_.group_changed(ip(group), before, after, now_);
  }
  void join() { change(Filter::nobody(), all_but({})); }
  // What is sent within that time.
  std::vector<std::string> within(Nanos time) {
    const Nanos end = now_ + time;
    while (true) {
      const auto at = host_.deadline();
      if (!at || *at > end) break;
      now_ = std::max(now_, *at);
      host_.run(now_);
    }
    now_ = end;
    return std::exchange(sent_, {});
  }
  void query(int version, std::string_view group = "0.0.0.0",
             std::vector<Ipv4Address> sources = {}) {
    IgmpQuery q;
    q.version = version;
    q.group = ip(group);
    q.max_response = milliseconds(version == 1 ? 0 : 1000);
    q.sources = std::move(sources);
    host_.query_heard(q, now_);
  }

  SeededRng rng_{1};
  IgmpHost host_{*this, rng_};
  Nanos now_ = seconds(1000);
  std::vector<std::string> sent_;
};
using Sent = std::vector<std::string>;

TEST_F(IgmpHostTest, AChangeIsReportedAsOftenAsTheRobustnessSays) {
  join();
  EXPECT_EQ(within(seconds(5)), (Sent{"TO_EX 239.1.1.1", "TO_EX 239.1.1.1"}));
  IgmpTuning t;
  t.robustness = 4;
  host_.set_tuning(t);
  change(all_but({}), Filter::nobody());
  EXPECT_EQ(within(seconds(5)).size(), 4u);
  EXPECT_TRUE(host_.idle());
}

TEST_F(IgmpHostTest, RepeatsComeWithinASecondOfEachOther) {
  join();
  EXPECT_EQ(within(milliseconds(10)).size(), 1u);
  EXPECT_EQ(within(seconds(1)).size(), 1u);
}

TEST_F(IgmpHostTest, SourcesComeAndGoByAllowAndBlock) {
  change(Filter::nobody(), only({ip("10.0.0.1")}));
  EXPECT_EQ(within(seconds(3))[0], "ALLOW 239.1.1.1 10.0.0.1");
  change(only({ip("10.0.0.1")}), only({ip("10.0.0.1"), ip("10.0.0.2")}));
  EXPECT_EQ(within(seconds(3))[0], "ALLOW 239.1.1.1 10.0.0.2");
  change(only({ip("10.0.0.1"), ip("10.0.0.2")}), only({ip("10.0.0.2")}));
  EXPECT_EQ(within(seconds(3))[0], "BLOCK 239.1.1.1 10.0.0.1");
}

TEST_F(IgmpHostTest, ExcludingASourceBlocksItAndAdmittingItAllowsIt) {
  join();
  within(seconds(3));
  change(all_but({}), all_but({ip("10.0.0.9")}));
  EXPECT_EQ(within(seconds(3))[0], "BLOCK 239.1.1.1 10.0.0.9");
  change(all_but({ip("10.0.0.9")}), all_but({}));
  EXPECT_EQ(within(seconds(3))[0], "ALLOW 239.1.1.1 10.0.0.9");
}

TEST_F(IgmpHostTest, AChangedModeTellsTheWholeFilter) {
  change(Filter::nobody(), only({ip("10.0.0.2")}));
  within(seconds(3));
  change(only({ip("10.0.0.2")}), all_but({}));
  EXPECT_EQ(within(seconds(3))[0], "TO_EX 239.1.1.1");
  change(all_but({}), only({ip("10.0.0.2")}));
  EXPECT_EQ(within(seconds(3))[0], "TO_IN 239.1.1.1 10.0.0.2");
}

TEST_F(IgmpHostTest, WhatChangesTogetherGoesOutInOneReport) {
  join();
  change(Filter::nobody(), only({ip("10.0.0.1")}), "239.1.1.3");
  EXPECT_EQ(within(milliseconds(10)), (Sent{"TO_EX 239.1.1.1; ALLOW 239.1.1.3 10.0.0.1"}));
}

TEST_F(IgmpHostTest, AGeneralQueryIsAnsweredForAllGroups) {
  join();
  change(Filter::nobody(), only({ip("10.0.0.1")}), "239.1.1.3");
  within(seconds(5));
  query(3);
  EXPECT_EQ(within(seconds(1)), (Sent{"IS_EX 239.1.1.1; IS_IN 239.1.1.3 10.0.0.1"}));
  EXPECT_TRUE(host_.facts(ip("239.1.1.1")).reporter);
}

TEST_F(IgmpHostTest, AQueryForSourcesIsAnsweredByThoseWanted) {
  change(Filter::nobody(), only({ip("10.0.0.1"), ip("10.0.0.2")}));
  within(seconds(5));
  query(3, "239.1.1.1", {ip("10.0.0.2"), ip("10.0.0.7")});
  EXPECT_EQ(within(seconds(1)), (Sent{"IS_IN 239.1.1.1 10.0.0.2"}));
  query(3, "239.1.1.1", {ip("10.0.0.7")});
  EXPECT_EQ(within(seconds(1)), Sent{});
  query(3, "239.9.9.9");
  EXPECT_EQ(within(seconds(1)), Sent{}) << "nobody joined";
}

TEST_F(IgmpHostTest, AmongVersion2RoutersReportsAndLeavesAreTheirs) {
  query(2);
  EXPECT_EQ(host_.version(now_), 2);
  join();
  EXPECT_EQ(within(seconds(11)), (Sent{"v2 239.1.1.1", "v2 239.1.1.1"}));
  query(2, "239.1.1.1");
  EXPECT_EQ(within(seconds(1)), (Sent{"v2 239.1.1.1"}));
  change(all_but({}), Filter::nobody());
  EXPECT_EQ(within(seconds(1)), (Sent{"leave 239.1.1.1"}));
}

TEST_F(IgmpHostTest, WhoseReportWasFollowedByAnothersNeitherReportsNorLeaves) {
  query(2);
  join();
  within(milliseconds(10));
  host_.report_heard(ip("239.1.1.1"));
  EXPECT_EQ(within(seconds(11)), Sent{});
  change(all_but({}), Filter::nobody());
  EXPECT_EQ(within(seconds(1)), Sent{});
}

TEST_F(IgmpHostTest, Version1KnowsNoLeave) {
  query(1);
  join();
  EXPECT_EQ(within(seconds(1))[0], "v1 239.1.1.1");
  change(all_but({}), Filter::nobody());
  EXPECT_EQ(within(seconds(20)), Sent{});
}

TEST_F(IgmpHostTest, AnOlderRouterIsForgottenWhenItFallsSilent) {
  query(2);
  within(seconds(2 * 125 + 9));
  EXPECT_EQ(host_.version(now_), 2);
  within(seconds(2));
  EXPECT_EQ(host_.version(now_), 3);
}

TEST_F(IgmpHostTest, AForcedVersionReadsNewerQueriesAsItsOwn) {
  IgmpTuning t;
  t.forced_version = 2;
  host_.set_tuning(t);
  join();
  within(seconds(30));
  query(3, "239.1.1.1", {ip("10.0.0.1")});
  EXPECT_EQ(within(seconds(1)), (Sent{"v2 239.1.1.1"}));
}

TEST_F(IgmpHostTest, ALinkThatComesUpHearsEverythingAnew) {
  join();
  within(seconds(5));
  host_.link_down();
  EXPECT_EQ(within(seconds(5)), Sent{});
  host_.link_up(now_);
  EXPECT_EQ(within(seconds(5))[0], "TO_EX 239.1.1.1");
}

}  // namespace
}  // namespace unetns
