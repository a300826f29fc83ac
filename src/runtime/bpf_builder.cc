#include "runtime/bpf_builder.h"

#include <fcntl.h>

#include <cerrno>

namespace unetns {
namespace {

sock_filter stmt(uint16_t code, uint32_t k) { return BPF_STMT(code, k); }
sock_filter jump(uint16_t code, uint32_t k, uint8_t yes, uint8_t no) {
  return BPF_JUMP(code, k, yes, no);
}
sock_filter ret(uint32_t k) { return stmt(BPF_RET | BPF_K, k); }
sock_filter at(uint32_t offset) { return stmt(BPF_LD | BPF_W | BPF_ABS, offset); }
constexpr uint32_t kInstruction = offsetof(seccomp_data, instruction_pointer);
// Little-endian: the low word of an argument comes first.
sock_filter low(int arg) {
  return at(static_cast<uint32_t>(offsetof(seccomp_data, args) + 8 * arg));
}
sock_filter high(int arg) {
  return at(static_cast<uint32_t>(offsetof(seccomp_data, args) + 8 * arg + 4));
}

constexpr uint16_t kJeq = BPF_JMP | BPF_JEQ | BPF_K;
constexpr uint16_t kJset = BPF_JMP | BPF_JSET | BPF_K;
constexpr uint16_t kJge = BPF_JMP | BPF_JGE | BPF_K;
constexpr uint16_t kAnd = BPF_ALU | BPF_AND | BPF_K;

// `verdict` when what is loaded is one of the values, else allowed: values.size() + 2 instructions.
void append_choice(std::vector<sock_filter>& body, const std::vector<uint32_t>& values,
                   uint32_t verdict) {
  for (size_t i = 0; i < values.size(); i++)
    body.push_back(jump(kJeq, values[i], static_cast<uint8_t>(values.size() - i), 0));
  body.push_back(ret(SECCOMP_RET_ALLOW));
  body.push_back(ret(verdict));
}

}  // namespace

BpfBuilder::BpfBuilder(uint32_t audit_arch) {
  code_.push_back(stmt(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)));
  code_.push_back(jump(kJeq, audit_arch, 1, 0));
  code_.push_back(ret(SECCOMP_RET_ERRNO | ENOSYS));  // a foreign ABI would pass by us
  code_.push_back(stmt(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
#ifdef __x86_64__
  code_.push_back(jump(kJge, 0x40000000, 0, 1));  // x32
  code_.push_back(ret(SECCOMP_RET_ERRNO | ENOSYS));
#endif
}

void BpfBuilder::block(long nr, const std::vector<sock_filter>& body) {
  code_.push_back(jump(kJeq, static_cast<uint32_t>(nr), 0, static_cast<uint8_t>(body.size())));
  code_.insert(code_.end(), body.begin(), body.end());
}

void BpfBuilder::always(long nr, uint32_t verdict) { block(nr, {ret(verdict)}); }

void BpfBuilder::if_any_bit(long nr, int arg, uint32_t mask, uint32_t verdict) {
  block(nr, {low(arg), jump(kJset, mask, 0, 1), ret(verdict), ret(SECCOMP_RET_ALLOW)});
}

void BpfBuilder::if_equal(long nr, int arg, const std::vector<uint32_t>& values, uint32_t verdict) {
  std::vector<sock_filter> body{low(arg)};
  append_choice(body, values, verdict);
  block(nr, body);
}

void BpfBuilder::unless_equal(long nr, int arg, uint32_t value, uint32_t verdict) {
  block(nr, {low(arg), jump(kJeq, value, 1, 0), ret(verdict), ret(SECCOMP_RET_ALLOW)});
}

void BpfBuilder::unless_bit_outside(long nr, int arg, uint32_t mask, uint32_t first, uint32_t end,
                                    uint32_t verdict, uint32_t word) {
  std::vector<sock_filter> body;
  if (word)
    body = {low(4), jump(kJeq, word, 0, 3), low(5), jump(kJeq, word, 0, 1), ret(SECCOMP_RET_ALLOW)};
  if (arg >= 0) body.insert(body.end(), {low(arg), jump(kJset, mask, 1, 0), ret(verdict)});
  // Negative numbers (AT_FDCWD) are large ones here.
  body.insert(body.end(), {low(0), jump(kJge, 0x80000000, 2, 0), jump(kJge, first, 0, 2),
                           jump(kJge, end, 1, 0), ret(verdict), ret(SECCOMP_RET_ALLOW)});
  block(nr, body);
}

void BpfBuilder::prctls(long nr, const std::vector<uint32_t>& options, uint32_t indexed,
                        const std::optional<std::vector<uint32_t>>& values, uint32_t verdict) {
  std::vector<sock_filter> body{low(0)};
  if (values) {
    const auto n = static_cast<uint8_t>(values->size());
    body.push_back(jump(kJeq, indexed, 0, static_cast<uint8_t>(n + 3)));
    body.push_back(low(1));
    append_choice(body, *values, verdict);
  } else {
    body.insert(body.end(), {jump(kJeq, indexed, 0, 1), ret(verdict)});
  }
  append_choice(body, options, verdict);
  block(nr, body);
}

void BpfBuilder::shared_mapping(long nr, uint32_t end, uint32_t verdict) {
  constexpr uint32_t kWrite = 2, kType = 0xf, kShared = 1, kAnonymous = 0x20;
  block(nr, {low(2), jump(kJset, kWrite, 0, 7), low(3), jump(kJset, kAnonymous, 5, 0),
             stmt(kAnd, kType), jump(kJeq, kShared, 0, 3), low(4), jump(kJge, end, 1, 0),
             ret(verdict), ret(SECCOMP_RET_ALLOW)});
}

void BpfBuilder::unless_pass(long nr, uint32_t word, uint32_t verdict) {
  block(nr, {low(3), jump(kJeq, word, 0, 5), low(4), jump(kJeq, word, 0, 3), low(5),
             jump(kJeq, word, 0, 1), ret(SECCOMP_RET_ALLOW), ret(verdict)});
}

void BpfBuilder::openat_unless(long nr, uint32_t word, int loader_offset, uint32_t verdict) {
  constexpr uint32_t kFlags = O_RDONLY | O_CLOEXEC, kFar = 16 << 20;
  const std::vector<sock_filter> pass{low(3),
                                      jump(kJeq, word, 0, 5),
                                      low(4),
                                      jump(kJeq, word, 0, 3),
                                      low(5),
                                      jump(kJeq, word, 0, 1),
                                      ret(SECCOMP_RET_ALLOW),
                                      ret(verdict)};
  std::vector<sock_filter> body;
  if (loader_offset >= 0)
    // The loader keeps the names of libraries in pages of its own, mapped before and among them.
    body = {low(2),
            jump(kJeq, kFlags, 0, 16),
            low(0),
            jump(kJeq, static_cast<uint32_t>(AT_FDCWD), 0, 14),
            at(kInstruction),
            stmt(kAnd, 0xfff),
            jump(kJeq, static_cast<uint32_t>(loader_offset), 0, 11),
            at(kInstruction + 4),
            stmt(BPF_MISC | BPF_TAX, 0),
            high(1),
            jump(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 7),
            low(1),
            stmt(BPF_MISC | BPF_TAX, 0),
            at(kInstruction),
            stmt(BPF_ALU | BPF_SUB | BPF_X, 0),
            stmt(BPF_ALU | BPF_ADD | BPF_K, kFar),
            jump(kJge, 2 * kFar, 1, 0),
            ret(SECCOMP_RET_ALLOW)};
  body.insert(body.end(), pass.begin(), pass.end());
  block(nr, body);
}

void BpfBuilder::access_unless(long nr, const FixedCall& call, uint32_t verdict) {
  constexpr uint32_t kReadable = 4;
  block(nr,
        {low(1), jump(kJeq, kReadable, 0, 12), at(kInstruction + 4), stmt(BPF_MISC | BPF_TAX, 0),
         high(0), jump(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 8), at(kInstruction),
         stmt(BPF_MISC | BPF_TAX, 0), low(0), stmt(BPF_ALU | BPF_SUB | BPF_X, 0),
         jump(kJeq, call.distance, 0, 3), at(kInstruction), stmt(kAnd, 0xfff),
         jump(kJeq, call.page_offset, 1, 0), ret(verdict), ret(SECCOMP_RET_ALLOW)});
}

void BpfBuilder::unless_word(long nr, int arg, uint32_t word, uint32_t verdict) {
  block(nr, {low(arg), jump(kJeq, word, 0, 1), ret(SECCOMP_RET_ALLOW), ret(verdict)});
}

void BpfBuilder::network_ioctls(long nr, uint32_t verdict) {
  block(nr, {low(1), jump(kJeq, 0x5411, 9, 0), jump(kJeq, 0x541b, 8, 0), stmt(kAnd, 0xff00),
             jump(kJeq, 0x8900, 6, 0), jump(kJeq, 0xb700, 5, 0), jump(kJeq, 0x5400, 0, 3), low(1),
             stmt(kAnd, 0xff), jump(kJge, 200, 1, 0), ret(SECCOMP_RET_ALLOW), ret(verdict)});
}

std::vector<sock_filter> BpfBuilder::finish() {
  code_.push_back(ret(SECCOMP_RET_ALLOW));
  return std::move(code_);
}

}  // namespace unetns
