#include "nlmsg/policy_fill.h"

#include <linux/netlink.h>

#include <limits>

namespace unetns {
namespace {

netlink_attribute_type type_of(const AttrPolicy& policy) {
  switch (policy.type) {
    case AttrType::kFlag:
      return NL_ATTR_TYPE_FLAG;
    case AttrType::kU8:
      return NL_ATTR_TYPE_U8;
    case AttrType::kU16:
    case AttrType::kBe16:
      return NL_ATTR_TYPE_U16;
    case AttrType::kU32:
    case AttrType::kBe32:
    case AttrType::kMask32:
      return NL_ATTR_TYPE_U32;
    case AttrType::kU64:
      return NL_ATTR_TYPE_U64;
    case AttrType::kS32:
      return NL_ATTR_TYPE_S32;
    case AttrType::kString:
      return NL_ATTR_TYPE_STRING;
    case AttrType::kNulString:
      return NL_ATTR_TYPE_NUL_STRING;
    case AttrType::kNested:
      return NL_ATTR_TYPE_NESTED;
    case AttrType::kNestedArray:
      return NL_ATTR_TYPE_NESTED_ARRAY;
    case AttrType::kBinary:
      return policy.max ? NL_ATTR_TYPE_BINARY : NL_ATTR_TYPE_INVALID;
    case AttrType::kReject:
    case AttrType::kStrictFrom:
      break;
  }
  return NL_ATTR_TYPE_INVALID;
}

void put_range(NlWriter& out, const AttrPolicy& policy, uint64_t highest) {
  out.object(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, uint64_t{policy.min});
  out.object(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, policy.max ? uint64_t{policy.max} : highest);
}

void put_bounds(NlWriter& out, netlink_attribute_type type, const AttrPolicy& policy) {
  switch (type) {
    case NL_ATTR_TYPE_U8:
      return put_range(out, policy, std::numeric_limits<uint8_t>::max());
    case NL_ATTR_TYPE_U16:
      return put_range(out, policy, std::numeric_limits<uint16_t>::max());
    case NL_ATTR_TYPE_U32:
      if (policy.type == AttrType::kMask32)
        return out.object(NL_POLICY_TYPE_ATTR_MASK, uint64_t{policy.max});
      return put_range(out, policy, std::numeric_limits<uint32_t>::max());
    case NL_ATTR_TYPE_U64:
      return put_range(out, policy, std::numeric_limits<uint64_t>::max());
    case NL_ATTR_TYPE_S32:
      out.object(NL_POLICY_TYPE_ATTR_MIN_VALUE_S,
                 policy.min ? int64_t{policy.min} : int64_t{std::numeric_limits<int32_t>::min()});
      out.object(NL_POLICY_TYPE_ATTR_MAX_VALUE_S,
                 policy.max ? int64_t{policy.max} : int64_t{std::numeric_limits<int32_t>::max()});
      return;
    case NL_ATTR_TYPE_BINARY:
      if (policy.min) out.u32(NL_POLICY_TYPE_ATTR_MIN_LENGTH, policy.min);
      out.u32(NL_POLICY_TYPE_ATTR_MAX_LENGTH, policy.max);
      return;
    case NL_ATTR_TYPE_STRING:
    case NL_ATTR_TYPE_NUL_STRING:
      if (policy.max) out.u32(NL_POLICY_TYPE_ATTR_MAX_LENGTH, policy.max);
      return;
    default:
      return;
  }
}

}  // namespace

void put_policy(NlWriter& out, uint16_t id, const AttrPolicy& policy) {
  const netlink_attribute_type type = type_of(policy);
  if (type == NL_ATTR_TYPE_INVALID) return;
  const size_t nest = out.nest_begin(id, true);
  put_bounds(out, type, policy);
  out.u32(NL_POLICY_TYPE_ATTR_TYPE, type);
  out.nest_end(nest);
}

}  // namespace unetns
