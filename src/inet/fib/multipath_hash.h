// MultipathHash: what of a packet chooses between the next hops of a route, the bits of
// fib_multipath_hash_fields (ip-sysctl).
#ifndef UNETNS_INET_FIB_MULTIPATH_HASH_H_
#define UNETNS_INET_FIB_MULTIPATH_HASH_H_

#include <cstdint>

namespace unetns {

struct MultipathHash {
  static constexpr uint32_t kSource = 1, kDestination = 2, kProtocol = 4, kSourcePort = 16,
                            kDestinationPort = 32;
  static constexpr uint32_t kAddresses = kSource | kDestination;
  static constexpr uint32_t kPorts = kSourcePort | kDestinationPort;
};

}  // namespace unetns

#endif  // UNETNS_INET_FIB_MULTIPATH_HASH_H_
