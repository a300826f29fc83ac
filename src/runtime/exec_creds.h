// What an exec makes of who a process believes to be (capabilities(7), "Transformation of
// capabilities during execve()"). Execs are not told of, so whether one took place is found out
// when it matters.
#ifndef UNETNS_RUNTIME_EXEC_CREDS_H_
#define UNETNS_RUNTIME_EXEC_CREDS_H_

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "runtime/creds.h"

namespace unetns {

// What a file gives to who executes it: the extended attribute security.capability.
struct FileCaps {
  uint64_t permitted = 0, inheritable = 0;
  bool effective = false;
  bool any() const { return permitted || inheritable; }

  static FileCaps parse(Bytes attribute);  // none where it can't be read
  static FileCaps of_program(pid_t pid);   // of what it runs now
};

Creds creds_after_exec(Creds creds, const FileCaps& file);
// Whether an exec may make another one of it, whatever the file.
bool exec_may_change(const Creds& creds);

// Random bytes that the kernel gives a program at each exec (AT_RANDOM in getauxval(3)).
using ExecStamp = std::array<uint8_t, 16>;
std::optional<ExecStamp> exec_stamp(pid_t pid);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_EXEC_CREDS_H_
