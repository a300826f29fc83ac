#include "cli/doctor_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace unetns {
namespace {

using State = HostFinding::State;
constexpr size_t kStateWidth = 8;
constexpr size_t kMinDetail = 20;

std::string_view state_word(State state) {
  switch (state) {
    case State::kGood:
      return "good";
    case State::kDegraded:
      return "degraded";
    case State::kMissing:
      return "missing";
  }
  return "missing";
}

std::string_view state_colour(State state) {
  switch (state) {
    case State::kGood:
      return "\033[32m";
    case State::kDegraded:
      return "\033[33m";
    case State::kMissing:
      return "\033[31m";
  }
  return "";
}

std::string padded(std::string text, size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

// Breaks at spaces; a longer word stands alone. Lines after the first start at column `indent`.
std::string wrap(std::string_view text, size_t indent, size_t columns) {
  const size_t width = std::max(columns > indent ? columns - indent : 0, kMinDetail);
  std::string out;
  size_t used = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (used && used + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      used = 0;
    } else if (used) {
      out += ' ';
      ++used;
    }
    out += word;
    used += word.size();
  }
  return out;
}

}  // namespace

std::string doctor_table(const HostReport& report, bool colour, size_t columns) {
  size_t names = 0;
  for (const HostFinding& f : report.findings) names = std::max(names, f.name.size());
  std::string out;
  for (const HostFinding& f : report.findings) {
    const std::string state = padded(std::string(state_word(f.state)), kStateWidth);
    out += colour ? std::string(state_colour(f.state)) + state + "\033[0m" : state;
    out += "  " + padded(f.name, names) + "  ";
    out += wrap(f.detail, kStateWidth + names + 4, columns);
    while (out.ends_with(' ')) out.pop_back();
    out += '\n';
  }
  if (!report.findings.empty()) out += '\n';
  return out + "Verdict: " + report.verdict + '\n';
}

std::string doctor_json(const HostReport& report) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const HostFinding& f : report.findings)
    findings.push_back({{"name", f.name}, {"state", state_word(f.state)}, {"detail", f.detail}});
  const nlohmann::ordered_json json = {
      {"usable", report.usable}, {"verdict", report.verdict}, {"findings", std::move(findings)}};
  // Text from the host may be of any bytes.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace unetns
