

#include "socket/cmsg.h"
#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

class InetOptionsTest : public InetSocketTest {
 protected:
  // What arrives at a server with these options, as type -> data of its control messages.
  std::map<std::pair<int, int>, ByteVector> received_control(Socket& server, Socket& client) {
    EXPECT_EQ(bind(server, "0.0.0.0", 7), 0);
    EXPECT_EQ(send(client, "x", "10.0.2.1", 7), 0);
    auto m = server.receive(0);
    std::map<std::pair<int, int>, ByteVector> out;
    if (!m) return out;
    const ByteVector control = server.control_for(*m);
    CmsgReader reader(control);
    while (auto c = reader.next())
      out[{c->level, c->type}] = ByteVector(c->data.begin(), c->data.end());
    return out;
  }
};

TEST_F(InetOptionsTest, IpOptionsReadBackAsSet) {
  auto s = make(*a_, SOCK_RAW, IPPROTO_ICMP);
  for (auto [option, value] :
       std::initializer_list<std::pair<int, int>>{{IP_TTL, 9},
                                                  {IP_TOS, 0x10},
                                                  {IP_RECVTTL, 1},
                                                  {IP_RECVTOS, 1},
                                                  {IP_PKTINFO, 1},
                                                  {IP_RECVERR, 1},
                                                  {IP_MTU_DISCOVER, 2},
                                                  {IP_FREEBIND, 1},
                                                  {IP_HDRINCL, 1},
                                                  {IP_MULTICAST_TTL, 8},
                                                  {IP_MULTICAST_LOOP, 0},
                                                  {IP_MULTICAST_ALL, 0},
                                                  {IP_MINTTL, 3},
                                                  {IP_RECVOPTS, 1},
                                                  {IP_RETOPTS, 1},
                                                  {IP_TRANSPARENT, 1},
                                                  {IP_BIND_ADDRESS_NO_PORT, 1},
                                                  {IP_RECVORIGDSTADDR, 1}}) {
    EXPECT_EQ(set(*s, SOL_IP, option, value), 0) << option;
    EXPECT_EQ(get(*s, SOL_IP, option), value) << option;
  }
}

TEST_F(InetOptionsTest, DefaultsAreThoseOfLinux) {
  auto s = make(*a_);
  EXPECT_EQ(get(*s, SOL_IP, IP_TTL), 64);
  EXPECT_EQ(get(*s, SOL_IP, IP_TOS), 0);
  EXPECT_EQ(get(*s, SOL_IP, IP_MTU_DISCOVER), IP_PMTUDISC_WANT);
  EXPECT_EQ(get(*s, SOL_IP, IP_MULTICAST_TTL), 1);
  EXPECT_EQ(get(*s, SOL_IP, IP_MULTICAST_LOOP), 1);
  EXPECT_EQ(get(*s, SOL_IP, IP_MTU), -ENOTCONN);
  connect(*s, "10.0.2.1", 9);
  EXPECT_EQ(get(*s, SOL_IP, IP_MTU), 1500);
}

TEST_F(InetOptionsTest, BadValuesAndUnknownOptionsAreRefused) {
  auto s = make(*a_);
  EXPECT_EQ(set(*s, SOL_IP, IP_TTL, 0), EINVAL);
  EXPECT_EQ(set(*s, SOL_IP, IP_TTL, 256), EINVAL);
  EXPECT_EQ(set(*s, SOL_IP, IP_TTL, -1), 0);
  EXPECT_EQ(set(*s, SOL_IP, IP_MTU_DISCOVER, 6), EINVAL);
  EXPECT_EQ(set(*s, SOL_IP, IP_HDRINCL, 1), ENOPROTOOPT) << "raw sockets only";
  EXPECT_EQ(set(*s, SOL_IP, 200, 1), ENOPROTOOPT);
  EXPECT_EQ(set(*s, 17, 99, 1), ENOPROTOOPT);
  EXPECT_EQ(code(s->set_option(root_, SOL_IP, IP_TTL, {})), EINVAL);
  const uint8_t one = 7;
  EXPECT_EQ(code(s->set_option(root_, SOL_IP, IP_TTL, {&one, 1})), 0) << "one byte will do";
  EXPECT_EQ(get(*s, SOL_IP, IP_TTL), 7);
}

