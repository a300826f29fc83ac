#include "host/memory_reserve.h"

#include <cstdlib>

namespace unetns {
namespace {
// A new-handler takes no argument.
MemoryReserve* the_one = nullptr;
}  // namespace

MemoryReserve::MemoryReserve(size_t bytes) : bytes_(bytes) {
  set_aside();
  the_one = this;
  before_ = std::set_new_handler(out_of_memory);
}

MemoryReserve::~MemoryReserve() {
  std::set_new_handler(before_);
  the_one = nullptr;
  give_back();
}

// operator new tries again when this returns.
void MemoryReserve::out_of_memory() {
  if (!the_one->whole_) throw std::bad_alloc();
  the_one->give_back();
  ++the_one->times_used_;
}

bool MemoryReserve::set_aside() {
  whole_ = true;
  for (void*& block : blocks_) {
    block = std::malloc(&block == &blocks_[0] ? bytes_ / 2 : bytes_ / 2 / (blocks_.size() - 1));
    if (block) continue;
    give_back();  // a part of it would only be missing elsewhere
    break;
  }
  return whole_;
}

void MemoryReserve::give_back() {
  for (void*& block : blocks_) {
    std::free(block);
    block = nullptr;
  }
  whole_ = false;
}

}  // namespace unetns
