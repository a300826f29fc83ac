#include "runtime/program_memory.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>

namespace unetns {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kMaxIov = 1024;  // UIO_MAXIOV
#ifdef __x86_64__
constexpr uint64_t kMemoryEnd = uint64_t{1} << 47;  // of what a program can have
#else
constexpr uint64_t kMemoryEnd = uint64_t{1} << 48;
#endif

// process_vm_* fail with ESRCH when the program is gone and EPERM when it hides its memory; for the
// program itself both look like a bad pointer.
Result<void> check(ssize_t n, size_t want) {
  if (n >= 0 && static_cast<size_t>(n) == want) return {};
  return fail(EFAULT);
}

}  // namespace

Result<void> ProgramMemory::read(uint64_t address, MutableBytes out) const {
  if (out.empty()) return {};
  iovec local{out.data(), out.size()};
  iovec remote{reinterpret_cast<void*>(address), out.size()};
  return check(process_vm_readv(tid_, &local, 1, &remote, 1, 0), out.size());
}

Result<void> ProgramMemory::write(uint64_t address, Bytes data) const {
  if (data.empty()) return {};
  iovec local{const_cast<uint8_t*>(data.data()), data.size()};
  iovec remote{reinterpret_cast<void*>(address), data.size()};
  return check(process_vm_writev(tid_, &local, 1, &remote, 1, 0), data.size());
}

namespace {

// process_vm_readv(2) or process_vm_writev(2) over pieces that name an address and a local buffer.
template <class Transfer, class Piece, class Local>
Result<void> transfer(Transfer call, pid_t tid, std::span<const Piece> pieces, Local&& local) {
  constexpr size_t kAtOnce = 64;
  while (!pieces.empty()) {
    std::array<iovec, kAtOnce> ours, theirs;
    size_t n = 0, total = 0;
    const size_t some = std::min(pieces.size(), kAtOnce);
    for (const Piece& p : pieces.first(some)) {
      const auto bytes = local(p);
      if (bytes.empty()) continue;
      ours[n] = {const_cast<uint8_t*>(bytes.data()), bytes.size()};
      theirs[n++] = {reinterpret_cast<void*>(p.address), bytes.size()};
      total += bytes.size();
    }
    pieces = pieces.subspan(some);
    if (n > 0) UNETNS_TRY(check(call(tid, ours.data(), n, theirs.data(), n, 0), total));
  }
  return {};
}

}  // namespace

Result<void> ProgramMemory::read(std::span<const Into> pieces) const {
  return transfer(process_vm_readv, tid_, pieces, [](const Into& p) { return p.out; });
}

Result<void> ProgramMemory::write(std::span<const From> pieces) const {
  return transfer(process_vm_writev, tid_, pieces, [](const From& p) { return p.data; });
}

namespace {
constexpr size_t kFirstPiece = 256;
// Never across a page border: the next page may not be there.
size_t to_page_end(uint64_t address) { return kPage - (address % kPage); }
}  // namespace

void ProgramMemory::read_strings(std::span<const uint64_t> addresses, size_t max,
                                 std::span<Result<std::string>> out) const {
  constexpr size_t kMost = 4;
  std::array<std::array<char, kFirstPiece>, kMost> buffers;
  std::array<iovec, kMost> ours{}, theirs{};
  const size_t some = std::min(addresses.size(), kMost);
  for (size_t i = 0; i < some; i++) {
    const size_t n = std::min({kFirstPiece, to_page_end(addresses[i]), max});
    ours[i] = {buffers[i].data(), n};
    theirs[i] = {reinterpret_cast<void*>(addresses[i]), n};
  }
  ssize_t left = process_vm_readv(tid_, ours.data(), some, theirs.data(), some, 0);
  for (size_t i = 0; i < addresses.size(); i++) {
    const size_t n = i < some ? ours[i].iov_len : 0;
    const bool got = n > 0 && left >= static_cast<ssize_t>(n);
    left -= static_cast<ssize_t>(n);
    const void* nul = got ? std::memchr(buffers[i].data(), 0, n) : nullptr;
    if (nul)
      out[i] = std::string(buffers[i].data());
    else  // it is longer, or one before it can't be read
      out[i] = read_string(addresses[i], max);
  }
}

