#include "inet/tcp/fastopen_keys.h"

#include <algorithm>
#include <cctype>

#include "env/rng.h"
#include "inet/tcp/secrets.h"

namespace unetns {
namespace {

constexpr size_t kWords = 4;

uint32_t word_at(Bytes bytes, size_t i) {
  const Bytes b = bytes.subspan(4 * i, 4);
  return uint32_t{b[0]} | uint32_t{b[1]} << 8 | uint32_t{b[2]} << 16 | uint32_t{b[3]} << 24;
}
uint64_t half_at(Bytes bytes, size_t i) {
  return word_at(bytes, 2 * i) | uint64_t{word_at(bytes, 2 * i + 1)} << 32;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int low = std::tolower(static_cast<unsigned char>(c));
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// White space, then a number whose high digits are lost if there are too many. False: there is
// none.
bool take_word(std::string_view& text, uint32_t& out) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text[0]))) text.remove_prefix(1);
  if (text.size() > 2 && text[0] == '0' && (text[1] | 32) == 'x' && digit(text[2]) >= 0)
    text.remove_prefix(2);
  if (text.empty() || digit(text[0]) < 0) return false;
  out = 0;
  for (; !text.empty() && digit(text[0]) >= 0; text.remove_prefix(1))
    out = out << 4 | static_cast<uint32_t>(digit(text[0]));
  return true;
}

bool take_key(std::string_view text, MutableBytes out) {
  for (size_t i = 0; i < kWords; i++) {
    if (i != 0) {
      if (text.empty() || text[0] != '-') return false;
      text.remove_prefix(1);
    }
    uint32_t word = 0;
    if (!take_word(text, word)) return false;
    for (size_t b = 0; b < 4; b++) out[4 * i + b] = static_cast<uint8_t>(word >> (8 * b));
  }
  return true;
}

}  // namespace

FastOpenKeys FastOpenKeys::random(Rng& rng) {
  FastOpenKeys out;
  out.count_ = 1;
  for (size_t i = 0; i < kSize; i += 8) store(&out.bytes_[i], rng.u64());
  return out;
}

Result<FastOpenKeys> FastOpenKeys::of(Bytes bytes) {
  if (bytes.size() != kSize && bytes.size() != 2 * kSize) return fail(EINVAL);
  FastOpenKeys out;
  out.count_ = static_cast<uint8_t>(bytes.size() / kSize);
  std::copy(bytes.begin(), bytes.end(), out.bytes_.begin());
  return out;
}

Result<FastOpenKeys> FastOpenKeys::parse(std::string_view text) {
  FastOpenKeys out;
  const size_t comma = text.find(',');
  if (!take_key(text.substr(0, comma), MutableBytes(out.bytes_).first(kSize))) return fail(EINVAL);
  out.count_ = 1;
  if (comma == std::string_view::npos) return out;
  if (!take_key(text.substr(comma + 1), MutableBytes(out.bytes_).subspan(kSize)))
    return fail(EINVAL);
  out.count_ = 2;
  return out;
}

std::string FastOpenKeys::text() const {
  std::string out;
  for (size_t key = 0; key < count_; key++) {
    const Bytes b = view().subspan(key * kSize, kSize);
    if (key != 0) out += ',';
    for (size_t i = 0; i < kWords; i++) {
      if (i != 0) out += '-';
      for (int shift = 28; shift >= 0; shift -= 4)
        out += "0123456789abcdef"[word_at(b, i) >> shift & 15];
    }
  }
  return out;
}

FastOpenKeys::Cookie FastOpenKeys::cookie(Bytes addresses, size_t key) const {
  const Bytes b = Bytes(bytes_).subspan(key * kSize, kSize);
  const uint64_t hash = siphash24({half_at(b, 0), half_at(b, 1)}, addresses);
  Cookie out;
  for (size_t i = 0; i < out.size(); i++) out[i] = static_cast<uint8_t>(hash >> (8 * i));
  return out;
}

std::optional<size_t> FastOpenKeys::maker_of(Bytes given, Bytes addresses) const {
  for (size_t key = 0; key < count_; key++)
    if (std::ranges::equal(given, cookie(addresses, key))) return key;
  return std::nullopt;
}

}  // namespace unetns