TEST_F(InetOptionsTest, SocketTypesThatAreNotThere) {
  EXPECT_EQ(code(family_->create(*a_, root_, SOCK_SEQPACKET, 0)), ESOCKTNOSUPPORT);
  EXPECT_EQ(code(family_->create(*a_, root_, SOCK_STREAM, IPPROTO_UDP)), EPROTONOSUPPORT);
  EXPECT_EQ(code(family_->create(*a_, root_, SOCK_DGRAM, IPPROTO_TCP)), EPROTONOSUPPORT);
  EXPECT_EQ(code(family_->create(*a_, root_, SOCK_DGRAM, 300)), EINVAL);
}

TEST_F(InetOptionsTest, ControlMessagesTellTtlTosAddressesAndTime) {
  auto server = make(*b_), client = make(*a_);
  for (int o : {IP_RECVTTL, IP_RECVTOS, IP_PKTINFO, IP_RECVORIGDSTADDR}) set(*server, SOL_IP, o, 1);
  set(*server, SOL_SOCKET, SO_TIMESTAMP, 1);
  set(*client, SOL_IP, IP_TOS, 0x20);
  auto c = received_control(*server, *client);
  ASSERT_TRUE(c.contains({SOL_IP, IP_TTL}));
  EXPECT_EQ(load<int>(c[{SOL_IP, IP_TTL}].data()), 63);
  EXPECT_EQ(c.at({SOL_IP, IP_TOS}), ByteVector{0x20});
  const auto info = load<in_pktinfo>(c.at({SOL_IP, IP_PKTINFO}).data());
  EXPECT_EQ(info.ipi_addr.s_addr, ip("10.0.2.1").be());
  EXPECT_EQ(info.ipi_spec_dst.s_addr, ip("10.0.2.1").be());
  EXPECT_EQ(info.ipi_ifindex, dev(*b_, "eth0").ifindex());
  EXPECT_EQ(load<sockaddr_in>(c.at({SOL_IP, IP_ORIGDSTADDR}).data()).sin_port, to_be16(7));
  EXPECT_EQ(load<timeval>(c.at({SOL_SOCKET, SO_TIMESTAMP}).data()).tv_sec, 1'700'001'000);
}

TEST_F(InetOptionsTest, ControlMessagesOfTheSenderSetTtlTosAndSource) {
  address(*a_, "eth0", "10.0.1.50");
  auto server = make(*b_), client = make(*a_);
  ASSERT_EQ(bind(*server, "0.0.0.0", 7), 0);
  ByteVector control;
  put_cmsg_value(control, SOL_IP, IP_TTL, 33);
  put_cmsg_value(control, SOL_IP, IP_TOS, 8);
  in_pktinfo info{};
  info.ipi_spec_dst.s_addr = ip("10.0.1.50").be();
  put_cmsg_value(control, SOL_IP, IP_PKTINFO, info);
  ASSERT_EQ(send(*client, ByteVector{1}, "10.0.2.1", 7, control), 0);
  auto m = server->receive(0);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->ttl, 32);
  EXPECT_EQ(m->tos, 8);
  EXPECT_EQ(from(m->name).sin_addr.s_addr, ip("10.0.1.50").be());

  ByteVector bad;
  put_cmsg_value(bad, SOL_IP, IP_TTL, 300);
  EXPECT_EQ(send(*client, ByteVector{1}, "10.0.2.1", 7, bad), EINVAL);
  EXPECT_EQ(send(*client, ByteVector{1}, "10.0.2.1", 7, ByteVector(16, 0xff)), EINVAL);
}

