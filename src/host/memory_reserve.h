// MemoryReserve: memory set aside for when there is none left. An operation that finds none in its
// middle is finished with it, so that it never leaves half of its changes; and whoever begins
// another asks whole() first, and refuses with ENOMEM while nothing has changed yet.
//
// It is the new-handler of the process: there is one at a time, made and destroyed by the thread
// that allocates.
#ifndef UNETNS_HOST_MEMORY_RESERVE_H_
#define UNETNS_HOST_MEMORY_RESERVE_H_

#include <array>
#include <cstddef>
#include <new>

namespace unetns {

class MemoryReserve {
 public:
  explicit MemoryReserve(size_t bytes);
  ~MemoryReserve();
  MemoryReserve(const MemoryReserve&) = delete;
  MemoryReserve& operator=(const MemoryReserve&) = delete;

  // Whether it is there. Where it was used up, tries to set it aside again.
  bool whole() { return whole_ || set_aside(); }
  size_t times_used() const { return times_used_; }

 private:
  static void out_of_memory();
  bool set_aside();
  void give_back();

  // One half in one piece, for a table that grows; the other in many, which are found also where
  // what was given back lies scattered. Their pages are never touched.
  const size_t bytes_;
  std::array<void*, 65> blocks_{};
  bool whole_ = false;
  size_t times_used_ = 0;
  std::new_handler before_;
};

}  // namespace unetns

#endif  // UNETNS_HOST_MEMORY_RESERVE_H_
