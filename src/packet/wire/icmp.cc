#include "packet/wire/icmp.h"

namespace unetns {

void IcmpHeader::emit(MutableBytes out) const {
  out[0] = type;
  out[1] = code;
  store_be16(out.data() + 2, checksum);
  store_be32(out.data() + 4, rest);
}

void IcmpHeader::emit_message(MutableBytes message) const {
  emit(message);
  store_be16(message.data() + 2, 0);
  store_be16(message.data() + 2, internet_checksum(message));
}

std::expected<IcmpView, DropReason> IcmpView::parse(Bytes message) {
  if (message.size() < IcmpHeader::kSize) return std::unexpected(DropReason::kIcmpMalformed);
  return IcmpView(message);
}

bool IcmpView::is_error() const {
  switch (type()) {
    case IcmpType::kDestUnreachable:
    case IcmpType::kSourceQuench:
    case IcmpType::kRedirect:
    case IcmpType::kTimeExceeded:
    case IcmpType::kParameterProblem:
      return true;
    default:
      return false;
  }
}

}  // namespace unetns
