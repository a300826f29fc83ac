#include "runtime/turn_taking.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

using std::chrono::microseconds;

class TurnTakingTest : public ::testing::Test {
 protected:
  void turn(Nanos answer = microseconds(50)) {
    turns_.spoke(now_);
    now_ += answer;
    turns_.heard(now_);
    now_ += microseconds(10);
  }
  int until_in_turns() {
    int n = 0;
    while (!turns_.in_turns() && n < 100000) {
      turn();
      n++;
    }
    return n;
  }
  TurnTaking turns_;
  Nanos now_{};
};

TEST_F(TurnTakingTest, ItTakesSeveralQuickTurns) {
  EXPECT_FALSE(turns_.in_turns());
  EXPECT_EQ(until_in_turns(), 8);
}

TEST_F(TurnTakingTest, WhoSpeaksTwiceTakesNoTurns) {
  until_in_turns();
  turns_.spoke(now_);
  EXPECT_TRUE(turns_.in_turns());
  turns_.spoke(now_);
  EXPECT_FALSE(turns_.in_turns());
}

TEST_F(TurnTakingTest, AnAnswerInPiecesIsOne) {
  until_in_turns();
  turns_.spoke(now_);
  for (int i = 0; i < 5; i++) turns_.heard(now_);
  EXPECT_TRUE(turns_.in_turns());
}

TEST_F(TurnTakingTest, ALateAnswerIsNone) {
  until_in_turns();
  turn(microseconds(501));
  EXPECT_FALSE(turns_.in_turns());
}

TEST_F(TurnTakingTest, DisappointmentDoublesWhatIsNeeded) {
  until_in_turns();
  turns_.disappointed();
  EXPECT_EQ(until_in_turns(), 16);
  turns_.disappointed();
  EXPECT_EQ(until_in_turns(), 32);
  for (int i = 0; i < 30; i++) turns_.disappointed();
  EXPECT_EQ(until_in_turns(), 1 << 16);
}

TEST_F(TurnTakingTest, ItIsForgivenAfterManyMoreTurns) {
  until_in_turns();
  turns_.disappointed();
  EXPECT_EQ(until_in_turns(), 16);
  for (int i = 0; i < 4 * 16; i++) turn();
  turns_.disappointed();
  EXPECT_EQ(until_in_turns(), 16) << "not 32";
}

TEST_F(TurnTakingTest, WhoDisappointsAgainSoonIsNotForgiven) {
  until_in_turns();
  turns_.disappointed();
  until_in_turns();
  for (int i = 0; i < 4 * 16 - 1; i++) turn();
  turns_.disappointed();
  EXPECT_EQ(until_in_turns(), 32);
}

}  // namespace
}  // namespace unetns
