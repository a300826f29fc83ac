#include <array>

#include "inet/tcp/congestion_bbr.h"
#include "inet/tcp/congestion_cubic.h"
#include "inet/tcp/congestion_reno.h"

namespace unetns {

namespace {
constexpr std::array<std::string_view, 3> kNames = {"reno", "cubic", "bbr"};
static_assert(kNames[1] == kDefaultCongestionControl);
}  // namespace

Result<std::unique_ptr<CongestionControl>> make_congestion_control(std::string_view name,
                                                                   Rng& rng) {
  if (name == kNames[0]) return std::make_unique<RenoControl>();
  if (name == kNames[1]) return std::make_unique<CubicControl>();
  if (name == kNames[2]) return std::make_unique<BbrControl>(rng);
  return fail(ENOENT);
}

std::span<const std::string_view> congestion_control_names() { return kNames; }

}  // namespace unetns
