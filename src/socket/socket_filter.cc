#include "socket/socket_filter.h"

#include <algorithm>
#include <array>

#include "netdev/net_device.h"

namespace unetns {
namespace {

constexpr auto kAncillary = static_cast<uint32_t>(SKF_AD_OFF);

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
      return a << (v & 31);  // as the machine shifts
    case BPF_RSH:
      return a >> (v & 31);
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
  if (!filter_valid(program)) return fail(EINVAL);
  return std::unique_ptr<SocketFilter>(new SocketFilter(std::move(program)));
}

uint32_t SocketFilter::run(Bytes data, const FilterFacts& facts) const {
  const FilterInput input(data, facts);
  uint32_t a = 0, x = 0;
  std::array<uint32_t, BPF_MEMWORDS> mem{};
  for (size_t pc = 0; pc < program_.size(); pc++) {
    const sock_filter& f = program_[pc];
    switch (BPF_CLASS(f.code)) {
      case BPF_LD:
        switch (BPF_MODE(f.code)) {
          case BPF_ABS:
          case BPF_IND: {
            const bool indexed = BPF_MODE(f.code) == BPF_IND;
            const auto v = !indexed && f.k >= kAncillary
                               ? input.ancillary(f.k - kAncillary, a, x)
                               : input.load(indexed ? f.k + x : f.k, BPF_SIZE(f.code));
            if (!v) return 0;
            a = *v;
            break;
          }
          case BPF_LEN:
            a = input.size();
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
          const auto byte = input.load(f.k, BPF_B);
          if (!byte) return 0;
          x = (*byte & 0xfu) * 4;
        } else {
          x = BPF_MODE(f.code) == BPF_LEN   ? input.size()
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
        return BPF_RVAL(f.code) == BPF_A ? a : f.k;
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
  const PacketMeta& m = packet.meta();
  FilterFacts facts;
  facts.link = packet.mac();
  facts.network = packet.network();
  facts.packet = &packet;
  if (m.dev) {
    facts.hardware_type = m.dev->type;
    facts.rng = &m.dev->net().env().rng;
  }
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
