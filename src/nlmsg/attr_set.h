// The checked view of a run of netlink attributes (netlink(7); struct nlattr in linux/netlink.h).
#ifndef UNETNS_NLMSG_ATTR_SET_H_
#define UNETNS_NLMSG_ATTR_SET_H_

#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "nlmsg/policy.h"

namespace unetns {

enum class Strictness : uint8_t {
  kLiberal,  // unknown attributes and trailing bytes are ignored, oversized integers taken
  kStrict,   // NETLINK_GET_STRICT_CHK: unknown attributes and trailing bytes are EINVAL with an extended ack
  kFull      // commands born strict: oversized integers, untyped attributes and nests without NLA_F_NESTED, too
};

// What a refused or odd run of attributes adds to the extended ack besides the Error.
struct ParseNotes {
  const AttrPolicy* refused = nullptr;  // NLMSGERR_ATTR_POLICY: what the attribute should have been
  const char* text = nullptr;           // told though it did not make the request fail
};

// Borrows the bytes it was parsed from. Accessors can't fail: asking for an absent attribute gives
// zero or empty, so ask has() where that matters. The last of repeated attributes wins.
class AttrSet {
 public:
  bool has(uint16_t id) const { return find(id) != nullptr; }
  uint8_t u8(uint16_t id, uint8_t otherwise = 0) const;
  uint16_t u16(uint16_t id, uint16_t otherwise = 0) const;
  uint32_t u32(uint16_t id, uint32_t otherwise = 0) const;
  uint64_t u64(uint16_t id, uint64_t otherwise = 0) const;
  int32_t s32(uint16_t id, int32_t otherwise = 0) const;
  uint16_t be16(uint16_t id, uint16_t otherwise = 0) const;  // host order returned
  uint32_t be32(uint16_t id, uint32_t otherwise = 0) const;
  std::string_view str(uint16_t id) const;  // without the NUL
  Bytes bytes(uint16_t id) const;           // payload as it came
  // Byte offset of the attribute's header within the whole message (for Error::offset); 0 when absent.
  uint32_t offset(uint16_t id) const;
  // All attributes in order of arrival: for kNestedArray contents.
  struct Entry {
    uint16_t id;
    Bytes payload;
    uint32_t offset;
  };
  std::span<const Entry> entries() const { return entries_; }
  // Error about attribute `id`: fills in its offset.
  std::unexpected<Error> reject(uint16_t id, int code, std::string message = {}) const;

 private:
  friend Result<AttrSet> parse_attrs(Bytes, PolicyTable, Strictness, uint32_t, ParseNotes*);
  const Entry* find(uint16_t id) const;
  std::vector<Entry> entries_;
};

// Parses and validates `data` (a run of attributes) by `policy`. `base_offset` is where `data` starts in
// the whole message, for Error::offset. Error texts are the kernel's ("Attribute failed policy validation", …).
// Nested attributes are validated in depth here (bounded recursion); get their contents with nested().
Result<AttrSet> parse_attrs(Bytes data, PolicyTable policy, Strictness strictness, uint32_t base_offset = 0,
                            ParseNotes* notes = nullptr);

// The contents of a nested attribute that `set` holds; empty set when absent.
Result<AttrSet> parse_nested(const AttrSet& set, uint16_t id, PolicyTable policy, Strictness strictness,
                             ParseNotes* notes = nullptr);
// The same, and a refusal says no more than its errno: as where Linux parses without an extended ack.
Result<AttrSet> parse_nested_silently(const AttrSet& set, uint16_t id, PolicyTable policy);

}  // namespace unetns

#endif  // UNETNS_NLMSG_ATTR_SET_H_
