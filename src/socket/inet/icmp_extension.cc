#include "socket/inet/icmp_extension.h"

#include "base/checksum.h"

namespace unetns {
namespace {

constexpr size_t kLeastQuote = 128;  // RFC 4884 §3
constexpr size_t kHeader = 4, kObject = 4;
constexpr uint8_t kVersion = 2;

// RFC 4884 §7. Of another version nothing can be said; no checksum (0) is none to be wrong.
bool sound(Bytes extension) {
  if (extension[0] >> 4 != kVersion) return true;
  if (load_be16(&extension[2]) != 0 && !internet_checksum_ok(extension)) return false;
  for (Bytes rest = extension.subspan(kHeader); !rest.empty();) {
    if (rest.size() < kObject) return false;
    const size_t length = load_be16(rest.data());
    if (length < kObject || length > rest.size()) return false;
    rest = rest.subspan(length);
  }
  return true;
}

}  // namespace

sock_ee_data_rfc4884 icmp_extension(const IcmpErrorRx<V4>& error, Bytes payload) {
  sock_ee_data_rfc4884 out{};
  const bool may_have = error.type == ICMP_DEST_UNREACH || error.type == ICMP_TIME_EXCEEDED ||
                        error.type == ICMP_PARAMETERPROB;
  const size_t at = size_t{error.quoted_words} * 4, before = error.quoted.size() - payload.size();
  if (!may_have || at < kLeastQuote || at + kHeader > error.quoted.size()) return out;
  out.len = static_cast<uint16_t>(at - before);
  if (!sound(error.quoted.subspan(at))) out.flags = SO_EE_RFC4884_FLAG_INVALID;
  return out;
}

}  // namespace unetns
