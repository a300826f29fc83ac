#include "netns/net.h"

#include "netns/net_registry.h"

namespace unetns {

Net::~Net() = default;

const Env& Net::env() const { return registry_.env_; }

void Net::put_active() {
  if (--count_ == 0) registry_.schedule_cleanup(*this);
}

void Net::put_passive() {
  if (--passive_ == 0) registry_.free_net(*this);
}

void Net::drop(Packet packet, DropReason reason) {
  if (registry_.on_drop) registry_.on_drop(*this, packet, reason);
  if (!drops_) drops_ = std::make_unique<std::array<uint64_t, kDropReasonCount>>();
  const auto i = static_cast<size_t>(reason);
  (*drops_)[i < kDropReasonCount ? i : 0]++;
}

uint64_t Net::drops(DropReason reason) const {
  const auto i = static_cast<size_t>(reason);
  return drops_ && i < kDropReasonCount ? (*drops_)[i] : 0;
}

}  // namespace unetns
