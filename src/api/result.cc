#include "unetns/result.h"

#include <cstring>

namespace unetns {

std::string describe(const Error& error) {
  std::string out;
  if (!error.message.empty()) out = error.message + ": ";
  const char* text = ::strerrordesc_np(error.code);
  out += text ? text : "unknown error";
  const char* name = ::strerrorname_np(error.code);
  out += " (" + (name ? std::string(name) : std::to_string(error.code)) + ")";
  return out;
}

}  // namespace unetns
