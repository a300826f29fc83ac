// Assembles a classic BPF program for seccomp, a block per syscall (seccomp(2), linux/filter.h).
#ifndef UNETNS_RUNTIME_BPF_BUILDER_H_
#define UNETNS_RUNTIME_BPF_BUILDER_H_

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace unetns {

// A call of code that is the same in every program, with a path that lies in that code's own
// constants: where in its page it is made, and how far from it, modulo 2^32, the path lies.
struct FixedCall {
  uint32_t page_offset = 0, distance = 0;
};

// Conditions look at the low 32 bits of an argument unless said otherwise. Every block is entered
// with the syscall number loaded and ends in a verdict; syscalls without a block are allowed.
class BpfBuilder {
 public:
  explicit BpfBuilder(uint32_t audit_arch);

  void always(long nr, uint32_t verdict);
  // `verdict` when the condition holds, else allowed.
  void if_any_bit(long nr, int arg, uint32_t mask, uint32_t verdict);
  void if_equal(long nr, int arg, const std::vector<uint32_t>& values, uint32_t verdict);
  void unless_equal(long nr, int arg, uint32_t value, uint32_t verdict);
  // `verdict`, unless a bit of `mask` is in the argument and argument 0 is a descriptor outside of
  // [first, end). arg -1: as if the bit were there. word: allowed when it stands in arguments 4
  // and 5; 0: none.
  void unless_bit_outside(long nr, int arg, uint32_t mask, uint32_t first, uint32_t end,
                          uint32_t verdict, uint32_t word = 0);
  // prctl: one of these options; `indexed` when argument 1 is one of the values, null: always.
  void prctls(long nr, const std::vector<uint32_t>& options, uint32_t indexed,
              const std::optional<std::vector<uint32_t>>& values, uint32_t verdict);
  // mmap: of a descriptor below `end`, shared and writable.
  void shared_mapping(long nr, uint32_t end, uint32_t verdict);
  // verdict, unless arguments 3, 4 and 5 hold these words: how our own start-up passes its own
  // filter.
  void unless_pass(long nr, uint32_t word, uint32_t verdict);
  // The same for openat(2), which passes also when it is the dynamic loader's: a call at this
  // offset in a page (-1: none), for reading, whose path lies in memory not far from it.
  void openat_unless(long nr, uint32_t word, int loader_offset, uint32_t verdict);
  // access(2): verdict, unless it is this call, with R_OK.
  void access_unless(long nr, const FixedCall& call, uint32_t verdict);
  // verdict, unless the argument holds the word.
  void unless_word(long nr, int arg, uint32_t word, uint32_t verdict);
  // ioctl: requests 0x8900-0x89ff, SIOCOUTQ (0x5411), TUN's ('T', 200 and up) and those of
  // namespaces (0xb7).
  void network_ioctls(long nr, uint32_t verdict);

  std::vector<sock_filter> finish();

 private:
  void block(long nr, const std::vector<sock_filter>& body);
  std::vector<sock_filter> code_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_BPF_BUILDER_H_
