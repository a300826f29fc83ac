// Prints what `unetns doctor` found.
#ifndef UNETNS_CLI_DOCTOR_REPORT_H_
#define UNETNS_CLI_DOCTOR_REPORT_H_

#include <string>

#include "runtime/run.h"

namespace unetns {

std::string doctor_table(const HostReport& report, bool colour, size_t columns = 80);
std::string doctor_json(const HostReport& report);  // one object, with a newline

}  // namespace unetns

#endif  // UNETNS_CLI_DOCTOR_REPORT_H_
