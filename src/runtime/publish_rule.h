// PublishRule: one `--publish` of the command line.
#ifndef UNETNS_RUNTIME_PUBLISH_RULE_H_
#define UNETNS_RUNTIME_PUBLISH_RULE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace unetns {

struct PublishRule {
  std::string host_address;  // IPv4, numeric
  uint16_t host_port = 0;    // 0: the host chooses
  std::string netns;         // a name under /run/netns; empty: the first namespace
  uint16_t port = 0;         // on 127.0.0.1 in there

  // [HOSTADDR:]PORT:NETNS:PORT; without an address 127.0.0.1.
  static Result<PublishRule> parse(std::string_view text);
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PUBLISH_RULE_H_
