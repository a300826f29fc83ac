// Several datagrams in one call, and one datagram in several: UDP_SEGMENT, UDP_GRO, UDP_CORK.
#include <linux/udp.h>

#include "socket/cmsg.h"
#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

class UdpGsoTest : public InetSocketTest {
 protected:
  void SetUp() override {
    server_ = make(*b_);
    client_ = make(*a_);
    ASSERT_EQ(bind(*server_, "0.0.0.0", 7), 0);
  }
  int send_bytes(size_t n) { return send(*client_, std::string(n, 'x'), "10.0.2.1", 7); }
  std::vector<size_t> sizes(Socket& s) {
    std::vector<size_t> out;
    while (auto m = s.receive(0)) out.push_back(m->data.size());
    return out;
  }
  int segment(int size) { return set(*client_, IPPROTO_UDP, UDP_SEGMENT, size); }
  std::unique_ptr<Socket> server_, client_;
};
using Sizes = std::vector<size_t>;

TEST_F(UdpGsoTest, OneCallSendsManyDatagrams) {
  ASSERT_EQ(segment(1000), 0);
  ASSERT_EQ(send_bytes(2500), 0);
  EXPECT_EQ(sizes(*server_), (Sizes{1000, 1000, 500}));
  EXPECT_EQ(stack_->udp().stats(*a_).out_datagrams, 1u);
  EXPECT_EQ(stack_->udp().stats(*b_).in_datagrams, 3u);
  ASSERT_EQ(send_bytes(0), 0);
  EXPECT_EQ(sizes(*server_), (Sizes{0}));
}

TEST_F(UdpGsoTest, SegmentsMustFitThePathAndBeFew) {
  ASSERT_EQ(segment(1473), 0);
  EXPECT_EQ(send_bytes(2946), EMSGSIZE);
  ASSERT_EQ(segment(1), 0);
  EXPECT_EQ(send_bytes(128), 0);
  EXPECT_EQ(send_bytes(129), EINVAL);
  ASSERT_EQ(segment(1000), 0);
  ASSERT_EQ(set(*client_, SOL_SOCKET, SO_NO_CHECK, 1), 0);
  EXPECT_EQ(send_bytes(2500), EINVAL);
  EXPECT_EQ(segment(65536), EINVAL);
}

TEST_F(UdpGsoTest, AControlMessageSaysItForOneCall) {
  ByteVector control;
  put_cmsg_value(control, IPPROTO_UDP, UDP_SEGMENT, uint16_t{700});
  const ByteVector data(1400, 1);
  ASSERT_EQ(send(*client_, data, "10.0.2.1", 7, control), 0);
  EXPECT_EQ(sizes(*server_), (Sizes{700, 700}));
  control.clear();
  put_cmsg_value(control, IPPROTO_UDP, UDP_SEGMENT, 700);
  EXPECT_EQ(send(*client_, data, "10.0.2.1", 7, control), EINVAL) << "four bytes";
}

TEST_F(UdpGsoTest, WithGroTheyArriveTogether) {
  ASSERT_EQ(set(*server_, IPPROTO_UDP, UDP_GRO, 1), 0);
  ASSERT_EQ(segment(1000), 0);
  ASSERT_EQ(send_bytes(2500), 0);
  auto m = server_->receive(0);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->data.size(), 2500u);
  const ByteVector control = server_->control_for(*m);
  CmsgReader reader(control);
  const auto c = reader.next();
  ASSERT_TRUE(c);
  EXPECT_EQ(c->level, IPPROTO_UDP);
  EXPECT_EQ(c->type, UDP_GRO);
  EXPECT_EQ(load<int>(c->data.data()), 1000);
  EXPECT_EQ(stack_->udp().stats(*b_).in_datagrams, 1u);
}

TEST_F(UdpGsoTest, ANarrowLinkGetsThemOneByOne) {
  ASSERT_EQ(segment(1400), 0);
  dev(*r_, "eth1").mtu = 1000;  // no longer whole: each segment is fragmented
  set(*client_, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  ASSERT_EQ(send_bytes(2800), 0);
  EXPECT_EQ(sizes(*server_), (Sizes{1400, 1400}));
  EXPECT_EQ(stack_->ip().stats(*b_).reasm_oks, 2u);
}

TEST_F(UdpGsoTest, ACorkedSocketGathersOneDatagram) {
  ASSERT_EQ(set(*client_, IPPROTO_UDP, UDP_CORK, 1), 0);
  ASSERT_EQ(send(*client_, "one", "10.0.2.1", 7), 0);
  ASSERT_EQ(send(*client_, "two", "10.0.2.1", 8), 0) << "goes where the first one goes";
  EXPECT_EQ(receive(*server_), "errno 11");
  ASSERT_EQ(set(*client_, IPPROTO_UDP, UDP_CORK, 0), 0);
  env_.settle();
  EXPECT_EQ(receive(*server_), "onetwo");
}

TEST_F(UdpGsoTest, MoreThanADatagramHoldsIsRefusedAndForgotten) {
  ASSERT_EQ(set(*client_, IPPROTO_UDP, UDP_CORK, 1), 0);
  ASSERT_EQ(send_bytes(60000), 0);
  EXPECT_EQ(send_bytes(10000), EMSGSIZE);
  ASSERT_EQ(set(*client_, IPPROTO_UDP, UDP_CORK, 0), 0);
  env_.settle();
  EXPECT_EQ(sizes(*server_), Sizes{});
}

}  // namespace
}  // namespace unetns
