#include "nlmsg/attr_set.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>

#include "nlmsg/writer.h"

namespace unetns {
namespace {

constexpr AttrPolicy kInner[] = {{1, AttrType::kU32}, {2, AttrType::kNulString, 5}};
constexpr AttrPolicy kPolicy[] = {
    {1, AttrType::kU8},           {2, AttrType::kU32, 100, 10}, {3, AttrType::kString, 4},
    {4, AttrType::kNulString, 5}, {5, AttrType::kBinary, 8, 2}, {6, AttrType::kNested, 0, 0, kInner},
    {7, AttrType::kFlag},         {8, AttrType::kBe16},         {9, AttrType::kNestedArray, 0, 0, kInner},
    {10, AttrType::kReject},      {12, AttrType::kS32},
};

Result<AttrSet> parse(const NlWriter& in, Strictness strictness = Strictness::kLiberal,
                      uint32_t base = 0) {
  return parse_attrs(in.view(), kPolicy, strictness, base);
}

int code_of(const NlWriter& in, Strictness strictness = Strictness::kLiberal) {
  auto result = parse(in, strictness);
  return result ? 0 : result.error().code;
}

TEST(AttrSet, GivesBackWhatWasWritten) {
  NlWriter out;
  out.u8(1, 200);
  out.str(3, "abcd");
  out.be16(8, 0x1234);
  out.s32(12, -5);
  out.flag(7);
  auto set = parse(out);
  ASSERT_TRUE(set.has_value());
  EXPECT_EQ(set->u8(1), 200);
  EXPECT_EQ(set->str(3), "abcd");
  EXPECT_EQ(set->be16(8), 0x1234);
  EXPECT_EQ(set->s32(12), -5);
  EXPECT_TRUE(set->has(7));
  EXPECT_FALSE(set->has(2));
  EXPECT_EQ(set->u32(2, 9), 9u);
  EXPECT_EQ(set->be16(99, 3), 3);
}

TEST(AttrSet, TheLastOfRepeatedAttributesWins) {
  NlWriter out;
  out.u8(1, 1);
  out.u8(1, 2);
  EXPECT_EQ(parse(out)->u8(1), 2);
  EXPECT_EQ(parse(out)->entries().size(), 2u);
}

TEST(AttrSet, AnIntegerThatIsTooShortIsRefusedWithItsOffset) {
  NlWriter out;
  out.u8(1, 1);
  out.u16(12, 5);
  auto result = parse(out, Strictness::kLiberal, 32);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ERANGE);
  EXPECT_EQ(result.error().message, "Attribute failed policy validation");
  EXPECT_EQ(result.error().offset, 40u);
}

TEST(AttrSet, AnIntegerOutOfItsRangeIsRefused) {
  for (auto [value, code] : {std::pair{9u, ERANGE}, {10u, 0}, {100u, 0}, {101u, ERANGE}}) {
    NlWriter out;
    out.u32(2, value);
    EXPECT_EQ(code_of(out), code) << value;
  }
}

TEST(AttrSet, StringsAreBoundedWithoutTheirNul) {
  NlWriter fits, long_one, unterminated;
  fits.str(3, "abcd");
  long_one.str(3, "abcde");
  unterminated.put(3, Bytes(reinterpret_cast<const uint8_t*>("abcd"), 4));
  EXPECT_EQ(code_of(fits), 0);
  EXPECT_EQ(code_of(long_one), ERANGE);
  EXPECT_EQ(code_of(unterminated), 0);
  EXPECT_EQ(parse(unterminated)->str(3), "abcd");
}

TEST(AttrSet, NulStringsNeedTheirNulWithinTheBound) {
  NlWriter fits, long_one, unterminated, empty;
  fits.str(4, "abcd");
  long_one.str(4, "abcde");
  unterminated.put(4, Bytes(reinterpret_cast<const uint8_t*>("abc"), 3));
  empty.put(4, {});
  EXPECT_EQ(code_of(fits), 0);
  EXPECT_EQ(code_of(long_one), EINVAL);
  EXPECT_EQ(code_of(unterminated), EINVAL);
  EXPECT_EQ(code_of(empty), EINVAL);
}

TEST(AttrSet, BinaryHasALeastAndALargestSize) {
  for (auto [size, code] : {std::pair{1, ERANGE}, {2, 0}, {8, 0}, {9, ERANGE}}) {
    NlWriter out;
    out.put(5, ByteVector(static_cast<size_t>(size)));
    EXPECT_EQ(code_of(out), code) << size;
  }
}

TEST(AttrSet, NestsAreValidatedInDepth) {
  NlWriter out;
  const size_t nest = out.nest_begin(6);
  out.u16(1, 5);
  out.nest_end(nest);
  auto result = parse(out);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ERANGE);
  EXPECT_EQ(result.error().offset, 4u);
}

