#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include <sstream>

namespace unetns {
namespace {

constexpr const char* kAbout =
    "Linux network namespaces in user space: runs unmodified programs in simulated\n"
    "network namespaces, without root, capabilities or user namespaces.";
constexpr const char* kExamples =
    "Examples:\n"
    "  unetns run -- ip link                run one program\n"
    "  unetns run -- sh two-hosts.sh        run a script that uses `ip netns`\n"
    "  unetns run --pcap out -- bash        the same, and capture what passes\n"
    "  unetns doctor                        check what this host allows";

// The program to run and its arguments: all from the first word that is no option of ours.
struct Rest {
  std::vector<std::string> argv;
  bool after_dashes = false;  // "--" stood before it
};

Rest take_program(std::vector<std::string>& args) {
  // args[0] is "run". --pcap is the only option with a value.
  for (size_t i = 1; i < args.size(); ++i) {
    if (args[i] == "--pcap") {
      ++i;
      continue;
    }
    const bool dashes = args[i] == "--";
    if (!dashes && args[i].size() > 1 && args[i][0] == '-') continue;
    Rest rest{{args.begin() + static_cast<ptrdiff_t>(i + dashes), args.end()}, dashes};
    args.resize(i);
    return rest;
  }
  return {};
}

class RunFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "\nUsage: unetns run [OPTIONS] [--] PROGRAM [ARGUMENT...]\n";
  }
};

struct Parser {
  CLI::App app{kAbout, "unetns"};
  CLI::App* run = nullptr;
  CLI::App* doctor = nullptr;
  RunOptions options;
  DoctorCommand doctor_command;
  bool no_map_root = false;

  Parser() {
    app.set_version_flag("--version", std::string("unetns ") + UNETNS_VERSION);
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.require_subcommand(1);
    app.footer(kExamples);

    run =
        app.add_subcommand("run", "Run a program, and all that it starts, in a simulated network");
    run->formatter(std::make_shared<RunFormatter>());
    run->add_option("--pcap", options.pcap_dir,
                    "Write the traffic of each device to DIR/NETNS-DEVICE.pcapng")
        ->type_name("DIR")
        ->check([](const std::string& dir) {
          return dir.empty() ? "the directory must have a name" : "";
        });
    run->add_flag("--report-unsupported", options.report_unsupported,
                  "At the end, list what programs asked for and unetns does not have");
    run->add_flag("--no-map-root", no_map_root, "Programs see their real user instead of root");
    run->add_flag("-v,--verbose", options.verbose, "Say what is going on; twice: say more");
    run->footer(
        "The exit status is that of PROGRAM, or 128 plus the signal that ended it;\n"
        "125: unetns failed, 126: PROGRAM cannot be run, 127: it was not found.");

    doctor =
        app.add_subcommand("doctor", "Say what this host allows, and what that means for unetns");
    doctor->add_flag("--json", doctor_command.json, "Print JSON");
    doctor->footer("The exit status is 0 if unetns can work here, else 1.");
  }
};

PrintCommand usage_error(const std::string& message, bool in_run) {
  const std::string help = in_run ? "unetns run --help" : "unetns --help";
  return {"unetns: " + message + "\nTry '" + help + "'.\n",
          in_run ? kRunUsageStatus : kUsageStatus};
}

}  // namespace

Command parse_command_line(std::span<const std::string> arguments) {
  Parser parser;
  std::vector<std::string> args(arguments.begin(), arguments.end());
  if (args.empty()) return PrintCommand{parser.app.help(), kUsageStatus};
  const bool in_run = args[0] == "run";
  if (!in_run && args[0] != "doctor" && !args[0].starts_with('-'))
    return usage_error(
        "unknown command '" + args[0] + "' (to run a program: unetns run -- PROGRAM)", false);
  Rest rest;
  if (in_run) rest = take_program(args);

  std::reverse(args.begin(), args.end());  // CLI11 takes its vector from the back
  try {
    parser.app.parse(args);
  } catch (const CLI::Success& done) {  // --help, --version
    std::ostringstream out, err;
    parser.app.exit(done, out, err);
    return PrintCommand{out.str(), 0};
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what(), in_run);
  }
  if (!in_run) return parser.doctor_command;
  if (rest.argv.empty()) return usage_error("no program to run", true);
  if (rest.argv[0].empty()) return usage_error("the name of the program is empty", true);
  parser.options.argv = std::move(rest.argv);
  parser.options.map_root = !parser.no_map_root;
  return parser.options;
}

}  // namespace unetns
