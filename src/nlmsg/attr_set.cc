#include "nlmsg/attr_set.h"

#include <linux/netlink.h>

namespace unetns {
namespace {

constexpr size_t kHeader = NLA_HDRLEN;
constexpr int kMaxDepth = 10;  // nesting of policies; deeper is refused
constexpr const char* kPolicyText = "Attribute failed policy validation";

size_t integer_size(AttrType type) {
  switch (type) {
    case AttrType::kU8:
      return 1;
    case AttrType::kU16:
    case AttrType::kBe16:
      return 2;
    case AttrType::kU32:
    case AttrType::kS32:
    case AttrType::kBe32:
      return 4;
    case AttrType::kU64:
      return 8;
    default:
      return 0;
  }
}

uint64_t integer_value(AttrType type, Bytes payload) {
  switch (type) {
    case AttrType::kU8:
      return payload[0];
    case AttrType::kU16:
      return load<uint16_t>(payload.data());
    case AttrType::kBe16:
      return load_be16(payload.data());
    case AttrType::kU32:
    case AttrType::kS32:
      return load<uint32_t>(payload.data());
    case AttrType::kBe32:
      return load_be32(payload.data());
    case AttrType::kU64:
      return load<uint64_t>(payload.data());
    default:
      return 0;
  }
}

struct Raw {
  uint16_t id;
  Bytes payload;
  uint32_t offset;
};

// Walks well-formed attributes; stops at the first whose length does not fit.
class Walker {
 public:
  Walker(Bytes data, uint32_t base) : data_(data), base_(base) {}
  bool next(Raw* out) {
    if (data_.size() - pos_ < kHeader) return false;
    const uint8_t* p = data_.data() + pos_;
    const uint16_t len = load<uint16_t>(p);
    const uint16_t type = load<uint16_t>(p + 2);
    if (len < kHeader || len > data_.size() - pos_) return false;
    out->id = type & NLA_TYPE_MASK;
    out->payload = data_.subspan(pos_ + kHeader, len - kHeader);
    out->offset = base_ + static_cast<uint32_t>(pos_);
    pos_ = std::min(data_.size(), pos_ + static_cast<size_t>(NLA_ALIGN(len)));
    return true;
  }
  size_t left() const { return data_.size() - pos_; }

