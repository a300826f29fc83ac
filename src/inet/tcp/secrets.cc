#include "inet/tcp/secrets.h"

#include <bit>

#include "env/rng.h"

namespace unetns {
namespace {

struct SipState {
  uint64_t v0, v1, v2, v3;
  void round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }
};

uint64_t little_endian(uint64_t v) {
  return std::endian::native == std::endian::little ? v : __builtin_bswap64(v);
}

}  // namespace

uint64_t siphash24(const SipKey& key, Bytes data) {
  SipState s{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
             key[1] ^ 0x7465646279746573};
  auto absorb = [&s](uint64_t m) {
    s.v3 ^= m;
    s.round();
    s.round();
    s.v0 ^= m;
  };
  const size_t size = data.size();
  for (; data.size() >= 8; data = data.subspan(8))
    absorb(little_endian(load<uint64_t>(data.data())));
  uint64_t last = uint64_t{size} << 56;
  for (size_t i = 0; i < data.size(); i++) last |= uint64_t{data[i]} << (8 * i);
  absorb(last);
  s.v2 ^= 0xff;
  for (int i = 0; i < 4; i++) s.round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

TcpSecrets::TcpSecrets(Rng& rng) {
  for (SipKey* key : {&iss_, &ts_}) *key = {rng.u64(), rng.u64()};
}

uint32_t TcpSecrets::iss(Nanos now, Bytes tuple) const {
  return static_cast<uint32_t>(siphash24(iss_, tuple) + static_cast<uint64_t>(now.count() >> 6));
}

uint32_t TcpSecrets::ts_offset(Bytes addresses) const {
  return static_cast<uint32_t>(siphash24(ts_, addresses));
}

}  // namespace unetns
