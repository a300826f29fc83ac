#include "runtime/taken_names.h"

#include <algorithm>

namespace unetns {

uint64_t TakenNames::take(Bytes read) {
  const Bytes compared = read.first(std::min(read.size(), kCompared));
  auto it = std::ranges::find_if(
      taken_, [&](const Taken& taken) { return std::ranges::equal(taken.data, compared); });
  if (it == taken_.end())  // the read had no room for all of it
    it = std::ranges::find_if(taken_, [&](const Taken& taken) {
      return taken.data.size() > compared.size() &&
             std::ranges::equal(Bytes(taken.data).first(compared.size()), compared);
    });
  if (it == taken_.end()) return 0;
  const uint64_t peer = it->peer;
  taken_.erase(it);
  return peer;
}

}  // namespace unetns
