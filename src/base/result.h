// Result<T>: what every fallible function of unetns returns.
//
// An Error is a positive Linux errno (errno(3)) and, where the failure may reach a program through
// netlink, the text of its extended ack. No exception crosses a module border.
#ifndef UNETNS_BASE_RESULT_H_
#define UNETNS_BASE_RESULT_H_

#include <cerrno>
#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace unetns {

struct Error {
  int code = 0;         // positive errno
  std::string message;  // NLMSGERR_ATTR_MSG text, or empty
  uint32_t offset =
      0;  // NLMSGERR_ATTR_OFFS: byte offset in the request of the bad attribute, 0: none
  uint16_t missing = 0;  // NLMSGERR_ATTR_MISS_TYPE: type of a missing attribute, 0: none
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(int code, std::string message = {}) {
  return std::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace unetns

// Returns from the enclosing function with the error of `expr`, if it has one.
#define UNETNS_TRY(expr)                                                       \
  do {                                                                         \
    if (auto unetns_try_ = (expr); !unetns_try_.has_value())                   \
      return std::unexpected<::unetns::Error>(std::move(unetns_try_).error()); \
  } while (0)

#define UNETNS_CONCAT_(a, b) a##b
#define UNETNS_CONCAT(a, b) UNETNS_CONCAT_(a, b)
// Declares `decl` from the value of `expr`, or returns its error.
#define UNETNS_ASSIGN(decl, expr) \
  UNETNS_ASSIGN_IMPL_(UNETNS_CONCAT(unetns_r_, __LINE__), decl, expr)
#define UNETNS_ASSIGN_IMPL_(tmp, decl, expr)                                             \
  auto tmp = (expr);                                                                     \
  if (!tmp.has_value()) return std::unexpected<::unetns::Error>(std::move(tmp).error()); \
  decl = std::move(*tmp)

#endif  // UNETNS_BASE_RESULT_H_
