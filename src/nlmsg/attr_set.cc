#include "nlmsg/attr_set.h"

#include <linux/netlink.h>

#include <algorithm>

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
    case AttrType::kMask32:
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
    case AttrType::kMask32:
      return load<uint32_t>(payload.data());
    case AttrType::kS32:  // all bounds are of positive numbers
      return static_cast<uint64_t>(std::max(0, load<int32_t>(payload.data())));
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
  bool nested;  // NLA_F_NESTED
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
    out->nested = type & NLA_F_NESTED;
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

uint16_t strict_from(PolicyTable table) {
  const AttrPolicy* start = policy_of(table, 0);
  return start && start->type == AttrType::kStrictFrom ? static_cast<uint16_t>(start->min) : 0;
}

struct Validation {
  Strictness strictness;
  ParseNotes* notes;

  // Refuses, and says what would have been right.
  std::unexpected<Error> bad(int code, const Raw& attr, const AttrPolicy& policy,
                             const char* text = kPolicyText) const {
    if (notes) notes->refused = &policy;
    return unetns::bad(code, attr, text);
  }
  Result<void> run(Bytes data, PolicyTable table, uint32_t base, int depth,
                   std::vector<AttrSet::Entry>* out) const;
  Result<void> check(const Raw& attr, const AttrPolicy& policy, bool full, int depth) const;
  Result<void> string(const Raw& attr, const AttrPolicy& policy) const;
  Result<void> nest(const Raw& attr, const AttrPolicy& policy, int depth) const;
};

Result<void> Validation::string(const Raw& attr, const AttrPolicy& policy) const {
  Bytes text = attr.payload;
  const bool nul_wanted = policy.type == AttrType::kNulString;
  if (nul_wanted) {
    const size_t window = policy.max ? std::min<size_t>(text.size(), policy.max) : text.size();
    if (window == 0 || !std::memchr(text.data(), 0, window)) return bad(EINVAL, attr, policy);
  }
  if (text.empty()) return bad(ERANGE, attr, policy);
  if (policy.max) {
    if (text.back() == 0) text = text.first(text.size() - 1);
    if (text.size() > (nul_wanted ? policy.max - 1 : policy.max)) return bad(ERANGE, attr, policy);
  }
  return {};
}

Result<void> Validation::nest(const Raw& attr, const AttrPolicy& policy, int depth) const {
  if (attr.payload.empty()) return {};
  if (attr.payload.size() < kHeader) return bad(ERANGE, attr, policy);
  const uint32_t base = attr.offset + kHeader;
  if (policy.type == AttrType::kNested)
    return policy.nested.empty() ? Result<void>{}
                                 : run(attr.payload, policy.nested, base, depth + 1, nullptr);
  Walker elements(attr.payload, base);
  for (Raw element; elements.next(&element);) {
    if (element.payload.empty() || policy.nested.empty()) continue;
    if (element.payload.size() < kHeader) return unetns::bad(ERANGE, element);
    UNETNS_TRY(run(element.payload, policy.nested, element.offset + kHeader, depth + 1, nullptr));
  }
  return {};
}

Result<void> Validation::check(const Raw& attr, const AttrPolicy& policy, bool full,
                               int depth) const {
  const size_t len = attr.payload.size();
  const size_t size = integer_size(policy.type);
  if (full) {
    const bool nest_wanted =
        policy.type == AttrType::kNested || policy.type == AttrType::kNestedArray;
    if (size && len != size) return bad(EINVAL, attr, policy, "invalid attribute length");
    if (nest_wanted && !attr.nested) return bad(EINVAL, attr, policy, "NLA_F_NESTED is missing");
    if (!nest_wanted && attr.nested) return bad(EINVAL, attr, policy, "NLA_F_NESTED not expected");
  }
  if (size) {
    if (len < size) return bad(ERANGE, attr, policy);
    if (policy.max == 0 && policy.min == 0) return {};
    const uint64_t value = integer_value(policy.type, attr.payload);
    if (policy.type == AttrType::kMask32)
      return value & ~uint64_t{policy.max}
                 ? Result<void>(unetns::bad(EINVAL, attr, "reserved bit set"))
                 : Result<void>{};
    if (value < policy.min || (policy.max && value > policy.max))
      return bad(ERANGE, attr, policy, "integer out of range");
    return {};
  }
  switch (policy.type) {
    case AttrType::kReject:
      return bad(EINVAL, attr, policy);
    case AttrType::kFlag:
      return len ? Result<void>(bad(ERANGE, attr, policy)) : Result<void>{};
    case AttrType::kString:
    case AttrType::kNulString:
      return string(attr, policy);
    case AttrType::kBinary:
      if (full && policy.max == 0) return unetns::bad(EINVAL, attr, "Unsupported attribute");
      if (len < policy.min || (policy.max && len > policy.max)) return bad(ERANGE, attr, policy);
      return {};
    case AttrType::kNested:
    case AttrType::kNestedArray:
      return nest(attr, policy, depth);
    default:
      return {};
  }
}

Result<void> Validation::run(Bytes data, PolicyTable table, uint32_t base, int depth,
                             std::vector<AttrSet::Entry>* out) const {
  if (depth >= kMaxDepth) return fail(EINVAL, "allowed policy recursion depth exceeded");
  const bool strict = strictness != Strictness::kLiberal;
  const uint16_t max = highest(table), full_from = strict_from(table);
  Walker walker(data, base);
  for (Raw attr; walker.next(&attr);) {
    if (attr.id == 0 || attr.id > max) {
      if (strict) return unetns::bad(EINVAL, attr, "Unknown attribute type");
      if (max) continue;  // a table without entries leaves all to the caller
    }
    const bool full = strictness == Strictness::kFull || (full_from && attr.id >= full_from);
    if (const AttrPolicy* policy = policy_of(table, attr.id)) {
      UNETNS_TRY(check(attr, *policy, full, depth));
    } else if (full && max) {
      return unetns::bad(EINVAL, attr, "Unsupported attribute");
    }
    if (out) out->push_back({attr.id, attr.payload, attr.offset});
  }
  if (walker.left() == 0) return {};
  constexpr const char* kText = "bytes leftover after parsing attributes";
  if (strict) return fail(EINVAL, kText);
  if (notes) notes->text = kText;
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
                            uint32_t base_offset, ParseNotes* notes) {
  AttrSet set;
  UNETNS_TRY((Validation{strictness, notes}.run(data, policy, base_offset, 0, &set.entries_)));
  return set;
}

Result<AttrSet> parse_nested(const AttrSet& set, uint16_t id, PolicyTable policy,
                             Strictness strictness, ParseNotes* notes) {
  if (!set.has(id)) return AttrSet{};
  return parse_attrs(set.bytes(id), policy, strictness,
                     set.offset(id) + static_cast<uint32_t>(kHeader), notes);
}

Result<AttrSet> parse_nested_silently(const AttrSet& set, uint16_t id, PolicyTable policy) {
  Result<AttrSet> out = parse_nested(set, id, policy, Strictness::kLiberal);
  if (!out) return fail(out.error().code);
  return out;
}

}  // namespace unetns
