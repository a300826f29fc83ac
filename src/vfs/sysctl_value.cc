#include "vfs/sysctl_value.h"

#include <fmt/format.h>

#include "vfs/integer_text.h"

namespace unetns {
namespace {

constexpr size_t kMaxNumber = 21;  // characters; a longer one is EINVAL even if it is all zeros

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The kernel takes only these as the end of a number: not '\r', '\v', '\f', nor NUL.
bool ends_number(char c) { return c == ' ' || c == '\t' || c == '\n'; }

}  // namespace

std::string format_sysctl(const std::vector<int64_t>& values) {
  std::string out;
  for (int64_t v : values)
    fmt::format_to(std::back_inserter(out), "{}{}", out.empty() ? "" : "\t", v);
  out += '\n';
  return out;
}

Result<std::vector<int64_t>> parse_sysctl(std::string_view text, size_t count) {
  std::vector<int64_t> values;
  while (values.size() < count) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    if (text.empty()) break;
    size_t end = 0;
    while (end < text.size() && !ends_number(text[end])) ++end;
    std::string_view number = text.substr(0, end);
    if (number.size() > kMaxNumber) return fail(EINVAL);
    const bool negative = number.starts_with('-');
    if (negative) number.remove_prefix(1);
    const auto magnitude = parse_unsigned(number);
    if (!magnitude || *magnitude > static_cast<uint64_t>(INT64_MAX)) return fail(EINVAL);
    const auto value = static_cast<int64_t>(*magnitude);
    values.push_back(negative ? -value : value);
    text.remove_prefix(end);
  }
  if (values.empty()) return fail(EINVAL);
  return values;
}

}  // namespace unetns
