#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>
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
    "  unetns up lab                        start a machine that stays, to work with from\n"
    "                                       several terminals:\n"
    "  unetns exec lab -- ip netns add h1     run a program in it\n"
    "  unetns exec lab -n h1 -- bash          the same, in the namespace h1\n"
    "  unetns down lab                      end it and its programs\n"
    "  unetns doctor                        check what this host allows";

constexpr std::string_view kEndOfOptions = "--";
constexpr std::string_view kFirstNetns = "init";  // as in the names of captures

// The program to run and its arguments: all from the first word that is no option of ours.
struct Rest {
  std::vector<std::string> argv;
  bool after_dashes = false;  // "--" stood before it
};

// args[0] is the command; `words` more words stand before the program. `with_value`: the options
// whose value is a word of its own.
Rest take_program(std::vector<std::string>& args, size_t words,
                  std::initializer_list<std::string_view> with_value) {
  for (size_t i = 1; i < args.size(); ++i) {
    if (std::ranges::find(with_value, args[i]) != with_value.end()) {
      if (i + 1 < args.size() && args[i + 1] != kEndOfOptions)
        ++i;  // "--" is no value: it is missing
      continue;
    }
    const bool option = args[i].size() > 1 && args[i][0] == '-';
    if (words > 0 && !option) {
      --words;
      continue;
    }
    const bool dashes = args[i] == kEndOfOptions;
    if (!dashes && args[i].size() > 1 && args[i][0] == '-') continue;
    Rest rest{{args.begin() + static_cast<ptrdiff_t>(i + dashes), args.end()}, dashes};
    args.resize(i);
    return rest;
  }
  return {};
}

class UsageFormatter : public CLI::Formatter {
 public:
  explicit UsageFormatter(std::string usage) : usage_(std::move(usage)) {}
  std::string make_usage(const CLI::App*, std::string) const override {
    return "\nUsage: unetns " + usage_ + "\n";
  }

 private:
  std::string usage_;
};

std::string check_name(const std::string& name) {
  return valid_machine_name(name) ? ""
                                  : "'" + name +
                                        "' can't be the name of a machine: letters, digits, '_', "
                                        "'.' and '-', at most 64";
}
constexpr const char* kStatuses =
    "The exit status is that of PROGRAM, or 128 plus the signal that ended it;\n"
    "125: unetns failed, 126: PROGRAM cannot be run, 127: it was not found.";

struct Parser {
  CLI::App app{kAbout, "unetns"};
  CLI::App* run = nullptr;
  CLI::App* up = nullptr;
  CLI::App* exec = nullptr;
  CLI::App* list = nullptr;
  CLI::App* down = nullptr;
  CLI::App* doctor = nullptr;
  RunOptions options;
  UpOptions up_options;
  ExecOptions exec_options;
  ListCommand list_command;
  DownCommand down_command;
  DoctorCommand doctor_command;
  bool no_map_root = false;
  std::vector<std::string> published, egress;

  Parser() {
    app.set_version_flag("--version", std::string("unetns ") + UNETNS_VERSION);
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.require_subcommand(1);
    app.footer(kExamples);

    run =
        app.add_subcommand("run", "Run a program, and all that it starts, in a simulated network");
    run->formatter(std::make_shared<UsageFormatter>("run [OPTIONS] [--] PROGRAM [ARGUMENT...]"));
    machine_options(
        *run, options,
        "Tell of each dropped packet, with the reason, and of what programs ask for and\n"
        "unetns does not have; twice: trace the system calls as well");
    run->add_flag("--report-unsupported", options.report_unsupported,
                  "At the end, list what programs asked for and unetns does not have");
    run->footer(kStatuses);

    up = app.add_subcommand("up", "Start a machine that stays until `unetns down`");
    up->formatter(std::make_shared<UsageFormatter>("up [OPTIONS] NAME"));
    up->add_option("NAME", up_options.name, "The machine's name")->required()->check(check_name);
    machine_options(*up, up_options.machine,
                    "Write dropped packets, with the reason, and what programs ask for and unetns\n"
                    "does not have, into the log; twice: the system calls as well");

    exec = app.add_subcommand("exec", "Run a program in a machine that is up");
    exec->formatter(
        std::make_shared<UsageFormatter>("exec NAME [-n NETNS] [--] PROGRAM [ARGUMENT...]"));
    exec->add_option("NAME", exec_options.name, "The machine's name")
        ->required()
        ->check(check_name);
    exec->add_option("-n,--netns", exec_options.netns,
                     "Start in this network namespace, as `ip netns exec` does")
        ->type_name("NETNS")
        ->check([](const std::string& name) {
          return name.empty() || name.find('/') != std::string::npos
                     ? "'" + name + "' can't be the name of a network namespace"
                     : "";
        });
    exec->footer(kStatuses);

    list = app.add_subcommand("ls", "List the machines that are up");
    list->add_flag("--json", list_command.json, "Print JSON");

    down = app.add_subcommand("down", "End a machine and all its programs");
    down->formatter(std::make_shared<UsageFormatter>("down NAME"));
    down->add_option("NAME", down_command.name, "The machine's name")
        ->required()
        ->check(check_name);

    doctor =
        app.add_subcommand("doctor", "Say what this host allows, and what that means for unetns");
    doctor->add_flag("--json", doctor_command.json, "Print JSON");
    doctor->footer("The exit status is 0 if unetns can work here, else 1.");
  }

