// TruesizeTable: how many bytes of a sender's budget the kernel accounts for a queued datagram of a
// given length, learnt by sending one over a pair of our own.
#ifndef UNETNS_RUNTIME_TRUESIZE_H_
#define UNETNS_RUNTIME_TRUESIZE_H_

#include <absl/container/flat_hash_map.h>

#include <cstdint>

#include "host/unique_fd.h"

namespace unetns {

class TruesizeTable {
 public:
  TruesizeTable();
  // 0: could not be learnt (no pair).
  uint32_t of(uint32_t length);

 private:
  UniqueFd a_, b_;
  absl::flat_hash_map<uint32_t, uint32_t> known_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_TRUESIZE_H_
