// What a netlink attribute may hold, declared beside the command or device kind that takes it
// (as struct nla_policy is in the kernel). Only parse_attrs() touches bytes that come from a program.
#ifndef UNETNS_NLMSG_POLICY_H_
#define UNETNS_NLMSG_POLICY_H_

#include <cstdint>
#include <span>

namespace unetns {

enum class AttrType : uint8_t {
  kReject,     // known, never taken from a program (reply only): EINVAL
  kFlag,       // no payload
  kU8, kU16, kU32, kU64, kS32,  // at least / exactly that many bytes (exactly when strict)
  kBe16, kBe32,
  kMask32,     // a kU32 of no other bits than those of `max`
  kString,     // up to `max` bytes, NUL-terminated within the payload or not
  kNulString,  // must be NUL-terminated, at most `max` bytes with the NUL
  kBinary,     // `min`..`max` bytes; without `max` as untyped as an attribute that the table leaves out
  kNested,     // attributes, by `nested`
  kNestedArray,  // attributes of any type number, each by `nested` (or opaque when that is empty)
  kStrictFrom  // no attribute (id 0): those from number `min` on are always checked in full
};

struct AttrPolicy {
  uint16_t id;
  AttrType type;
  uint32_t max = 0;  // bytes for strings and binary (0: no bound); largest value for integers when not 0
  uint32_t min = 0;
  std::span<const AttrPolicy> nested{};
};
using PolicyTable = std::span<const AttrPolicy>;

}  // namespace unetns

#endif  // UNETNS_NLMSG_POLICY_H_
