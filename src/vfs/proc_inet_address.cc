#include "vfs/proc_inet_address.h"

#include <fmt/format.h>

#include "inet/demux/mapped_address.h"

namespace unetns {
namespace {

std::string words(const Ipv6Address& address) {
  std::string out;
  for (size_t i = 0; i < address.bytes.size(); i += 4)
    out += fmt::format("{:08X}", load<uint32_t>(&address.bytes[i]));
  return out;
}

}  // namespace

std::string proc_own_address(const Ipv4Address& address, const SocketScope& scope) {
  if (scope.inet6 && scope == SocketScope::mapped()) return words(mapped(address));
  return proc_peer_address(address, scope);
}

std::string proc_peer_address(const Ipv4Address& address, const SocketScope& scope) {
  if (!scope.inet6) return fmt::format("{:08X}", address.be());
  return words(address.is_zero() ? Ipv6Address() : mapped(address));
}

}  // namespace unetns
