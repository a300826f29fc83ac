// Outcome: what a syscall handler decided. Handlers don't know how the call arrived.
#ifndef UNETNS_RUNTIME_OUTCOME_H_
#define UNETNS_RUNTIME_OUTCOME_H_

#include <cstdint>

#include "base/result.h"
#include "host/unique_fd.h"

namespace unetns {

struct Outcome {
  enum class Kind : uint8_t {
    kReturn,    // value to return
    kError,     // errno to fail with
    kNative,    // let the kernel run it
    kInstall,   // put `fd` into the program; its number is the return value
    kAnswered,  // the handler has answered already
    kBlocked,  // parked: the handler is called again when the file it waits for changes, or time is
               // up
  };
  Kind kind;
  int64_t value = 0;
  UniqueFd fd{};
  bool cloexec = false;
  bool high = false;  // to be numbered from kHighFirst on (filter.h), if there is room

  static Outcome ret(int64_t v) { return {Kind::kReturn, v}; }
  static Outcome err(int e) { return {Kind::kError, e}; }
  static Outcome native() { return {Kind::kNative}; }
  static Outcome answered() { return {Kind::kAnswered}; }
  static Outcome blocked() { return {Kind::kBlocked}; }
  static Outcome install(UniqueFd fd, bool cloexec, bool high = false) {
    return {Kind::kInstall, 0, std::move(fd), cloexec, high};
  }
  template <class T>
  static Outcome of(const Result<T>& r) {
    if (!r) return err(r.error().code);
    if constexpr (std::is_void_v<T>)
      return ret(0);
    else
      return ret(static_cast<int64_t>(*r));
  }
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_OUTCOME_H_
