#include <array>

#include "inet/tcp/congestion_cubic.h"
#include "inet/tcp/congestion_reno.h"

namespace unetns {

namespace {
constexpr std::array<std::string_view, 2> kNames = {"cubic", "reno"};
}

Result<std::unique_ptr<CongestionControl>> make_congestion_control(std::string_view name) {
  if (name == kNames[0]) return std::make_unique<CubicControl>();
  if (name == kNames[1]) return std::make_unique<RenoControl>();
  return fail(ENOENT);
}

std::span<const std::string_view> congestion_control_names() { return kNames; }

}  // namespace unetns