 private:
  Bytes data_;
  uint32_t base_;
  size_t pos_ = 0;
};

std::unexpected<Error> bad(int code, const Raw& attr, const char* text = kPolicyText) {
  return std::unexpected<Error>(Error{code, text, attr.offset});
}

const AttrPolicy* policy_of(PolicyTable table, uint16_t id) {
  for (const AttrPolicy& p : table)
    if (p.id == id) return &p;
  return nullptr;
}

uint16_t highest(PolicyTable table) {
  uint16_t max = 0;
  for (const AttrPolicy& p : table) max = std::max(max, p.id);
  return max;
}

Result<void> validate_run(Bytes data, PolicyTable table, Strictness strictness, uint32_t base,
                          int depth, std::vector<AttrSet::Entry>* out);

Result<void> check_string(const Raw& attr, const AttrPolicy& policy) {
  Bytes text = attr.payload;
  const bool nul_wanted = policy.type == AttrType::kNulString;
  if (nul_wanted) {
    const size_t window = policy.max ? std::min<size_t>(text.size(), policy.max) : text.size();
    if (window == 0 || !std::memchr(text.data(), 0, window)) return bad(EINVAL, attr);
  }
  if (text.empty()) return bad(ERANGE, attr);
  if (policy.max) {
    if (text.back() == 0) text = text.first(text.size() - 1);
    if (text.size() > (nul_wanted ? policy.max - 1 : policy.max)) return bad(ERANGE, attr);
  }
  return {};
}

Result<void> check_nested(const Raw& attr, const AttrPolicy& policy, Strictness strictness,
                          int depth) {
  if (attr.payload.empty()) return {};
  if (attr.payload.size() < kHeader) return bad(ERANGE, attr);
  const uint32_t base = attr.offset + kHeader;
  if (policy.type == AttrType::kNested)
    return policy.nested.empty()
               ? Result<void>{}
               : validate_run(attr.payload, policy.nested, strictness, base, depth + 1, nullptr);
  Walker elements(attr.payload, base);
  for (Raw element; elements.next(&element);) {
    if (element.payload.empty() || policy.nested.empty()) continue;
    if (element.payload.size() < kHeader) return bad(ERANGE, element);
    UNETNS_TRY(validate_run(element.payload, policy.nested, strictness, element.offset + kHeader,
                            depth + 1, nullptr));
  }
  return {};
}

Result<void> check(const Raw& attr, const AttrPolicy& policy, Strictness strictness, int depth) {
  const bool strict = strictness == Strictness::kStrict;
  const size_t len = attr.payload.size();
  if (const size_t size = integer_size(policy.type)) {
    if (len < size) return bad(ERANGE, attr);
    if (strict && len != size) return bad(EINVAL, attr, "invalid attribute length");
    if (policy.max == 0 && policy.min == 0) return {};
    const uint64_t value = integer_value(policy.type, attr.payload);
    if (value < policy.min || (policy.max && value > policy.max))
      return bad(ERANGE, attr, "integer out of range");
    return {};
  }
  switch (policy.type) {
    case AttrType::kReject:
      return strict ? Result<void>(bad(EINVAL, attr, "Unsupported attribute")) : Result<void>{};
    case AttrType::kFlag:
      return len ? Result<void>(bad(ERANGE, attr)) : Result<void>{};
    case AttrType::kString:
    case AttrType::kNulString:
      return check_string(attr, policy);
    case AttrType::kBinary:
      if (len < policy.min || (policy.max && len > policy.max)) return bad(ERANGE, attr);
      return {};
    case AttrType::kNested:
    case AttrType::kNestedArray:
      // NLA_F_NESTED is not asked for: iproute2 leaves it out even on strict sockets.
      return check_nested(attr, policy, strictness, depth);
    default:
      return {};
  }
}

Result<void> validate_run(Bytes data, PolicyTable table, Strictness strictness, uint32_t base,
                          int depth, std::vector<AttrSet::Entry>* out) {
  if (depth >= kMaxDepth) return fail(EINVAL, "allowed policy recursion depth exceeded");
  const bool strict = strictness == Strictness::kStrict;
  const uint16_t max = strict ? highest(table) : 0;
  Walker walker(data, base);
  for (Raw attr; walker.next(&attr);) {
    const AttrPolicy* policy = policy_of(table, attr.id);
    if (policy) {
      UNETNS_TRY(check(attr, *policy, strictness, depth));
    } else if (strict) {
      return bad(
          EINVAL, attr,
          attr.id == 0 || attr.id > max ? "Unknown attribute type" : "Unsupported attribute");
    }
    if (out) out->push_back({attr.id, attr.payload, attr.offset});
  }
  if (strict && walker.left() > 0) return fail(EINVAL, "bytes leftover after parsing attributes");
  return {};
}

}  // namespace

const AttrSet::Entry* AttrSet::find(uint16_t id) const {
  for (size_t i = entries_.size(); i-- > 0;)
    if (entries_[i].id == id) return &entries_[i];
  return nullptr;
}

namespace {
template <class T>
T value_or(const AttrSet::Entry* entry, T otherwise) {
  return entry && entry->payload.size() >= sizeof(T) ? load<T>(entry->payload.data()) : otherwise;
}
}  // namespace

uint8_t AttrSet::u8(uint16_t id, uint8_t otherwise) const { return value_or(find(id), otherwise); }
uint16_t AttrSet::u16(uint16_t id, uint16_t otherwise) const {
  return value_or(find(id), otherwise);
}
uint32_t AttrSet::u32(uint16_t id, uint32_t otherwise) const {
  return value_or(find(id), otherwise);
}
uint64_t AttrSet::u64(uint16_t id, uint64_t otherwise) const {
  return value_or(find(id), otherwise);
}
int32_t AttrSet::s32(uint16_t id, int32_t otherwise) const { return value_or(find(id), otherwise); }
uint16_t AttrSet::be16(uint16_t id, uint16_t otherwise) const {
  return to_be16(value_or(find(id), to_be16(otherwise)));
}
uint32_t AttrSet::be32(uint16_t id, uint32_t otherwise) const {
  return to_be32(value_or(find(id), to_be32(otherwise)));
}

std::string_view AttrSet::str(uint16_t id) const {
  const Entry* entry = find(id);
  if (!entry) return {};
  const char* text = reinterpret_cast<const char*>(entry->payload.data());
  return {text, strnlen(text, entry->payload.size())};
}

Bytes AttrSet::bytes(uint16_t id) const {
  const Entry* entry = find(id);
  return entry ? entry->payload : Bytes{};
}

uint32_t AttrSet::offset(uint16_t id) const {
  const Entry* entry = find(id);
  return entry ? entry->offset : 0;
}

std::unexpected<Error> AttrSet::reject(uint16_t id, int code, std::string message) const {
  return std::unexpected<Error>(Error{code, std::move(message), offset(id)});
}

Result<AttrSet> parse_attrs(Bytes data, PolicyTable policy, Strictness strictness,
                            uint32_t base_offset) {
  AttrSet set;
  UNETNS_TRY(validate_run(data, policy, strictness, base_offset, 0, &set.entries_));
  return set;
}

Result<AttrSet> parse_nested(const AttrSet& set, uint16_t id, PolicyTable policy,
                             Strictness strictness) {
  if (!set.has(id)) return AttrSet{};
  return parse_attrs(set.bytes(id), policy, strictness,
                     set.offset(id) + static_cast<uint32_t>(kHeader));
}

}  // namespace unetns
