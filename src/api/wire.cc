#include "unetns/wire.h"

#include "api/machine_state.h"

namespace unetns {
namespace {

Result<NetDevice*> sender(const Device& end) {
  NetDevice* dev = end.core();
  if (!dev) return fail(ENODEV);
  return dev;
}

}  // namespace

Result<void> check_impairments(const Impairments& i) {
  for (const double chance : {i.loss, i.duplicate, i.reorder, i.corrupt})
    if (!(chance >= 0 && chance <= 1)) return fail(EINVAL, "a chance is from 0 to 1");
  for (const Nanos time : {i.delay, i.jitter, i.reorder_by})
    if (time < Nanos::zero()) return fail(EINVAL, "a time is negative");
  return {};
}

Result<void> Wire::set(const Impairments& both) {
  UNETNS_TRY(set(kFromA, both));
  return set(kFromB, both);
}

Result<void> Wire::set(Direction direction, const Impairments& impairments) {
  UNETNS_ASSIGN(NetDevice * dev, sender(direction == kFromA ? a_ : b_));
  UNETNS_TRY(check_impairments(impairments));
  EmulatedLinkKind::impairments(*dev) = impairments;
  return {};
}

Result<Impairments> Wire::impairments(Direction direction) const {
  UNETNS_ASSIGN(NetDevice * dev, sender(direction == kFromA ? a_ : b_));
  return EmulatedLinkKind::impairments(*dev);
}

Result<ImpairmentCounts> Wire::counts(Direction direction) const {
  UNETNS_ASSIGN(NetDevice * dev, sender(direction == kFromA ? a_ : b_));
  return EmulatedLinkKind::counts(*dev);
}

Result<void> Wire::remove() { return (a_.exists() ? a_ : b_).remove(); }

}  // namespace unetns
