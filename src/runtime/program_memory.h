// Reads and writes the memory of a program (process_vm_readv(2)). Every pointer is hostile: EFAULT
// is an answer.
#ifndef UNETNS_RUNTIME_PROGRAM_MEMORY_H_
#define UNETNS_RUNTIME_PROGRAM_MEMORY_H_

#include <sys/types.h>
#include <sys/uio.h>

#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace unetns {

class ProgramMemory {
 public:
  explicit ProgramMemory(pid_t tid) : tid_(tid) {}

  Result<void> read(uint64_t address, MutableBytes out) const;  // all or EFAULT
  Result<void> write(uint64_t address, Bytes data) const;
  // Several at once, which costs little more than one: all or EFAULT, then some may be done.
  struct Into {
    uint64_t address;
    MutableBytes out;
  };
  struct From {
    uint64_t address;
    Bytes data;
  };
  Result<void> read(std::span<const Into> pieces) const;
  Result<void> write(std::span<const From> pieces) const;
  template <class T>
  Result<T> read_object(uint64_t address) const {
    T v{};
    UNETNS_TRY(read(address, mutable_bytes_of(v)));
    return v;
  }
  template <class T>
  Result<void> write_object(uint64_t address, const T& v) const {
    return write(address, bytes_of(v));
  }
  // A NUL-terminated string of less than `max` bytes: ENAMETOOLONG beyond.
  Result<std::string> read_string(uint64_t address, size_t max) const;

  // Several of them, at the cost of little more than one.
  template <size_t N>
  std::array<Result<std::string>, N> read_strings(const std::array<uint64_t, N>& addresses,
                                                  size_t max) const {
    std::array<Result<std::string>, N> out;
    read_strings(addresses, max, out);
    return out;
  }

  // Whether a program can have such memory at all: data calls look at that first, before they wait.
  static bool possible(uint64_t address, size_t length);
  static constexpr size_t kMaxAtOnce = 0x7ffff000;  // what one call moves at most: read(2), NOTES

  // An array of struct iovec at `address`, as calls that get one check it: EMSGSIZE for more than
  // 1024, EINVAL for a negative length, EFAULT for what no program can have. The total is cut to
  // what one call moves (read(2)).
  Result<std::vector<iovec>> read_iovec(uint64_t address, size_t count) const;
  // Gathers at most `max` bytes of what the vector names.
  Result<ByteVector> gather(const std::vector<iovec>& vec, size_t max) const;
  // The same as pieces, to be read with others: out.size() bytes.
  static void gather_pieces(const std::vector<iovec>& vec, MutableBytes out,
                            std::vector<Into>& pieces);
  // Scatters data over the vector; returns how many bytes fitted.
  Result<size_t> scatter(const std::vector<iovec>& vec, Bytes data) const;
  // The same as pieces, to be written with others.
  static size_t scatter_over(const std::vector<iovec>& vec, Bytes data, std::vector<From>& out);

 private:
  void read_strings(std::span<const uint64_t> addresses, size_t max,
                    std::span<Result<std::string>> out) const;
  pid_t tid_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_PROGRAM_MEMORY_H_
