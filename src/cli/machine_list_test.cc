#include "cli/machine_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace unetns {
namespace {

using ::testing::HasSubstr;

const std::vector<MachineInfo> kTwo = {{.name = "lab",
                                        .pid = 4711,
                                        .since = 1'800'000'000,
                                        .programs = 3,
                                        .namespaces = 2,
                                        .trouble = {}},
                                       {.name = "a-longer-name",
                                        .pid = 12,
                                        .since = 0,
                                        .programs = 0,
                                        .namespaces = 1,
                                        .trouble = {}}};

TEST(MachineListTest, ATableHasALineForEachBelowItsTitle) {
  const std::string table = machines_table(kTwo);
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 3);
  EXPECT_THAT(table, HasSubstr("NAME             "));
  EXPECT_THAT(table, HasSubstr("\nlab               4711  "));
  EXPECT_THAT(machines_table({}), ::testing::MatchesRegex("NAME[^\n]*\n"));
}

TEST(MachineListTest, JsonGivesTimesInUtc) {
  const auto json = nlohmann::json::parse(machines_json(kTwo));
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[0]["name"], "lab");
  EXPECT_EQ(json[0]["pid"], 4711);
  EXPECT_EQ(json[0]["since"], "2027-01-15T08:00:00Z");
  EXPECT_EQ(json[0]["programs"], 3);
  EXPECT_EQ(json[1]["namespaces"], 1);
  EXPECT_EQ(machines_json({}), "[]\n");
}

TEST(MachineListTest, OfAMachineThatDoesNotAnswerThereIsTheReason) {
  const std::vector<MachineInfo> machines = {
      kTwo[0],
      {.name = "old", .pid = 0, .since = 0, .programs = 0, .namespaces = 0, .trouble = "too old"}};
  EXPECT_THAT(machines_table(machines), HasSubstr("\nold         ?  too old\n"));
  const auto json = nlohmann::json::parse(machines_json(machines));
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[1]["trouble"], "too old");
  EXPECT_FALSE(json[1].contains("pid"));
}

}  // namespace
}  // namespace unetns