  void machine_options(CLI::App& command, RunOptions& machine, const char* verbose) {
    command
        .add_option("--pcap", machine.pcap_dir,
                    "Write the traffic of each device to DIR/NETNS-DEVICE.pcapng")
        ->type_name("DIR")
        ->check([](const std::string& dir) {
          return dir.empty() || dir == kEndOfOptions ? "the directory must have a name" : "";
        });
    command
        .add_option("--publish", published,
                    "Forward TCP connections from a port of the host to one inside, on its\n"
                    "loopback address; NETNS may be empty (the first namespace)")
        ->type_name("[HOSTADDR:]PORT:NETNS:PORT")
        ->allow_extra_args(false)
        ->check([](const std::string& text) {
          auto rule = PublishRule::parse(text);
          if (rule && rule->host_port == 0)
            return "'" + text +
                   "': the host's port can't be 0, as nobody would learn which one "
                   "was chosen";
          return rule ? std::string() : rule.error().message;
        });
    command
        .add_option("--egress", egress,
                    "Let programs in NETNS, which is made, or in the first namespace (init) reach\n"
                    "the host's network by sockets of the host; 10.0.2.2 is its 127.0.0.1")
        ->type_name("NETNS")
        ->allow_extra_args(false)
        ->check([](const std::string& name) {
          return name.empty() || name.find('/') != std::string::npos || name == "." ||
                         name == ".." || name == kEndOfOptions
                     ? "'" + name + "' can't be the name of a network namespace"
                     : "";
        });
    command.add_flag("--accelerate", machine.accelerate,
                     "Make sockets faster: dynamic programs preload a small library that uses\n"
                     "them without asking unetns where that makes no difference");
    command.add_flag("--no-map-root", no_map_root, "Programs see their real user instead of root");
    command.add_flag("-v,--verbose", machine.verbose, verbose);
  }
};

// `command`: empty when none was understood.
PrintCommand usage_error(const std::string& message, const std::string& command) {
  const std::string help = command.empty() ? "unetns --help" : "unetns " + command + " --help";
  return {"unetns: " + message + "\nTry '" + help + "'.\n",
          command == "run" || command == "exec" ? kRunUsageStatus : kUsageStatus};
}

}  // namespace

Command parse_command_line(std::span<const std::string> arguments) {
  Parser parser;
  std::vector<std::string> args(arguments.begin(), arguments.end());
  if (args.empty()) return PrintCommand{parser.app.help(), kUsageStatus};
  const bool option = args[0].starts_with('-');
  const auto own = {"-h", "--help", "--version"};
  if (option && std::ranges::find(own, args[0]) == own.end())
    return usage_error("unknown option '" + args[0] + "' where a command must stand", "");
  const std::string command = option ? "" : args[0];
  const auto known = {"run", "up", "exec", "ls", "down", "doctor"};
  if (!option && std::ranges::find(known, command) == known.end())
    return usage_error(
        "unknown command '" + command + "' (to run a program: unetns run -- PROGRAM)", "");
  Rest rest;
  if (command == "run") rest = take_program(args, 0, {"--pcap", "--publish", "--egress"});
  if (command == "exec") rest = take_program(args, 1, {"-n", "--netns"});

  std::reverse(args.begin(), args.end());  // CLI11 takes its vector from the back
  try {
    parser.app.parse(args);
  } catch (const CLI::Success& done) {  // --help, --version
    std::ostringstream out, err;
    parser.app.exit(done, out, err);
    return PrintCommand{out.str(), 0};
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what(), command);
  }
  if (command == "doctor") return parser.doctor_command;
  if (command == "ls") return parser.list_command;
  if (command == "down") return parser.down_command;
  parser.options.map_root = parser.up_options.machine.map_root = !parser.no_map_root;
  for (const std::string& text : parser.published)
    for (RunOptions* o : {&parser.options, &parser.up_options.machine})
      o->publish.push_back(*PublishRule::parse(text));
  for (auto name = parser.egress.begin(); name != parser.egress.end(); ++name)
    if (std::find(parser.egress.begin(), name, *name) != name)
      return usage_error("--egress " + *name + " is given twice", command);
  for (std::string& name : parser.egress)
    if (name == kFirstNetns) name.clear();
  parser.options.egress = parser.up_options.machine.egress = std::move(parser.egress);
  if (command == "up") return parser.up_options;
  if (rest.argv.empty()) return usage_error("no program to run", command);
  if (rest.argv[0].empty()) return usage_error("the name of the program is empty", command);
  parser.options.argv = parser.exec_options.argv = std::move(rest.argv);
  if (command == "exec") return parser.exec_options;
  return parser.options;
}

}  // namespace unetns
