#include "vfs/integer_text.h"

#include <charconv>

namespace unetns {

Result<uint64_t> parse_unsigned(std::string_view text) {
  int base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || end != text.data() + text.size()) return fail(EINVAL);
  if (error == std::errc::result_out_of_range) return fail(ERANGE);
  if (error != std::errc()) return fail(EINVAL);
  return value;
}

Result<uint64_t> parse_attribute(std::string_view text, uint64_t max) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  UNETNS_ASSIGN(const uint64_t value, parse_unsigned(text));
  if (value > max) return fail(ERANGE);
  return value;
}

}  // namespace unetns
