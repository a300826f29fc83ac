#include "inet/icmp/icmp_errors.h"

#include <cerrno>
#include <iterator>

#include "packet/wire/icmp.h"

namespace unetns {

IcmpMeaning icmp_meaning(uint8_t type, uint8_t code) {
  // By code of "destination unreachable".
  static constexpr IcmpMeaning kUnreachable[] = {
      {ENETUNREACH, false},   // net
      {EHOSTUNREACH, false},  // host
      {ENOPROTOOPT, true},    // protocol
      {ECONNREFUSED, true},   // port
      {EMSGSIZE, false},      // fragmentation needed
      {EOPNOTSUPP, false},    // source route failed
      {ENETUNREACH, true},    // net unknown
      {EHOSTDOWN, true},      // host unknown
      {ENONET, true},         // source host isolated
      {ENETUNREACH, true},    // net prohibited
      {EHOSTUNREACH, true},   // host prohibited
      {ENETUNREACH, false},   // net, for this TOS
      {EHOSTUNREACH, false},  // host, for this TOS
      {EHOSTUNREACH, true},   // filtered
      {EHOSTUNREACH, true},   // precedence violation
      {EHOSTUNREACH, true},   // precedence cutoff
  };
  switch (type) {
    case IcmpType::kDestUnreachable:
      return code < std::size(kUnreachable) ? kUnreachable[code] : IcmpMeaning{EHOSTUNREACH, true};
    case IcmpType::kTimeExceeded:
      return {EHOSTUNREACH, false};
    case IcmpType::kParameterProblem:
      return {EPROTO, true};
    default:  // source quench and redirects concern no socket
      return {};
  }
}

}  // namespace unetns