TEST_F(InetOptionsTest, AFullMtuGoesAndOneMoreByteIsTooBigWhenFragmentingIsForbidden) {
  auto s = make(*a_);
  set(*s, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
  set(*s, SOL_IP, IP_RECVERR, 1);
  EXPECT_EQ(send(*s, ByteVector(1472), "10.0.2.1", 7), 0);
  s->receive(MSG_ERRQUEUE);  // the port is closed
  EXPECT_EQ(send(*s, ByteVector(1473), "10.0.2.1", 7), EMSGSIZE);
  auto m = s->receive(MSG_ERRQUEUE);
  ASSERT_TRUE(m);
  const auto e = load<sock_extended_err>(m->extended_err.data());
  EXPECT_EQ(e.ee_origin, SO_EE_ORIGIN_LOCAL);
  EXPECT_EQ(e.ee_info, 1500u);
}

TEST_F(InetOptionsTest, ANarrowLinkIsLearntFromItsRouter) {
  ASSERT_TRUE(netdevs_->set_mtu(dev(*r_, "eth1"), 1400));
  auto s = make(*a_), server = make(*b_);
  ASSERT_EQ(bind(*server, "0.0.0.0", 7), 0);
  ASSERT_EQ(connect(*s, "10.0.2.1", 7), 0);
  ASSERT_EQ(send(*s, ByteVector(1472)), 0);
  EXPECT_EQ(receive(*s), "errno 90") << "EMSGSIZE";
  EXPECT_EQ(get(*s, SOL_IP, IP_MTU), 1400);
  EXPECT_EQ(send(*s, ByteVector(1472, 'y')), 0);
  EXPECT_EQ(receive(*server).size(), 1472u) << "now in fragments";
}

TEST_F(InetOptionsTest, MulticastReachesMembersOnly) {
  auto sender = make(*a_), member = make(*r_), stranger = make(*b_);
  ASSERT_EQ(bind(*member, "0.0.0.0", 99), 0);
  ip_mreqn group{};
  group.imr_multiaddr.s_addr = ip("239.1.2.3").be();
  group.imr_ifindex = dev(*r_, "eth0").ifindex();
  ASSERT_EQ(code(member->set_option(root_, SOL_IP, IP_ADD_MEMBERSHIP, bytes_of(group))), 0);
  EXPECT_EQ(code(member->set_option(root_, SOL_IP, IP_ADD_MEMBERSHIP, bytes_of(group))),
            EADDRINUSE);
  const in_addr by{ip("10.0.1.1").be()};
  ASSERT_EQ(code(sender->set_option(root_, SOL_IP, IP_MULTICAST_IF, bytes_of(by))), 0);
  ASSERT_EQ(send(*sender, "m", "239.1.2.3", 99), 0);
  auto m = member->receive(0);
  ASSERT_TRUE(m);
  EXPECT_EQ(text(*m), "m");
  EXPECT_EQ(m->ttl, 1);
  ASSERT_EQ(code(member->set_option(root_, SOL_IP, IP_DROP_MEMBERSHIP, bytes_of(group))), 0);
  EXPECT_EQ(code(member->set_option(root_, SOL_IP, IP_DROP_MEMBERSHIP, bytes_of(group))),
            EADDRNOTAVAIL);
  send(*sender, "m", "239.1.2.3", 99);
  EXPECT_EQ(receive(*member), "errno 11");
}

TEST_F(InetOptionsTest, ABoundDeviceNarrowsSendingAndReceiving) {
  auto s = make(*a_), local = make(*a_);
  ASSERT_EQ(bind(*s, "0.0.0.0", 7), 0);
  const std::string name = "eth0";
  EXPECT_EQ(code(s->set_option(root_, SOL_SOCKET, SO_BINDTODEVICE,
                               {reinterpret_cast<const uint8_t*>(name.data()), name.size()})),
            0);
  EXPECT_EQ(code(s->set_option(root_, SOL_SOCKET, SO_BINDTODEVICE, bytes_of(uint32_t{0x30787878}))),
            ENODEV);
  send(*local, "x", "127.0.0.1", 7);
  EXPECT_EQ(receive(*s), "errno 11") << "it came by lo";
  auto v = s->get_option(root_, SOL_SOCKET, SO_BINDTODEVICE, 16);
  ASSERT_TRUE(v);
  EXPECT_EQ(std::string(v->begin(), v->end()), std::string("eth0\0", 5));
}

}  // namespace
}  // namespace unetns
