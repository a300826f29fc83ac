#include "socket/socket_filter.h"

#include <algorithm>
#include <array>
#include <optional>

namespace unetns {
namespace {

bool known_opcode(uint16_t code) {
  switch (BPF_CLASS(code)) {
    case BPF_LD:
      return (BPF_MODE(code) == BPF_ABS || BPF_MODE(code) == BPF_IND)
                 ? BPF_SIZE(code) == BPF_W || BPF_SIZE(code) == BPF_H || BPF_SIZE(code) == BPF_B
                 : BPF_SIZE(code) == BPF_W &&
                       (BPF_MODE(code) == BPF_IMM || BPF_MODE(code) == BPF_MEM ||
                        BPF_MODE(code) == BPF_LEN);
    case BPF_LDX:
      return (BPF_SIZE(code) == BPF_B && BPF_MODE(code) == BPF_MSH) ||
             (BPF_SIZE(code) == BPF_W && (BPF_MODE(code) == BPF_IMM || BPF_MODE(code) == BPF_MEM ||
                                          BPF_MODE(code) == BPF_LEN));
    case BPF_ST:
    case BPF_STX:
      return code == BPF_CLASS(code);
    case BPF_ALU:
      return BPF_OP(code) <= BPF_XOR;
    case BPF_JMP:
      return BPF_OP(code) <= BPF_JSET;
    case BPF_RET:
      return (code & ~(BPF_RET | BPF_A | BPF_X)) == 0;
    case BPF_MISC:
      return code == (BPF_MISC | BPF_TAX) || code == (BPF_MISC | BPF_TXA);
  }
  return false;
}

bool valid(const std::vector<sock_filter>& p) {
  for (size_t pc = 0; pc < p.size(); pc++) {
    const sock_filter& f = p[pc];
    if (!known_opcode(f.code)) return false;
    switch (f.code) {
      case BPF_ALU | BPF_DIV | BPF_K:
      case BPF_ALU | BPF_MOD | BPF_K:
        if (f.k == 0) return false;
        break;
      case BPF_ALU | BPF_LSH | BPF_K:
      case BPF_ALU | BPF_RSH | BPF_K:
        if (f.k >= 32) return false;
        break;
      case BPF_LD | BPF_MEM:
      case BPF_LDX | BPF_MEM:
      case BPF_ST:
      case BPF_STX:
        if (f.k >= BPF_MEMWORDS) return false;
        break;
      case BPF_JMP | BPF_JA:
        if (f.k >= p.size() - pc - 1) return false;
        break;
      default:
        if (BPF_CLASS(f.code) == BPF_JMP && pc + f.jt + 1 >= p.size()) return false;
        if (BPF_CLASS(f.code) == BPF_JMP && pc + f.jf + 1 >= p.size()) return false;
    }
  }
  return BPF_CLASS(p.back().code) == BPF_RET;
}

// Big-endian load of 1, 2 or 4 bytes; negative offsets address ancillary data or the network
// header.
std::optional<uint32_t> load_at(Bytes data, uint32_t k, uint16_t size, const FilterFacts& facts) {
  int64_t at = static_cast<int32_t>(k);
  if (at < 0) {
    if (at >= SKF_AD_OFF) {
      switch (at - SKF_AD_OFF) {
        case SKF_AD_PROTOCOL:
          return facts.protocol;
        case SKF_AD_PKTTYPE:
          return facts.packet_type;
        case SKF_AD_IFINDEX:
          return static_cast<uint32_t>(facts.ifindex);
        case SKF_AD_MARK:
          return facts.mark;
        case SKF_AD_RANDOM:
          return facts.random;
        default:
          return 0;
      }
    }
    if (at < SKF_NET_OFF) return std::nullopt;
    at = at - SKF_NET_OFF + static_cast<int64_t>(facts.network_offset);
  }
  const size_t bytes = size == BPF_W ? 4 : size == BPF_H ? 2 : 1;
  if (static_cast<uint64_t>(at) + bytes > data.size()) return std::nullopt;
  const uint8_t* p = data.data() + at;
  return bytes == 4 ? load_be32(p) : bytes == 2 ? load_be16(p) : *p;
}

uint32_t alu(uint16_t op, uint32_t a, uint32_t v) {
  switch (op) {
    case BPF_ADD:
      return a + v;
    case BPF_SUB:
      return a - v;
    case BPF_MUL:
      return a * v;
    case BPF_DIV:
      return a / v;
    case BPF_MOD:
      return a % v;
    case BPF_OR:
      return a | v;
    case BPF_AND:
      return a & v;
    case BPF_XOR:
      return a ^ v;
    case BPF_LSH:
      return v < 32 ? a << v : 0;
    case BPF_RSH:
      return v < 32 ? a >> v : 0;
    default:
      return -a;  // BPF_NEG
  }
}

bool jumps(uint16_t op, uint32_t a, uint32_t v) {
  switch (op) {
    case BPF_JEQ:
      return a == v;
    case BPF_JGT:
      return a > v;
    case BPF_JGE:
      return a >= v;
    default:
      return a & v;  // BPF_JSET
  }
}

}  // namespace

Result<std::unique_ptr<SocketFilter>> SocketFilter::create(Bytes instructions) {
  const size_t count = instructions.size() / sizeof(sock_filter);
  if (count == 0 || count > BPF_MAXINSNS) return fail(EINVAL);
  std::vector<sock_filter> program(count);
  std::memcpy(program.data(), instructions.data(), count * sizeof(sock_filter));
  if (!valid(program)) return fail(EINVAL);
  return std::unique_ptr<SocketFilter>(new SocketFilter(std::move(program)));
}

uint32_t SocketFilter::run(Bytes data, const FilterFacts& facts) const {
  uint32_t a = 0, x = 0;
  std::array<uint32_t, BPF_MEMWORDS> mem{};
  for (size_t pc = 0; pc < program_.size(); pc++) {
    const sock_filter& f = program_[pc];
    switch (BPF_CLASS(f.code)) {
      case BPF_LD:
        switch (BPF_MODE(f.code)) {
          case BPF_ABS:
          case BPF_IND: {
            const uint32_t at = BPF_MODE(f.code) == BPF_IND ? f.k + x : f.k;
            const auto v = load_at(data, at, BPF_SIZE(f.code), facts);
            if (!v) return 0;
            a = *v;
            break;
          }
          case BPF_LEN:
            a = static_cast<uint32_t>(data.size());
            break;
          case BPF_MEM:
            a = mem[f.k];
            break;
          default:
            a = f.k;
        }
        break;
      case BPF_LDX:
        if (BPF_MODE(f.code) == BPF_MSH) {
          if (f.k >= data.size()) return 0;
          x = (data[f.k] & 0xfu) * 4;
        } else {
          x = BPF_MODE(f.code) == BPF_LEN   ? static_cast<uint32_t>(data.size())
              : BPF_MODE(f.code) == BPF_MEM ? mem[f.k]
                                            : f.k;
        }
        break;
      case BPF_ST:
        mem[f.k] = a;
        break;
      case BPF_STX:
        mem[f.k] = x;
        break;
      case BPF_ALU: {
        const uint32_t v = BPF_SRC(f.code) == BPF_X ? x : f.k;
        const uint16_t op = BPF_OP(f.code);
        if ((op == BPF_DIV || op == BPF_MOD) && v == 0) return 0;
        a = alu(op, a, v);
        break;
      }
      case BPF_JMP:
        if (BPF_OP(f.code) == BPF_JA)
          pc += f.k;
        else
          pc += jumps(BPF_OP(f.code), a, BPF_SRC(f.code) == BPF_X ? x : f.k) ? f.jt : f.jf;
        break;
      case BPF_RET:
        return BPF_RVAL(f.code) == BPF_A ? a : BPF_RVAL(f.code) == BPF_X ? x : f.k;
      default:
        if (BPF_MISCOP(f.code) == BPF_TAX)
          x = a;
        else
          a = x;
    }
  }
  return 0;
}

Result<std::unique_ptr<SocketFilter>> SocketFilter::from_option(Bytes value) {
  if (value.size() < sizeof(sock_fprog)) return fail(EINVAL);
  const size_t count = load<sock_fprog>(value.data()).len;
  const Bytes code = value.subspan(sizeof(sock_fprog));
  if (count == 0 || count > BPF_MAXINSNS) return fail(EINVAL);
  if (code.size() < count * sizeof(sock_filter)) return fail(EFAULT);
  return create(code.first(count * sizeof(sock_filter)));
}

bool SocketFilter::admit(const SocketFilter* filter, Packet& packet, size_t keep) {
  if (!filter) return true;
  packet.linearize();
  const PacketMeta& m = packet.meta();
  FilterFacts facts;
  facts.protocol = m.protocol;
  facts.packet_type = static_cast<uint8_t>(m.type);
  facts.ifindex = m.iif;
  facts.mark = m.mark;
  const uint32_t kept = filter->run(packet.head(), facts);
  if (kept == 0) return false;
  packet.trim(std::max<size_t>(kept, keep));
  return true;
}

}  // namespace unetns
