#include "runtime/publish_rule.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace unetns {
namespace {

bool parse_port(std::string_view text, uint16_t* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<PublishRule> PublishRule::parse(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::string_view rest = text;;) {
    const size_t colon = rest.find(':');
    parts.push_back(rest.substr(0, colon));
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  if (parts.size() == 3) parts.insert(parts.begin(), "127.0.0.1");
  PublishRule out;
  in_addr address{};
  if (parts.size() == 4) {
    out.host_address = parts[0];
    out.netns = parts[2];
  }
  if (parts.size() != 4 || inet_pton(AF_INET, out.host_address.c_str(), &address) != 1 ||
      !parse_port(parts[1], &out.host_port) || !parse_port(parts[3], &out.port) || out.port == 0 ||
      out.netns.find('/') != std::string::npos)
    return fail(EINVAL, fmt::format("'{}' is not [HOSTADDR:]PORT:NETNS:PORT (an IPv4 address, a "
                                    "port of the host, a network namespace or nothing for the "
                                    "first one, a port in it)",
                                    text));
  return out;
}

}  // namespace unetns
