// Unsupported: what programs asked for and didn't get, for `unetns run --report-unsupported`.
#ifndef UNETNS_RUNTIME_UNSUPPORTED_H_
#define UNETNS_RUNTIME_UNSUPPORTED_H_

#include <cstdint>
#include <map>
#include <string>

namespace unetns {

class Unsupported {
 public:
  void note(std::string what) {
    if (counts_.size() < kMax || counts_.contains(what)) ++counts_[std::move(what)];
  }
  const std::map<std::string, uint64_t>& counts() const { return counts_; }

 private:
  static constexpr size_t kMax = 1000;
  std::map<std::string, uint64_t> counts_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_UNSUPPORTED_H_
