// Names of address families for messages.
#ifndef UNETNS_BASE_FAMILY_NAME_H_
#define UNETNS_BASE_FAMILY_NAME_H_

#include <string>

namespace unetns {

// "AF_INET6"; a number without a name as "AF 77".
std::string family_name(int family);

}  // namespace unetns

#endif  // UNETNS_BASE_FAMILY_NAME_H_
