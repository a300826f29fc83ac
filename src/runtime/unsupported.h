// Unsupported: what programs asked for and didn't get, for `unetns run --report-unsupported`.
#ifndef UNETNS_RUNTIME_UNSUPPORTED_H_
#define UNETNS_RUNTIME_UNSUPPORTED_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace unetns {

class Unsupported {
 public:
  void note(const std::optional<std::string>& what) {
    if (!what || (counts_.size() >= kMax && !counts_.contains(*what))) return;
    if (++counts_[*what] == 1 && on_first) on_first(*what);
  }
  // Told of each when it is noted for the first time.
  std::function<void(const std::string&)> on_first;
  const std::map<std::string, uint64_t>& counts() const { return counts_; }

 private:
  static constexpr size_t kMax = 1000;
  std::map<std::string, uint64_t> counts_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_UNSUPPORTED_H_
