#include "inet/ip/port_ranges.h"

#include <algorithm>
#include <charconv>

namespace unetns {
namespace {

constexpr std::string_view kBlank = " \t\n";

// Takes a port off the front of the text; -1: there is none.
int take_port(std::string_view& text) {
  unsigned value = 0;
  const auto [end, err] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (err != std::errc() || value > 65535) return -1;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return static_cast<int>(value);
}

}  // namespace

Result<PortRanges> PortRanges::parse(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  text = text.substr(0, text.find_last_not_of(kBlank) + 1);
  std::vector<Range> given;
  while (!text.empty()) {
    const int first = take_port(text);
    int last = first;
    if (first >= 0 && text.starts_with('-')) {
      text.remove_prefix(1);
      last = take_port(text);
    }
    if (first < 0 || last < first) return fail(EINVAL);
    given.push_back({static_cast<uint16_t>(first), static_cast<uint16_t>(last)});
    if (text.empty()) break;
    if (!text.starts_with(',')) return fail(EINVAL);
    text.remove_prefix(1);
  }
  std::sort(given.begin(), given.end(),
            [](const Range& a, const Range& b) { return a.first < b.first; });
  PortRanges out;
  for (const Range& r : given) {
    if (!out.ranges_.empty() && r.first <= out.ranges_.back().last + 1)
      out.ranges_.back().last = std::max(out.ranges_.back().last, r.last);
    else
      out.ranges_.push_back(r);
  }
  return out;
}

std::string PortRanges::text() const {
  std::string out;
  for (const Range& r : ranges_) {
    if (!out.empty()) out += ',';
    out += std::to_string(r.first);
    if (r.last != r.first) out += '-' + std::to_string(r.last);
  }
  return out;
}

bool PortRanges::contains(uint16_t port) const {
  const auto it = std::upper_bound(ranges_.begin(), ranges_.end(), port,
                                   [](uint16_t p, const Range& r) { return p < r.first; });
  return it != ranges_.begin() && port <= std::prev(it)->last;
}

}  // namespace unetns
