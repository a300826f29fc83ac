#include "netdev/device_name.h"

#include <charconv>
#include <vector>

#include "netdev/net_device.h"

namespace unetns {

namespace {

constexpr size_t kMaxName = IFNAMSIZ - 1;
constexpr size_t kMaxAltName = 127;     // ALTIFNAMSIZ - 1
constexpr uint32_t kMaxNumber = 32768;  // numbers that %d can stand for

bool valid_name(std::string_view name, size_t max) {
  if (name.empty() || name.size() > max || name == "." || name == "..") return false;
  for (char c : name)
    if (c == '/' || c == ':' || c == ' ' || (c >= '\t' && c <= '\r') || c == '\0') return false;
  return true;
}

// Marks the number that `name` holds at the place of "%d", if it is one that the pattern would have
// printed.
void mark_used(std::string_view name, std::string_view prefix, std::string_view suffix,
               std::vector<bool>& used) {
  if (name.size() <= prefix.size() + suffix.size()) return;
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return;
  const std::string_view digits =
      name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  if (digits.size() > 1 && digits[0] == '0') return;
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  if (error != std::errc{} || end != digits.end() || number >= kMaxNumber) return;
  if (number >= used.size()) used.resize(number + 1);
  used[number] = true;
}

}  // namespace

bool valid_device_name(std::string_view name) { return valid_name(name, kMaxName); }
// Linux asks no more of them, not even that there is a character.
bool valid_altname(std::string_view name) { return name.size() <= kMaxAltName; }

Result<std::string> pick_device_name(const DeviceTable& table, std::string_view wanted) {
  if (!valid_device_name(wanted)) return fail(EINVAL);
  const size_t percent = wanted.find('%');
  if (percent == std::string_view::npos) {
    if (table.find(wanted)) return fail(EEXIST);
    return std::string(wanted);
  }
  const std::string_view prefix = wanted.substr(0, percent);
  const std::string_view rest = wanted.substr(percent + 1);
  if (!rest.starts_with('d') || rest.find('%') != std::string_view::npos) return fail(EINVAL);
  const std::string_view suffix = rest.substr(1);

  std::vector<bool> used;
  for (const NetDevice* dev : table.devices()) {
    mark_used(dev->name(), prefix, suffix, used);
    for (const std::string& altname : dev->altnames) mark_used(altname, prefix, suffix, used);
  }
  uint32_t number = 0;
  while (number < used.size() && used[number]) ++number;
  if (number >= kMaxNumber) return fail(ENFILE);
  std::string name(prefix);
  name += std::to_string(number);
  name += suffix;
  if (name.size() > kMaxName) return fail(ENFILE);
  return name;
}

}  // namespace unetns
