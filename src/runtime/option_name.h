// Names of socket options for messages: of those that may be asked for in vain.
#ifndef UNETNS_RUNTIME_OPTION_NAME_H_
#define UNETNS_RUNTIME_OPTION_NAME_H_

#include <string>

namespace unetns {

// "SOL_TCP, TCP_ULP"; what has no name here as its number.
std::string option_name(int level, int name);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_OPTION_NAME_H_
