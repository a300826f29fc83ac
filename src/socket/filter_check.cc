// Which classic BPF programs the kernel takes.
#include "socket/socket_filter.h"

namespace unetns {
namespace {

constexpr auto kAncillary = static_cast<uint32_t>(SKF_AD_OFF);
constexpr uint16_t kAllScratch = 0xffff;
static_assert(BPF_MEMWORDS == 16);

bool known_opcode(uint16_t code) {
  const uint16_t mode = BPF_MODE(code), size = BPF_SIZE(code);
  if (code > 0xff) return false;
  switch (BPF_CLASS(code)) {
    case BPF_LD:
      if (mode == BPF_ABS || mode == BPF_IND)
        return size == BPF_W || size == BPF_H || size == BPF_B;
      return size == BPF_W && (mode == BPF_IMM || mode == BPF_MEM || mode == BPF_LEN);
    case BPF_LDX:
      if (mode == BPF_MSH) return size == BPF_B;
      return size == BPF_W && (mode == BPF_IMM || mode == BPF_MEM || mode == BPF_LEN);
    case BPF_ST:
    case BPF_STX:
      return code == BPF_CLASS(code);
    case BPF_ALU:
      return BPF_OP(code) <= BPF_XOR && code != (BPF_ALU | BPF_NEG | BPF_X);
    case BPF_JMP:
      return BPF_OP(code) <= BPF_JSET && code != (BPF_JMP | BPF_JA | BPF_X);
    case BPF_RET:
      return code == (BPF_RET | BPF_K) || code == (BPF_RET | BPF_A);
    default:
      return code == (BPF_MISC | BPF_TAX) || code == (BPF_MISC | BPF_TXA);
  }
}

bool known_ancillary(uint32_t number) {
  return number % 4 == 0 && number <= SKF_AD_VLAN_TPID;  // all below SKF_AD_MAX there are
}

// The operand of one instruction that is right by its opcode; `left`: instructions behind it.
bool operand_fits(const sock_filter& f, size_t left) {
  switch (f.code) {
    case BPF_ALU | BPF_DIV | BPF_K:
    case BPF_ALU | BPF_MOD | BPF_K:
      return f.k != 0;
    case BPF_ALU | BPF_LSH | BPF_K:
    case BPF_ALU | BPF_RSH | BPF_K:
      return f.k < 32;
    case BPF_LD | BPF_MEM:
    case BPF_LDX | BPF_MEM:
    case BPF_ST:
    case BPF_STX:
      return f.k < BPF_MEMWORDS;
    case BPF_LD | BPF_W | BPF_ABS:
    case BPF_LD | BPF_H | BPF_ABS:
    case BPF_LD | BPF_B | BPF_ABS:
      return f.k < kAncillary || known_ancillary(f.k - kAncillary);
    case BPF_JMP | BPF_JA:
      return f.k < left;
    default:
      return BPF_CLASS(f.code) != BPF_JMP || (f.jt < left && f.jf < left);
  }
}

// Whether every scratch word is stored to, on each way there is, before it is loaded. Jumps go
// forward only, so one pass sees all ways to an instruction before the instruction.
bool scratch_is_stored_first(const std::vector<sock_filter>& program) {
  std::vector<uint16_t> stored(program.size(), kAllScratch);  // on all ways that jump there
  uint16_t here = 0;
  for (size_t pc = 0; pc < program.size(); pc++) {
    const sock_filter& f = program[pc];
    here &= stored[pc];
    if (f.code == BPF_ST || f.code == BPF_STX) {
      here = static_cast<uint16_t>(here | 1u << f.k);
    } else if (f.code == (BPF_LD | BPF_MEM) || f.code == (BPF_LDX | BPF_MEM)) {
      if (!(here >> f.k & 1)) return false;
    } else if (BPF_CLASS(f.code) == BPF_JMP) {
      if (f.code == (BPF_JMP | BPF_JA)) {
        stored[pc + 1 + f.k] &= here;
      } else {
        stored[pc + 1 + f.jt] &= here;
        stored[pc + 1 + f.jf] &= here;
      }
      here = kAllScratch;  // nothing falls through
    }
  }
  return true;
}

}  // namespace

bool filter_valid(const std::vector<sock_filter>& program) {
  for (size_t pc = 0; pc < program.size(); pc++)
    if (!known_opcode(program[pc].code) || !operand_fits(program[pc], program.size() - pc - 1))
      return false;
  return BPF_CLASS(program.back().code) == BPF_RET && scratch_is_stored_first(program);
}

}  // namespace unetns
