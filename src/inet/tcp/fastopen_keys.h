// FastOpenKeys: of what a server makes its Fast Open cookies (RFC 7413 §4.1.2; tcp_fastopen_key of
// ip-sysctl, TCP_FASTOPEN_KEY): the first key makes them, those of the second are still good.
#ifndef UNETNS_INET_TCP_FASTOPEN_KEYS_H_
#define UNETNS_INET_TCP_FASTOPEN_KEYS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace unetns {

class Rng;

class FastOpenKeys {
 public:
  static constexpr size_t kSize = 16;
  using Cookie = std::array<uint8_t, 8>;

  FastOpenKeys() = default;  // none
  static FastOpenKeys random(Rng& rng);
  // One key or two. EINVAL.
  static Result<FastOpenKeys> of(Bytes bytes);
  // As the setting has them: four hexadecimal numbers of 32 bits, "-" between them; a second key
  // after a comma. What follows is not looked at. EINVAL.
  static Result<FastOpenKeys> parse(std::string_view text);

  explicit operator bool() const { return count_ != 0; }
  Bytes view() const { return Bytes(bytes_).first(count_ * kSize); }
  std::string text() const;

  // `addresses`: the client's, then the server's.
  Cookie cookie(Bytes addresses, size_t key = 0) const;
  // Which key made it; null: none did.
  std::optional<size_t> maker_of(Bytes cookie, Bytes addresses) const;

 private:
  std::array<uint8_t, 2 * kSize> bytes_{};
  uint8_t count_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_FASTOPEN_KEYS_H_
