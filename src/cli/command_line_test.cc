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

TEST(CommandLineTest, UpTakesANameAndTheOptionsOfAMachine) {
  Command command = parse_command_line(Args{"up", "lab", "--no-map-root", "--pcap", "out"});
  ASSERT_TRUE(std::holds_alternative<UpOptions>(command));
  const UpOptions up = std::get<UpOptions>(command);
  EXPECT_EQ(up.name, "lab");
  EXPECT_EQ(up.machine.pcap_dir, "out");
  EXPECT_FALSE(up.machine.map_root);
  EXPECT_TRUE(std::get<UpOptions>(parse_command_line(Args{"up", "lab"})).machine.map_root);
}

TEST(CommandLineTest, PortsArePublished) {
  const RunOptions o = run({"run", "--publish", "8080:web:80", "--publish=0.0.0.0:1::2", "ip"});
  ASSERT_EQ(o.publish.size(), 2u);
  EXPECT_EQ(o.publish[0].netns, "web");
  EXPECT_EQ(o.publish[1].host_address, "0.0.0.0");
  EXPECT_THAT(o.argv, ElementsAre("ip"));
  const Command up = parse_command_line(Args{"up", "--publish", "8080:web:80", "lab"});
  ASSERT_TRUE(std::holds_alternative<UpOptions>(up));
  EXPECT_EQ(std::get<UpOptions>(up).machine.publish.size(), 1u);
  EXPECT_EQ(print({"run", "--publish", "80", "ip"}).status, kRunUsageStatus);
}

TEST(CommandLineTest, NamespacesGetAWayOut) {
  const RunOptions o = run({"run", "--egress", "web", "--egress=init", "curl", "--egress"});
  EXPECT_THAT(o.egress, ElementsAre("web", ""));
  EXPECT_THAT(o.argv, ElementsAre("curl", "--egress"));
  EXPECT_TRUE(run({"run", "ip"}).egress.empty()) << "only where it was asked for";
  const Command up = parse_command_line(Args{"up", "--egress", "web", "lab"});
  ASSERT_TRUE(std::holds_alternative<UpOptions>(up));
  EXPECT_THAT(std::get<UpOptions>(up).machine.egress, ElementsAre("web"));
  for (const char* name : {"a/b", ".", "..", ""})
    EXPECT_EQ(print({"run", "--egress", name, "ip"}).status, kRunUsageStatus) << name;
}

TEST(CommandLineTest, DashesAreNoValueOfAnOption) {
  for (const char* option : {"--pcap", "--publish", "--egress"}) {
    for (Args args : {Args{"run", option, "--", "ip"}, {"run", option, "--"}}) {
      const PrintCommand p = print(args);
      EXPECT_EQ(p.status, kRunUsageStatus);
      EXPECT_THAT(p.text, HasSubstr(option));
    }
  }
  EXPECT_THAT(print({"exec", "lab", "-n", "--", "ip"}).text, HasSubstr("--netns"));
  EXPECT_THAT(print({"up", "--egress", "--", "lab"}).text, HasSubstr("--egress"));
}

TEST(CommandLineTest, ANamespaceGetsOneWayOut) {
  for (Args args : {Args{"run", "--egress", "h1", "--egress", "h2", "--egress=h1", "ip"},
                    {"up", "--egress", "h1", "--egress", "h1", "lab"}})
    EXPECT_THAT(print(args).text, HasSubstr("--egress h1 is given twice"));
}

TEST(CommandLineTest, ThePortOfTheHostMustBeNamed) {
  const PrintCommand p = print({"run", "--publish", "0:h1:80", "ip"});
  EXPECT_EQ(p.status, kRunUsageStatus);
  EXPECT_THAT(p.text, HasSubstr("can't be 0"));
}

TEST(CommandLineTest, OptionsBelongBehindTheCommand) {
  for (const char* option : {"--foo", "-v", "--", "-"}) {
    const PrintCommand p = print({option, "run", "ip"});
    EXPECT_EQ(p.status, kUsageStatus);
    EXPECT_THAT(p.text, HasSubstr(std::string("unknown option '") + option + "'"));
  }
  EXPECT_THAT(print({""}).text, HasSubstr("unknown command ''"));
}

TEST(CommandLineTest, ExecTakesAMachineANamespaceAndAProgram) {
  auto exec = [](Args args) {
    Command command = parse_command_line(args);
    EXPECT_TRUE(std::holds_alternative<ExecOptions>(command));
    return std::holds_alternative<ExecOptions>(command) ? std::get<ExecOptions>(command)
                                                        : ExecOptions{};
  };
  const ExecOptions plain = exec({"exec", "lab", "ip", "-n", "x", "link"});
  EXPECT_EQ(plain.name, "lab");
  EXPECT_EQ(plain.netns, "");
  EXPECT_THAT(plain.argv, ElementsAre("ip", "-n", "x", "link"));
  for (Args args : {Args{"exec", "lab", "-n", "h1", "--", "sh", "-c", "x"},
                    {"exec", "-n", "h1", "lab", "sh", "-c", "x"},
                    {"exec", "lab", "--netns=h1", "sh", "-c", "x"}}) {
    const ExecOptions o = exec(args);
    EXPECT_EQ(o.name, "lab");
    EXPECT_EQ(o.netns, "h1");
    EXPECT_THAT(o.argv, ElementsAre("sh", "-c", "x"));
  }
}

TEST(CommandLineTest, ErrorsOfExecHaveTheStatusOfRun) {
  for (Args args : {Args{"exec"},
                    {"exec", "lab"},
                    {"exec", "lab", "--"},
                    {"exec", "../x", "sh"},
                    {"exec", "lab", "-n", "a/b", "sh"},
                    {"exec", "--", "lab", "sh"}})
    EXPECT_EQ(print(args).status, kRunUsageStatus);
}

TEST(CommandLineTest, NamesOfMachinesAreFileNames) {
  EXPECT_TRUE(std::holds_alternative<DownCommand>(parse_command_line(Args{"down", "a.b-c_9"})));
  for (const char* name : {"", ".x", "a/b", "a b", "-x"})
    EXPECT_EQ(print({"up", name}).status, kUsageStatus) << name;
  EXPECT_EQ(print({"down", std::string(65, 'a')}).status, kUsageStatus);
}

TEST(CommandLineTest, ListMayPrintJson) {
  EXPECT_FALSE(std::get<ListCommand>(parse_command_line(Args{"ls"})).json);
  EXPECT_TRUE(std::get<ListCommand>(parse_command_line(Args{"ls", "--json"})).json);
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
