#include "inet/ip/ip_input.h"

#include "inet/ip/ip_fixture.h"

namespace unetns {
namespace {

using IpInputTest = IpTest;

TEST_F(IpInputTest, MalformedHeadersAreDroppedAndCounted) {
  ByteVector b = packet({});
  b[10] ^= 1;
  arrive_bytes(b);
  EXPECT_EQ(drops_[DropReason::kIpChecksum], 1);
  b = packet({});
  b[0] = 0x65;
  arrive_bytes(b);
  b[0] = 0x44;
  arrive_bytes(b);
  EXPECT_EQ(drops_[DropReason::kIpHeader], 2);
  EXPECT_EQ(stats().in_hdr_errors, 3u);
  EXPECT_EQ(stats().in_csum_errors, 1u);
  EXPECT_TRUE(sent().empty()) << "nobody is told";
}

TEST_F(IpInputTest, EveryCutOfAPacketIsSurvived) {
  const ByteVector whole = packet({.options = {7, 7, 4, 0, 0, 0, 0, 0}});
  for (size_t n = 0; n < whole.size(); n++)
    arrive_bytes(ByteVector(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(n)));
  EXPECT_EQ(stats().in_hdr_errors + stats().in_truncated_pkts, whole.size());
}

TEST_F(IpInputTest, PaddingOfShortFramesIsCutOff) {
  ByteVector b = packet({.proto = 1, .payload = ByteVector(8)});
  b[20] = 8;  // echo request
  store_be16(&b[22], internet_checksum(Bytes(b).subspan(20)));
  b.resize(46);
  arrive_bytes(b);
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].bytes.size(), 28u);
}

TEST_F(IpInputTest, BadOptionsAreAnsweredWithTheOctetAtFault) {
  arrive({.options = {7, 3, 3, 0}});
  EXPECT_EQ(drops_[DropReason::kIpOptions], 1);
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].icmp().type(), IcmpType::kParameterProblem);
  EXPECT_EQ(sent()[0].icmp().pointer(), 22);
}

TEST_F(IpInputTest, TheReasonOfTheRoutingDecisionIsKept) {
  routes_.refuse = DropReason::kIpRpFilter;
  arrive({});
  EXPECT_EQ(drops_[DropReason::kIpRpFilter], 1);
  routes_.refuse = DropReason::kIpForwardingOff;
  arrive({});
  EXPECT_EQ(drops_[DropReason::kIpForwardingOff], 1);
  EXPECT_TRUE(sent().empty());
}

TEST_F(IpInputTest, UnreachableAndProhibitedDestinationsAreTold) {
  arrive({.dst = kNowhere});
  routes_.forced_type = RTN_UNREACHABLE;
  env_.advance(std::chrono::seconds(2));  // seldom for each sender
  arrive({.dst = kFar});
  routes_.forced_type = RTN_PROHIBIT;
  env_.advance(std::chrono::seconds(2));
  arrive({.dst = kFar});
  routes_.forced_type = RTN_BLACKHOLE;
  arrive({.dst = kFar});
  ASSERT_EQ(sent().size(), 3u);
  EXPECT_EQ(sent()[0].icmp().code(), IcmpUnreachable::kNet);
  EXPECT_EQ(sent()[1].icmp().code(), IcmpUnreachable::kHost);
  EXPECT_EQ(sent()[2].icmp().code(), IcmpUnreachable::kAdminProhibited);
  EXPECT_EQ(drops_[DropReason::kIpRouteType], 3);
}

TEST_F(IpInputTest, ADiverterTakesWhatWouldBeDelivered) {
  struct Taker final : IpDiverter<V4> {
    bool divert(Net&, Packet& packet, const IpRx<V4>& rx) override {
      if (rx.proto != 17) return false;
      Packet taken = std::move(packet);
      bytes += taken.size();
      return true;
    }
    size_t bytes = 0;
  } taker;
  stack_->ip().set_diverter(*net_, &taker);
  arrive({});
  EXPECT_EQ(taker.bytes, 12u);
  EXPECT_TRUE(sent().empty());
  arrive({.proto = 222});  // left alone
  EXPECT_EQ(sent().size(), 1u);
  stack_->ip().set_diverter(*net_, nullptr);
  arrive({});
  ASSERT_EQ(sent().size(), 2u);
  EXPECT_EQ(sent()[1].icmp().code(), IcmpUnreachable::kPort);
}

TEST_F(IpInputTest, UnknownProtocolsAreRefused) {
  arrive({.proto = 222});
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].icmp().code(), IcmpUnreachable::kProtocol);
  EXPECT_EQ(stats().in_unknown_protos, 1u);
}

TEST_F(IpInputTest, GroupsWithoutMembersAreNotForUs) {
  arrive({.dst = 0xe1020304});
  EXPECT_EQ(drops_[DropReason::kNoSocket], 1);
  EXPECT_EQ(stats().in_mcast_pkts, 0u) << "only what is delivered counts";
}

TEST_F(IpInputTest, FragmentsOfAnEchoRequestAreAnsweredAsOne) {
  ByteVector echo(2008, 0x33);
  IcmpHeader::echo_request(1, 1).emit_message(echo);
  arrive({.proto = 1, .offset = 1000, .payload = ByteVector(echo.begin() + 1000, echo.end())});
  EXPECT_TRUE(sent().empty());
  arrive({.proto = 1, .more = true, .payload = ByteVector(echo.begin(), echo.begin() + 1000)});
  ASSERT_EQ(sent().size(), 2u) << "the answer is larger than the MTU too";
  EXPECT_EQ(stats().reasm_oks, 1u);
  EXPECT_EQ(stats().frag_creates, 2u);
}

TEST_F(IpInputTest, MissingFragmentsAreToldWhenTheFirstOneCame) {
  arrive({.more = true, .payload = ByteVector(800)});
  env_.advance(std::chrono::seconds(31));
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].icmp().type(), IcmpType::kTimeExceeded);
  EXPECT_EQ(sent()[0].icmp().code(), IcmpTimeExceeded::kReassembly);
  EXPECT_EQ(drops_[DropReason::kFragTimeout], 1);
  arrive({.offset = 800, .id = 2, .payload = ByteVector(800)});
  env_.advance(std::chrono::seconds(31));
  EXPECT_EQ(sent().size(), 1u);
  EXPECT_EQ(stats().reasm_timeout, 2u);
}

}  // namespace
}  // namespace unetns
