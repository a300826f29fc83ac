#include "packet/drop_reason.h"

namespace unetns {
namespace {

constexpr std::array<std::string_view, kDropReasonCount> kNames = {
#define X(name, text) std::string_view(#name).substr(1),
    UNETNS_DROP_REASONS(X)
#undef X
};

constexpr std::array<std::string_view, kDropReasonCount> kTexts = {
#define X(name, text) text,
    UNETNS_DROP_REASONS(X)
#undef X
};

}  // namespace

std::string_view drop_reason_name(DropReason reason) {
  const auto i = static_cast<size_t>(reason);
  return i < kDropReasonCount ? kNames[i] : "?";
}

std::string_view drop_reason_text(DropReason reason) {
  const auto i = static_cast<size_t>(reason);
  return i < kDropReasonCount ? kTexts[i] : "unknown reason";
}

}  // namespace unetns
