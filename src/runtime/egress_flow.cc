#include "runtime/egress_flow.h"

#include <sstream>
#include <string>

namespace unetns {

std::optional<Ipv4Address> first_nameserver(std::string_view resolv_conf) {
  std::istringstream lines{std::string(resolv_conf)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string keyword, address;
    if (!(words >> keyword >> address) || keyword != "nameserver") continue;
    const auto parsed = IpAddress::parse(address);
    if (parsed && parsed->family() == AF_INET) return parsed->as<V4>();
  }
  return std::nullopt;
}

}  // namespace unetns
