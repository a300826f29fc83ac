#include "cli/machine_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

namespace unetns {
namespace {

std::string time_text(int64_t seconds, const char* format, bool utc) {
  const auto at = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (!(utc ? gmtime_r(&at, &parts) : localtime_r(&at, &parts))) return "?";
  char text[64];
  return std::string(text, std::strftime(text, sizeof text, format, &parts));
}

}  // namespace

std::string machines_table(std::span<const MachineInfo> machines) {
  size_t width = 4;
  for (const MachineInfo& m : machines) width = std::max(width, m.name.size());
  std::string out = fmt::format("{:<{}}  {:>7}  {:<19}  {:>8}  {:>10}\n", "NAME", width, "PID",
                                "SINCE", "PROGRAMS", "NAMESPACES");
  for (const MachineInfo& m : machines) {
    if (!m.trouble.empty()) {
      out += fmt::format("{:<{}}  {:>7}  {}\n", m.name, width, "?", m.trouble);
      continue;
    }
    out += fmt::format("{:<{}}  {:>7}  {:<19}  {:>8}  {:>10}\n", m.name, width, m.pid,
                       time_text(m.since, "%Y-%m-%d %H:%M:%S", false), m.programs, m.namespaces);
  }
  return out;
}

std::string machines_json(std::span<const MachineInfo> machines) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const MachineInfo& m : machines) {
    if (!m.trouble.empty()) {
      list.push_back({{"name", m.name}, {"trouble", m.trouble}});
      continue;
    }
    list.push_back({{"name", m.name},
                    {"pid", m.pid},
                    {"since", time_text(m.since, "%Y-%m-%dT%H:%M:%SZ", true)},
                    {"programs", m.programs},
                    {"namespaces", m.namespaces}});
  }
  return list.dump(2) + "\n";
}

}  // namespace unetns
