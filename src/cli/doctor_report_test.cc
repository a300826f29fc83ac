#include "cli/doctor_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace unetns {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using State = HostFinding::State;

HostReport sample() {
  return {true,
          "programs can be run, with one thing missing",
          {{"seccomp", State::kGood, "user notification"},
           {"pidfd_getfd", State::kDegraded, "refused; /proc/PID/fd is read instead"},
           {"tun", State::kMissing, ""}}};
}

TEST(DoctorReportTest, TableHasALineForEachFindingAndEndsWithTheVerdict) {
  EXPECT_EQ(doctor_table(sample(), false),
            "good      seccomp      user notification\n"
            "degraded  pidfd_getfd  refused; /proc/PID/fd is read instead\n"
            "missing   tun\n"
            "\n"
            "Verdict: programs can be run, with one thing missing\n");
}

TEST(DoctorReportTest, LongDetailsWrapUnderThemselves) {
  HostReport report{true, "ok", {{"x", State::kGood, "one two three four five six seven"}}};
  EXPECT_EQ(doctor_table(report, false, 33),
            "good      x  one two three four\n"
            "             five six seven\n"
            "\nVerdict: ok\n");
}

TEST(DoctorReportTest, ColourOnlyWhenAsked) {
  EXPECT_THAT(doctor_table(sample(), false), Not(HasSubstr("\033")));
  EXPECT_THAT(doctor_table(sample(), true), HasSubstr("\033[32mgood"));
}

TEST(DoctorReportTest, JsonCarriesAllThatWasFound) {
  HostReport report = sample();
  report.findings[0].detail = "quote \" and \xff byte";
  const auto json = nlohmann::json::parse(doctor_json(report));
  EXPECT_EQ(json["usable"], true);
  EXPECT_EQ(json["verdict"], report.verdict);
  ASSERT_EQ(json["findings"].size(), 3u);
  EXPECT_EQ(json["findings"][1]["name"], "pidfd_getfd");
  EXPECT_EQ(json["findings"][1]["state"], "degraded");
}

}  // namespace
}  // namespace unetns
