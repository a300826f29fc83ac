// What `unetns ls` prints.
#ifndef UNETNS_CLI_MACHINE_LIST_H_
#define UNETNS_CLI_MACHINE_LIST_H_

#include <span>
#include <string>

#include "runtime/named_machine.h"

namespace unetns {

std::string machines_table(std::span<const MachineInfo> machines);  // with a title; local time
std::string machines_json(std::span<const MachineInfo> machines);   // an array, with a newline; UTC

}  // namespace unetns

#endif  // UNETNS_CLI_MACHINE_LIST_H_