Result<std::string> ProgramMemory::read_string(uint64_t address, size_t max) const {
  std::string out;
  char buffer[kPage];
  while (out.size() < max) {
    size_t want = std::min(to_page_end(address), max - out.size());
    if (out.empty()) want = std::min(want, kFirstPiece);
    iovec local{buffer, want};
    iovec remote{reinterpret_cast<void*>(address), want};
    const ssize_t n = process_vm_readv(tid_, &local, 1, &remote, 1, 0);
    if (n <= 0) return fail(EFAULT);
    if (const void* nul = std::memchr(buffer, 0, static_cast<size_t>(n))) {
      out.append(buffer, static_cast<size_t>(static_cast<const char*>(nul) - buffer));
      return out;
    }
    out.append(buffer, static_cast<size_t>(n));
    address += static_cast<uint64_t>(n);
  }
  return fail(ENAMETOOLONG);
}

bool ProgramMemory::possible(uint64_t address, size_t length) {
  return address <= kMemoryEnd && length <= kMemoryEnd - address;
}

Result<std::vector<iovec>> ProgramMemory::read_iovec(uint64_t address, size_t count) const {
  if (count > kMaxIov) return fail(EMSGSIZE);
  std::vector<iovec> vec(count);
  UNETNS_TRY(read(address, {reinterpret_cast<uint8_t*>(vec.data()), count * sizeof(iovec)}));
  for (const iovec& v : vec)
    if (v.iov_len > SSIZE_MAX) return fail(EINVAL);
  size_t total = 0;
  for (iovec& v : vec) {
    // The length of a single part is cut before its place is looked at, that of several after.
    if (count == 1) v.iov_len = std::min(v.iov_len, kMaxAtOnce);
    const auto base = reinterpret_cast<uint64_t>(v.iov_base);
    if (!possible(base, v.iov_len)) return fail(EFAULT);
    v.iov_len = std::min(v.iov_len, kMaxAtOnce - total);
    total += v.iov_len;
  }
  return vec;
}

Result<ByteVector> ProgramMemory::gather(const std::vector<iovec>& vec, size_t max) const {
  size_t total = 0;
  for (const iovec& v : vec) total += v.iov_len;
  ByteVector out(std::min(total, max));
  std::vector<Into> pieces;
  gather_pieces(vec, out, pieces);
  UNETNS_TRY(read(pieces));
  return out;
}

void ProgramMemory::gather_pieces(const std::vector<iovec>& vec, MutableBytes out,
                                  std::vector<Into>& pieces) {
  size_t done = 0;
  for (const iovec& v : vec) {
    const size_t n = std::min<size_t>(v.iov_len, out.size() - done);
    pieces.push_back({reinterpret_cast<uint64_t>(v.iov_base), out.subspan(done, n)});
    done += n;
  }
}

size_t ProgramMemory::scatter_over(const std::vector<iovec>& vec, Bytes data,
                                   std::vector<From>& out) {
  size_t done = 0;
  for (const iovec& v : vec) {
    if (done == data.size()) break;
    const size_t n = std::min<size_t>(v.iov_len, data.size() - done);
    out.push_back({reinterpret_cast<uint64_t>(v.iov_base), data.subspan(done, n)});
    done += n;
  }
  return done;
}

Result<size_t> ProgramMemory::scatter(const std::vector<iovec>& vec, Bytes data) const {
  std::vector<From> pieces;
  const size_t done = scatter_over(vec, data, pieces);
  UNETNS_TRY(write(pieces));
  return done;
}

}  // namespace unetns
