#include "runtime/taken_names.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

const ByteVector kRequest{1, 2, 3, 4}, kOther{9, 9};

TEST(TakenNamesTest, EachNameIsTakenOnceOldestFirst) {
  TakenNames names;
  names.add(1, kRequest);
  names.add(2, kOther);
  names.add(3, kRequest);
  EXPECT_EQ(names.take(kRequest), 1u);
  EXPECT_EQ(names.take(kRequest), 3u);
  EXPECT_EQ(names.take(kRequest), 0u);
  EXPECT_EQ(names.take(kOther), 2u);
}

TEST(TakenNamesTest, AReadWithoutRoomGotOnlyTheBeginning) {
  TakenNames names;
  names.add(1, kOther);
  names.add(2, kRequest);
  EXPECT_EQ(names.take(Bytes(kRequest).first(2)), 2u);
}

TEST(TakenNamesTest, OfLongDatagramsTheBeginningCounts) {
  TakenNames names;
  names.add(1, ByteVector(TakenNames::kCompared, 5));
  EXPECT_EQ(names.take(ByteVector(9000, 5)), 1u);
}

TEST(TakenNamesTest, TheOldestAreForgotten) {
  TakenNames names;
  for (uint8_t i = 0; i < 200; i++) names.add(i + 1u, {i});
  EXPECT_EQ(names.take(ByteVector{0}), 0u);
  EXPECT_EQ(names.take(ByteVector{199}), 200u);
}

}  // namespace
}  // namespace unetns
