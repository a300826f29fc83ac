// Wire: two devices joined by a cable that behaves badly, as tc-netem(8) makes one: delay, jitter,
// a rate with a queue, loss, duplication, corruption, reordering; each direction for itself,
// changed at any time, and the same in every run for one seed.
//
//     auto wire = machine.connect({h1, "eth0"}, {h2, "eth0"}, {.impairments = {.delay = 10ms, .loss
//     = 0.01}, .seed = 42}); wire->set(Wire::kFromA, {.rate = 1'000'000});   // now: 1 Mbit/s
//     towards h2
//
// For a good cable use Netns::add_veth(): nothing is copied there. A Wire is a handle like Device,
// and does not keep the devices; without impairments it delivers at once.
#ifndef UNETNS_WIRE_H_
#define UNETNS_WIRE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "link/impairments.h"
#include "unetns/device.h"
#include "unetns/netns.h"

namespace unetns {

struct WireEnd {
  Netns netns;
  std::string name;  // of the device; may hold one %d
};

struct WireOptions {
  // Of both directions: delay, jitter, keep_order, rate, queue_limit, loss, lose_every, duplicate,
  // reorder, reorder_by, corrupt, black_hole, in this order (unetns/core/link/impairments.h).
  Impairments impairments{};
  std::optional<uint64_t>
      seed{};      // of what happens on this wire; by default drawn from the world's randomness
  bool up = true;  // both devices are set up
};

class Wire {
 public:
  enum Direction : uint8_t { kFromA = 0, kFromB = 1 };

  Device a() const { return a_; }
  Device b() const { return b_; }

  // What befalls frames that are sent from now on; those on their way arrive as was decided.
  // ENODEV: it is gone.
  Result<void> set(const Impairments& both);
  Result<void> set(Direction direction, const Impairments& impairments);
  Result<Impairments> impairments(Direction direction) const;
  // What happened to the frames of one direction since the wire was made.
  Result<ImpairmentCounts> counts(Direction direction) const;

  Result<void> remove();  // and both devices; frames on their way are lost

 private:
  friend class Machine;
  Wire(Device a, Device b) : a_(std::move(a)), b_(std::move(b)) {}
  Device a_, b_;
};

}  // namespace unetns

#endif  // UNETNS_WIRE_H_
