#include "inet/tcp/syn_cookie.h"

#include <gtest/gtest.h>

#include "env/rng.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;

TEST(SipHash, GivesTheVectorOfItsPaper) {  // Aumasson, Bernstein 2012, appendix A
  SipKey key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
  ByteVector in(15);
  for (size_t i = 0; i < in.size(); i++) in[i] = static_cast<uint8_t>(i);
  EXPECT_EQ(siphash24(key, in), 0xa129ca6149be45e5u);
}

TEST(TcpSecretsTest, SequenceNumbersGrowWithTimeAndDifferByTuple) {
  SeededRng rng(1);
  TcpSecrets s(rng);
  const ByteVector t1 = {1, 2, 3}, t2 = {1, 2, 4};
  EXPECT_EQ(s.iss(1000s + 64ns, t1), s.iss(1000s, t1) + 1);
  EXPECT_NE(s.iss(1000s, t1), s.iss(1000s, t2));
  EXPECT_NE(s.ts_offset(t1), s.ts_offset(t2));
}

class SynCookieTest : public ::testing::Test {
 protected:
  SynCookieTest() {
    syn_.seq = 0xfffffff0;
    syn_.flags = TcpFlag::kSyn | TcpFlag::kEce | TcpFlag::kCwr;
    syn_.options.mss = 1460;
    syn_.options.has_ts = syn_.options.sack_permitted = syn_.options.has_wscale = true;
    syn_.options.wscale = 9;
  }
  TcpSegmentIn answer(const TcpSegmentOut& s) {
    TcpSegmentIn a;
    a.seq = s.ack;
    a.ack = s.seq + 1;
    a.flags = TcpFlag::kAck;
    a.window = 10;
    a.options.has_ts = s.options.has_ts;
    a.options.ts_ecr = s.options.ts_val;
    a.options.ts_val = 4711;
    return a;
  }
  std::optional<TcpNegotiated> check(const TcpSegmentIn& a, Nanos now) {
    return cookies_.check(settings_, now, tuple_, a, 99, 1500, 20);
  }
  SeededRng rng_{1};
  SynCookies cookies_{rng_};
  TcpSettings settings_;
  ByteVector tuple_ = {10, 0, 0, 1, 10, 0, 0, 2, 0, 80, 200, 1};
  TcpSegmentIn syn_;
  Nanos now_ = 100'000s;
};

TEST_F(SynCookieTest, AnAckBringsBackWhatTheSynSaid) {
  const auto s = cookies_.make(settings_, now_, tuple_, syn_, 99, 1500, 20);
  const auto n = check(answer(s), now_ + 10s);
  ASSERT_TRUE(n);
  EXPECT_EQ(n->iss, s.seq);
  EXPECT_EQ(n->irs, syn_.seq);
  EXPECT_EQ(n->peer_mss, 1460);
  EXPECT_TRUE(n->ts_ok && n->sack_ok && n->wscale_ok && n->ecn_ok);
  EXPECT_EQ(n->snd_wscale, 9);
  EXPECT_EQ(n->peer_window, 10u << 9);
  EXPECT_EQ(n->ts_recent, 4711u);
}

TEST_F(SynCookieTest, WithoutTimestampsOnlyTheMssIsKept) {
  syn_.options.has_ts = false;
  syn_.options.mss = 1400;
  const auto s = cookies_.make(settings_, now_, tuple_, syn_, 99, 1500, 20);
  EXPECT_FALSE(s.options.has_wscale || s.options.sack_permitted);
  const auto n = check(answer(s), now_);
  ASSERT_TRUE(n);
  EXPECT_EQ(n->peer_mss, 1300);  // rounded down to one of the table
  EXPECT_FALSE(n->ts_ok || n->sack_ok || n->wscale_ok);
}

TEST_F(SynCookieTest, CookiesGrowOld) {
  const auto s = cookies_.make(settings_, now_, tuple_, syn_, 99, 1500, 20);
  EXPECT_TRUE(check(answer(s), now_ + 119s));
  EXPECT_FALSE(check(answer(s), now_ + 181s));
}

TEST_F(SynCookieTest, GuessesAndOtherTuplesFail) {
  const auto s = cookies_.make(settings_, now_, tuple_, syn_, 99, 1500, 20);
  TcpSegmentIn a = answer(s);
  tuple_[11] ^= 1;
  EXPECT_FALSE(check(a, now_));
  tuple_[11] ^= 1;
  a.seq++;
  EXPECT_FALSE(check(a, now_));
  int taken = 0;
  for (int i = 0; i < 100'000; i++) {
    a.ack = rng_.u32();
    taken += check(a, now_).has_value();
  }
  EXPECT_LE(taken, 2);
}

}  // namespace
}  // namespace unetns