TEST(AttrSet, NestedContentsAreGivenWithTheirOffsets) {
  NlWriter out;
  const size_t nest = out.nest_begin(6, true);
  out.u32(1, 77);
  out.nest_end(nest);
  auto set = parse(out, Strictness::kLiberal, 16);
  ASSERT_TRUE(set.has_value());
  auto inner = parse_nested(*set, 6, kInner, Strictness::kLiberal);
  ASSERT_TRUE(inner.has_value());
  EXPECT_EQ(inner->u32(1), 77u);
  EXPECT_EQ(inner->offset(1), 20u);
  EXPECT_FALSE(parse_nested(*set, 9, kInner, Strictness::kLiberal)->has(1));
}

TEST(AttrSet, EachElementOfANestedArrayIsValidated) {
  NlWriter good, bad;
  for (NlWriter* out : {&good, &bad}) {
    const size_t array = out->nest_begin(9);
    const size_t element = out->nest_begin(500);
    if (out == &good)
      out->u32(1, 5);
    else
      out->u8(1, 5);
    out->nest_end(element);
    out->nest_end(array);
  }
  EXPECT_EQ(code_of(good), 0);
  EXPECT_EQ(code_of(bad), ERANGE);
}

TEST(AttrSet, LiberalParsingIgnoresWhatItDoesNotKnow) {
  NlWriter out;
  out.u32(500, 5);
  out.u32(11, 5);
  EXPECT_EQ(code_of(out), 0);
}

TEST(AttrSet, StrictParsingRefusesWhatItDoesNotKnow) {
  for (uint16_t id : {500, 0}) {
    NlWriter out;
    out.u32(id, 5);
    auto result = parse(out, Strictness::kStrict);
    ASSERT_FALSE(result.has_value()) << id;
    EXPECT_EQ(result.error().code, EINVAL);
    EXPECT_EQ(result.error().message, "Unknown attribute type");
  }
}

TEST(AttrSet, AnAttributeThatIsNeverTakenIsRefused) {
  constexpr AttrPolicy kNever[] = {{1, AttrType::kReject}};
  NlWriter out;
  out.u32(1, 5);
  EXPECT_EQ(parse_attrs(out.view(), kNever, Strictness::kLiberal).error().code, EINVAL);
}

