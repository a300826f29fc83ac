#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace unetns {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Args = std::vector<std::string>;

RunOptions run(Args args) {
  Command command = parse_command_line(args);
  EXPECT_TRUE(std::holds_alternative<RunOptions>(command));
  return std::holds_alternative<RunOptions>(command) ? std::get<RunOptions>(command) : RunOptions{};
}
PrintCommand print(Args args) {
  Command command = parse_command_line(args);
  EXPECT_TRUE(std::holds_alternative<PrintCommand>(command));
  return std::holds_alternative<PrintCommand>(command) ? std::get<PrintCommand>(command)
                                                       : PrintCommand{};
}

TEST(CommandLineTest, TheProgramStartsAfterTheDashes) {
  EXPECT_THAT(run({"run", "--", "ip", "link"}).argv, ElementsAre("ip", "link"));
  EXPECT_THAT(run({"run", "--", "-strange"}).argv, ElementsAre("-strange"));
  EXPECT_THAT(run({"run", "--", "--", "x"}).argv, ElementsAre("--", "x"));
}

TEST(CommandLineTest, TheDashesMayBeLeftOut) {
  EXPECT_THAT(run({"run", "ip", "link"}).argv, ElementsAre("ip", "link"));
}

TEST(CommandLineTest, OptionsBehindTheProgramAreTheProgramsOwn) {
  const RunOptions o = run({"run", "sh", "-c", "true", "--pcap", "x", "--help", "--", "-v"});
  EXPECT_THAT(o.argv, ElementsAre("sh", "-c", "true", "--pcap", "x", "--help", "--", "-v"));
  EXPECT_EQ(o.pcap_dir, "");
  EXPECT_EQ(o.verbose, 0);
}

TEST(CommandLineTest, OptionsOfRun) {
  const RunOptions o =
      run({"run", "--pcap", "out", "--report-unsupported", "--no-map-root", "-vv", "ping"});
  EXPECT_EQ(o.pcap_dir, "out");
  EXPECT_TRUE(o.report_unsupported);
  EXPECT_FALSE(o.map_root);
  EXPECT_EQ(o.verbose, 2);
  EXPECT_THAT(o.argv, ElementsAre("ping"));
  EXPECT_EQ(run({"run", "--pcap=dir", "x"}).pcap_dir, "dir");
}

TEST(CommandLineTest, RunIsQuietAndRootUnlessTold) {
  const RunOptions o = run({"run", "x"});
  EXPECT_TRUE(o.map_root);
  EXPECT_FALSE(o.report_unsupported);
  EXPECT_EQ(o.verbose, 0);
}

TEST(CommandLineTest, ErrorsOfRunHaveTheirOwnStatus) {
  for (Args args :
       {Args{"run"}, {"run", "--"}, {"run", "--pcap"}, {"run", "--nonsense", "x"}, {"run", ""}}) {
    const PrintCommand p = print(args);
    EXPECT_EQ(p.status, kRunUsageStatus);
    EXPECT_THAT(p.text, HasSubstr("unetns run --help"));
  }
}

TEST(CommandLineTest, OtherUsageErrorsSayWhatIsWrong) {
  EXPECT_EQ(print({}).status, kUsageStatus);
  const PrintCommand p = print({"walk"});
  EXPECT_EQ(p.status, kUsageStatus);
  EXPECT_THAT(p.text, HasSubstr("walk"));
  EXPECT_EQ(print({"doctor", "--nonsense"}).status, kUsageStatus);
}

TEST(CommandLineTest, HelpAndVersionSucceed) {
  EXPECT_EQ(print({"--version"}).status, 0);
  EXPECT_THAT(print({"--version"}).text, HasSubstr("unetns "));
  EXPECT_THAT(print({"--help"}).text, HasSubstr("doctor"));
  const PrintCommand p = print({"run", "--help"});
  EXPECT_EQ(p.status, 0);
  EXPECT_THAT(p.text, HasSubstr("--pcap"));
}

TEST(CommandLineTest, DoctorMayPrintJson) {
  Command plain = parse_command_line(Args{"doctor"});
  ASSERT_TRUE(std::holds_alternative<DoctorCommand>(plain));
  EXPECT_FALSE(std::get<DoctorCommand>(plain).json);
  Command json = parse_command_line(Args{"doctor", "--json"});
  ASSERT_TRUE(std::holds_alternative<DoctorCommand>(json));
  EXPECT_TRUE(std::get<DoctorCommand>(json).json);
}

}  // namespace
}  // namespace unetns
