#include "inet/icmp/icmp_layer.h"

#include "inet/icmp/icmp_errors.h"
#include "inet/ip/ip_fixture.h"

namespace unetns {
namespace {

class IcmpTest : public IpTest {
 protected:
  static ByteVector echo(size_t payload = 16) {
    ByteVector m(8 + payload, 0x42);
    IcmpHeader::echo_request(3, 4).emit_message(m);
    return m;
  }
};

TEST_F(IcmpTest, EchoIsAnsweredWithTheSameData) {
  arrive({.proto = 1, .tos = 0x10, .payload = echo()});
  ASSERT_EQ(sent().size(), 1u);
  const auto reply = sent()[0].icmp();
  EXPECT_EQ(reply.type(), IcmpType::kEchoReply);
  EXPECT_TRUE(reply.checksum_ok());
  EXPECT_EQ(reply.echo_id(), 3);
  EXPECT_EQ(reply.echo_sequence(), 4);
  EXPECT_EQ(sent()[0].ip().tos(), 0x10);
  EXPECT_EQ(sent()[0].ip().src(), Ipv4Address(kOurs));
  EXPECT_EQ(stack_->icmp().stats(*net_).out_type[0], 1u);
}

TEST_F(IcmpTest, WrongChecksumsAndShortMessagesAreDropped) {
  ByteVector bad = echo();
  bad[9] ^= 1;
  arrive({.proto = 1, .payload = bad});
  arrive({.proto = 1, .payload = ByteVector{8, 0, 0xf7, 0xff}});
  EXPECT_EQ(drops_[DropReason::kIcmpChecksum], 1);
  EXPECT_EQ(drops_[DropReason::kIcmpMalformed], 1);
  EXPECT_EQ(stack_->icmp().stats(*net_).in_errors, 2u);
}

TEST_F(IcmpTest, BroadcastEchoIsIgnoredUnlessAllowed) {
  arrive({.dst = kCast, .proto = 1, .payload = echo()});
  EXPECT_TRUE(sent().empty());
  settings_.values.echo_ignore_broadcasts = 0;
  arrive({.dst = kCast, .proto = 1, .payload = echo()});
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].ip().src(), Ipv4Address(kOurs));
}

TEST_F(IcmpTest, EchoCanBeTurnedOff) {
  settings_.values.echo_ignore_all = 1;
  arrive({.proto = 1, .payload = echo()});
  EXPECT_TRUE(sent().empty());
}

TEST_F(IcmpTest, TimestampRequestsAreAnswered) {
  ByteVector m(20);
  IcmpHeader{IcmpType::kTimestamp, 0, 0, 7}.emit_message(m);
  arrive({.proto = 1, .payload = m});
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].icmp().type(), IcmpType::kTimestampReply);
  EXPECT_TRUE(sent()[0].icmp().checksum_ok());
}

TEST_F(IcmpTest, ErrorsQuoteWhatFitsInto576Bytes) {
  arrive({.payload = udp(1, 2, 100)});
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].icmp().code(), IcmpUnreachable::kPort);
  EXPECT_EQ(sent()[0].icmp().payload().size(), 20u + 8 + 100);
  EXPECT_TRUE(sent()[0].icmp().checksum_ok());
  EXPECT_EQ(sent()[0].ip().tos(), 0xc0);
  arrive({.payload = udp(1, 2, 1400)});
  EXPECT_EQ(sent()[1].bytes.size(), 576u);
}

TEST_F(IcmpTest, ErrorsAreNotAnsweredWithErrors) {
  ByteVector unreachable(8 + 28);
  IcmpHeader::dest_unreachable(1).emit_message(unreachable);
  routes_.forced_type = RTN_UNREACHABLE;
  arrive({.dst = kFar, .proto = 1, .payload = unreachable});
  EXPECT_TRUE(sent().empty());
  arrive({.dst = kFar, .proto = 1, .payload = echo()});
  EXPECT_EQ(sent().size(), 1u) << "queries are";
}

TEST_F(IcmpTest, NoErrorsAboutBroadcastsGroupsLaterFragmentsOrNobody) {
  arrive({.dst = kCast});
  arrive_bytes(packet({}), true);  // by link-layer broadcast
  arrive({.src = 0});
  arrive({.src = 0xe0000001});
  routes_.forced_type = RTN_UNREACHABLE;
  arrive({.dst = kFar, .offset = 800});
  EXPECT_TRUE(sent().empty());
}

TEST_F(IcmpTest, ErrorsToOneDestinationAreRateLimited) {
  for (int i = 0; i < 20; i++) arrive({});
  EXPECT_EQ(sent().size(), 6u);
  EXPECT_EQ(stack_->icmp().stats(*net_).out_rate_limit_host, 14u);
  env_.advance(std::chrono::seconds(2));
  for (int i = 0; i < 20; i++) arrive({});
  EXPECT_EQ(sent().size(), 8u);
}

TEST_F(IcmpTest, TheNamespaceAsAWholeIsRateLimited) {
  for (uint32_t i = 0; i < 80; i++) arrive({.src = 0x0a000100 + i});
  EXPECT_EQ(sent().size(), 50u);
}

TEST_F(IcmpTest, RepliesAndPathMtuAreNotRateLimited) {
  for (int i = 0; i < 100; i++) arrive({.proto = 1, .payload = echo()});
  EXPECT_EQ(sent().size(), 100u);
  ASSERT_TRUE(netdevs_->set_mtu(*routes_.eth1, 600));
  for (int i = 0; i < 100; i++) arrive({.dst = kFar, .df = true, .payload = ByteVector(1000)});
  EXPECT_EQ(sent().size(), 200u);
}

TEST_F(IcmpTest, EveryCutOfAnErrorIsSurvived) {
  const ByteVector quoted = packet({.src = kOurs, .dst = kPeer});
  for (size_t n = 0; n <= quoted.size(); n++) {
    ByteVector m(8 + n);
    std::copy_n(quoted.begin(), n, m.begin() + 8);
    IcmpHeader::dest_unreachable(3).emit_message(m);
    arrive({.proto = 1, .payload = m});
  }
  EXPECT_GT(stack_->icmp().stats(*net_).in_errors, 20u);
}

TEST(IcmpErrorsTest, MeaningsAreThoseOfLinux) {
  EXPECT_EQ(icmp_meaning(3, 3).err, ECONNREFUSED);
  EXPECT_TRUE(icmp_meaning(3, 3).hard);
  EXPECT_EQ(icmp_meaning(3, 1).err, EHOSTUNREACH);
  EXPECT_FALSE(icmp_meaning(3, 1).hard);
  EXPECT_EQ(icmp_meaning(11, 0).err, EHOSTUNREACH);
  EXPECT_EQ(icmp_meaning(12, 0).err, EPROTO);
  EXPECT_EQ(icmp_meaning(5, 1).err, 0);
  EXPECT_EQ(icmp_meaning(3, 200).err, EHOSTUNREACH);
}

}  // namespace
}  // namespace unetns