TEST(AttrSet, FullParsingAsksForExactLengthsAndForTheMarkOfNests) {
  constexpr AttrPolicy kTable[] = {
      {1, AttrType::kU32}, {2, AttrType::kNested}, {4, AttrType::kMask32, 5}};
  const auto text = [&](auto&& fill) {
    NlWriter out;
    fill(out);
    ParseNotes notes;
    auto result = parse_attrs(out.view(), kTable, Strictness::kFull, 0, &notes);
    if (result) return std::string("taken");
    return result.error().message + (notes.refused ? " " + std::to_string(notes.refused->id) : "");
  };
  EXPECT_EQ(text([](NlWriter& out) { out.u64(1, 5); }), "invalid attribute length 1");
  EXPECT_EQ(text([](NlWriter& out) { out.nest_end(out.nest_begin(2)); }),
            "NLA_F_NESTED is missing 2");
  EXPECT_EQ(text([](NlWriter& out) { out.nest_end(out.nest_begin(2, true)); }), "taken");
  EXPECT_EQ(text([](NlWriter& out) { out.u32(1 | NLA_F_NESTED, 5); }),
            "NLA_F_NESTED not expected 1");
  EXPECT_EQ(text([](NlWriter& out) { out.u32(3, 5); }), "Unsupported attribute");
  EXPECT_EQ(text([](NlWriter& out) { out.u32(4, 2); }), "reserved bit set");
  EXPECT_EQ(text([](NlWriter& out) { out.u32(4, 4); }), "taken");
}

TEST(AttrSet, FromSomeNumberOnAttributesAreCheckedInFull) {
  constexpr AttrPolicy kTable[] = {
      {0, AttrType::kStrictFrom, 0, 2}, {1, AttrType::kU32}, {2, AttrType::kU32}};
  NlWriter old_one, new_one;
  old_one.u64(1, 5);
  new_one.u64(2, 5);
  EXPECT_TRUE(parse_attrs(old_one.view(), kTable, Strictness::kLiberal).has_value());
  EXPECT_FALSE(parse_attrs(new_one.view(), kTable, Strictness::kLiberal).has_value());
}

TEST(AttrSet, StrictParsingRefusesTrailingBytes) {
  const ByteVector bytes{5, 0, 1, 0, 9, 0, 0, 0, 1, 0, 0, 0};
  EXPECT_TRUE(parse_attrs(bytes, kPolicy, Strictness::kLiberal).has_value());
  ParseNotes notes;
  EXPECT_TRUE(parse_attrs(bytes, kPolicy, Strictness::kLiberal, 0, &notes).has_value());
  EXPECT_STREQ(notes.text, "bytes leftover after parsing attributes");
  auto result = parse_attrs(bytes, kPolicy, Strictness::kStrict);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message, "bytes leftover after parsing attributes");
}

TEST(AttrSet, LengthsThatLieEndTheRun) {
  for (ByteVector bytes : {ByteVector{255, 255, 1, 0, 1}, ByteVector{3, 0, 1, 0}, ByteVector{0, 0, 1, 0},
                           ByteVector{1}, ByteVector{}}) {
    auto set = parse_attrs(bytes, kPolicy, Strictness::kLiberal);
    ASSERT_TRUE(set.has_value());
    EXPECT_TRUE(set->entries().empty());
  }
}

TEST(AttrSet, RecursionOfNestsIsBounded) {
  AttrPolicy self[1] = {{1, AttrType::kNested}};
  self[0].nested = self;
  NlWriter out;
  std::vector<size_t> marks;
  for (int i = 0; i < 20; i++) marks.push_back(out.nest_begin(1));
  out.u32(1, 0);
  while (!marks.empty()) {
    out.nest_end(marks.back());
    marks.pop_back();
  }
  EXPECT_FALSE(parse_attrs(out.view(), self, Strictness::kLiberal).has_value());
}

TEST(AttrSet, EveryCutOfAMessageIsParsedSafely) {
  NlWriter out;
  out.str(3, "ab");
  const size_t nest = out.nest_begin(6);
  out.u32(1, 1);
  out.str(2, "abc");
  out.nest_end(nest);
  for (size_t n = 0; n <= out.size(); n++) {
    const ByteVector cut(out.view().begin(), out.view().begin() + static_cast<ptrdiff_t>(n));
    for (Strictness s : {Strictness::kLiberal, Strictness::kStrict, Strictness::kFull}) (void)parse_attrs(cut, kPolicy, s);
  }
}

}  // namespace
}  // namespace unetns
