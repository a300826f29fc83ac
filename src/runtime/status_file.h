// /proc/PID/status of a program, which says who it is.
#ifndef UNETNS_RUNTIME_STATUS_FILE_H_
#define UNETNS_RUNTIME_STATUS_FILE_H_

#include <string>
#include <string_view>

#include "runtime/creds.h"

namespace unetns {

// The host's text, with the ids, groups and capabilities of `creds` in the place of its own.
std::string status_text(std::string_view host, const Creds& creds);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_STATUS_FILE_H_
