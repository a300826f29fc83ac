// AF_INET6 sockets over IPv4: how they are named, and what they keep from whom.
#include "socket/inet/tcp_fixture.h"

namespace unetns {
namespace {

class Inet6NamesTest : public TcpSocketTest {
 protected:
  std::unique_ptr<Socket> stream6(Net& net, bool v6_only = false) {
    return make6(net, SOCK_STREAM, v6_only);
  }
  static std::string shown(const Result<SockAddr>& name) {
    if (!name) return "errno " + std::to_string(name.error().code);
    if (load<sa_family_t>(name->bytes.data()) != AF_INET6) return "not of AF_INET6";
    const auto in = load<sockaddr_in6>(name->bytes.data());
    EXPECT_EQ(name->len, sizeof in);
    EXPECT_EQ(in.sin6_flowinfo, 0u);
    EXPECT_EQ(in.sin6_scope_id, 0u);
    return IpAddress::from_bytes(AF_INET6, bytes_of(in.sin6_addr))->to_string();
  }
  int number(Socket& s, int name) {
    auto v = s.get_option(root_, SOL_IPV6, name, 4);
    return v && v->size() == 4 ? load<int>(v->data()) : -code(v);
  }
  int set(Socket& s, int level, int name, int value) {
    return code(s.set_option(root_, level, name, bytes_of(value)));
  }
};

TEST_F(Inet6NamesTest, AWildcardSocketIsNamedSoUntilItHasAPeer) {
  auto s = make6(*a_);
  EXPECT_EQ(shown(s->local_name()), "::");
  EXPECT_EQ(shown(s->peer_name()), "errno 107");
  EXPECT_EQ(bind(*s, "::", 5000), 0);
  EXPECT_EQ(shown(s->local_name()), "::");
  EXPECT_EQ(connect(*s, "::ffff:10.0.2.1", 53), 0);
  EXPECT_EQ(shown(s->local_name()), "::ffff:10.0.1.1");
  EXPECT_EQ(shown(s->peer_name()), "::ffff:10.0.2.1");
  const sa_family_t none = AF_UNSPEC;
  EXPECT_EQ(code(s->connect(root_, bytes_of(none))), 0);
  EXPECT_EQ(shown(s->local_name()), "::");
}

TEST_F(Inet6NamesTest, OneBoundToIpv4AloneSaysSo) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    auto any = make6(*a_, type), one = make6(*a_, type);
    EXPECT_EQ(bind(*any, "::ffff:0.0.0.0", 5000), 0);
    EXPECT_EQ(shown(any->local_name()), "::ffff:0.0.0.0");
    EXPECT_EQ(bind(*one, "::ffff:10.0.1.1", 5001), 0);
    EXPECT_EQ(shown(one->local_name()), "::ffff:10.0.1.1");
    EXPECT_EQ(bind(*make6(*a_, type, true), "::ffff:0.0.0.0", 5002), EINVAL);
  }
}

TEST_F(Inet6NamesTest, NoDeviceHasAnAddressOfIpv6) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    EXPECT_EQ(bind(*make6(*a_, type), "::1", 5000), EADDRNOTAVAIL);
    EXPECT_EQ(bind(*make6(*a_, type), "2001:db8::1", 5000), EADDRNOTAVAIL);
    EXPECT_EQ(bind(*make6(*a_, type), "::ffff:10.9.9.9", 5000), EADDRNOTAVAIL);
    EXPECT_EQ(bind(*make6(*a_, type), "fe80::1", 5000), EINVAL) << "of which link?";
    EXPECT_EQ(connect(*make6(*a_, type), "::", 5000), EADDRNOTAVAIL);
    EXPECT_EQ(connect(*make6(*a_, type), "2001:db8::1", 5000), EADDRNOTAVAIL);
    auto pinned = make6(*a_, type);
    EXPECT_EQ(bind(*pinned, "::ffff:10.0.1.1"), 0);
    EXPECT_EQ(connect(*pinned, "2001:db8::1", 5000), ENETUNREACH);
    EXPECT_EQ(connect(*make6(*a_, type, true), "::ffff:10.0.2.1", 5000), ENETUNREACH);
  }
}

TEST_F(Inet6NamesTest, NamesOfRfc2133AreTaken) {
  const SockAddr any = name("::", 5000);
  EXPECT_EQ(code(make6(*a_)->bind(root_, any.view().first(24))), 0);
  EXPECT_EQ(code(make6(*a_)->bind(root_, any.view().first(23))), EINVAL);
  EXPECT_EQ(code(stream6(*a_)->bind(root_, any.view().first(16))), EINVAL);
}

TEST_F(Inet6NamesTest, NamesOfAfInetAreForDatagramSocketsThatSend) {
  auto s = make6(*a_);
  EXPECT_EQ(bind(*s, "0.0.0.0", 5000), EINVAL) << "too short";
  EXPECT_EQ(connect(*s, "10.0.2.1", 53), 0);
  EXPECT_EQ(shown(s->peer_name()), "::ffff:10.0.2.1");
  EXPECT_EQ(connect(*stream6(*a_), "10.0.2.1", 53), EINVAL);
  SockAddr padded = name("10.0.2.1", 53);
  padded.len = sizeof(sockaddr_in6);
  EXPECT_EQ(code(stream6(*a_)->connect(root_, padded.view())), EAFNOSUPPORT);
}

TEST_F(Inet6NamesTest, DatagramsOfIpv4ArriveMappedAndAreAnswered) {
  auto server = make6(*b_), client = make(*a_);
  ASSERT_EQ(bind(*server, "::", 53), 0);
  ASSERT_EQ(bind(*client, "10.0.1.1", 5000), 0);
  ASSERT_EQ(send(*client, "question", "10.0.2.1", 53), 0);
  auto m = server->receive(0);
  ASSERT_TRUE(m);
  EXPECT_EQ(shown(m->name), "::ffff:10.0.1.1");
  EXPECT_TRUE(server->send(root_, {.data = m->data, .name = m->name.view()}));
  env_.settle();
  EXPECT_EQ(receive(*client), "question");
  EXPECT_EQ(send(*server, "x", "::1", 5000), EADDRNOTAVAIL);
  EXPECT_EQ(send(*server, "x", "::ffff:10.0.1.1", 0), EINVAL);
}

TEST_F(Inet6NamesTest, V6OnlySocketsStandBesideThoseOfIpv4) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    auto only = make6(*a_, type, true), any = make(*a_, type);
    EXPECT_EQ(bind(*only, "::", 5000), 0);
    EXPECT_EQ(bind(*any, "0.0.0.0", 5000), 0);
    EXPECT_EQ(bind(*make6(*a_, type), "::", 5000), EADDRINUSE);
    EXPECT_EQ(bind(*make6(*a_, type, true), "::", 5000), EADDRINUSE);
    EXPECT_EQ(bind(*make6(*a_, type), "::ffff:10.0.1.1", 5000), EADDRINUSE);
    auto dual = make6(*a_, type);
    EXPECT_EQ(bind(*dual, "::", 5001), 0);
    EXPECT_EQ(bind(*make(*a_, type), "10.0.1.1", 5001), EADDRINUSE);
    EXPECT_EQ(bind(*make6(*a_, type, true), "::", 5001), EADDRINUSE);
    EXPECT_EQ(set(*dual, SOL_IPV6, IPV6_V6ONLY, 1), EINVAL) << "bound";
  }
}

TEST_F(Inet6NamesTest, V6OnlySocketsGetNothingOfIpv4) {
  auto server = make6(*b_, SOCK_DGRAM, true), client = make(*a_);
  ASSERT_EQ(bind(*server, "::", 53), 0);
  ASSERT_EQ(connect(*client, "10.0.2.1", 53), 0);
  ASSERT_EQ(send(*client, "question"), 0);
  EXPECT_EQ(receive(*server), "errno 11");
  EXPECT_EQ(client->take_error(), ECONNREFUSED);
}

TEST_F(Inet6NamesTest, OfEqualsTheSocketOfAfInetIsChosen) {
  auto inet6 = make6(*b_), inet = make(*b_), client = make(*a_);
  for (auto* s : {&inet, &inet6}) EXPECT_EQ(set(**s, SOL_SOCKET, SO_REUSEPORT, 1), 0);
  ASSERT_EQ(bind(*inet, "0.0.0.0", 53), 0);
  ASSERT_EQ(bind(*inet6, "::", 53), 0);
  ASSERT_EQ(send(*client, "x", "10.0.2.1", 53), 0);
  EXPECT_EQ(receive(*inet), "x");
}

TEST_F(Inet6NamesTest, AcceptedConnectionsAreOfTheListenersFamily) {
  auto l = stream6(*b_);
  ASSERT_EQ(bind(*l, "::", 7000), 0);
  ASSERT_EQ(code(l->listen(8)), 0);
  auto c = tcp(*a_);
  EXPECT_EQ(connect(*c, "10.0.2.1", 7000), EINPROGRESS);
  env_.settle();
  auto s = l->accept();
  ASSERT_TRUE(s);
  EXPECT_EQ((*s)->domain(), AF_INET6);
  EXPECT_EQ(shown((*s)->local_name()), "::ffff:10.0.2.1");
  EXPECT_EQ(shown((*s)->peer_name()), "::ffff:10.0.1.1");
  EXPECT_EQ(shown(static_cast<StreamSocket&>(**s).accepted_name()), "::ffff:10.0.1.1");
  // Its port is its own as one of IPv4 alone.
  l.reset();
  env_.settle();
  EXPECT_EQ(bind(*stream6(*b_, true), "::", 7000), 0);
  EXPECT_EQ(bind(*tcp(*b_), "0.0.0.0", 7000), EADDRINUSE);
}

TEST_F(Inet6NamesTest, StreamsConnectToMappedAddresses) {
  auto l = listener(*b_, 7000);
  auto c = stream6(*a_);
  EXPECT_EQ(connect(*c, "::ffff:10.0.2.1", 7000), EINPROGRESS);
  env_.settle();
  EXPECT_EQ(connect(*c, "::ffff:10.0.2.1", 7000), 0);
  EXPECT_EQ(shown(c->local_name()), "::ffff:10.0.1.1");
  EXPECT_EQ(number(*c, IPV6_ADDRFORM), AF_INET6);
  EXPECT_EQ(set(*c, SOL_IPV6, IPV6_ADDRFORM, AF_INET), 0);
  EXPECT_EQ(c->domain(), AF_INET);
  EXPECT_EQ(shown(c->local_name()), "not of AF_INET6");
}

TEST_F(Inet6NamesTest, OptionsAreKeptInTheirRanges) {
  auto s = make6(*a_);
  EXPECT_EQ(number(*s, IPV6_V6ONLY), 0);
  EXPECT_EQ(number(*s, IPV6_UNICAST_HOPS), 64);
  EXPECT_EQ(set(*s, SOL_IPV6, IPV6_UNICAST_HOPS, 3), 0);
  EXPECT_EQ(number(*s, IPV6_UNICAST_HOPS), 3);
  EXPECT_EQ(set(*s, SOL_IPV6, IPV6_UNICAST_HOPS, -1), 0);
  EXPECT_EQ(number(*s, IPV6_UNICAST_HOPS), 64);
  EXPECT_EQ(set(*s, SOL_IPV6, IPV6_UNICAST_HOPS, 256), EINVAL);
  EXPECT_EQ(set(*s, SOL_IPV6, IPV6_TCLASS, 255), 0);
  EXPECT_EQ(number(*s, IPV6_TCLASS), 255);
  auto t = stream6(*a_);
  EXPECT_EQ(set(*t, SOL_IPV6, IPV6_TCLASS, 255), 0);
  EXPECT_EQ(number(*t, IPV6_TCLASS), 252) << "the bits of ECN are TCP's";
  EXPECT_EQ(set(*t, SOL_IPV6, IPV6_MULTICAST_HOPS, 1), ENOPROTOOPT);
  EXPECT_EQ(number(*s, IPV6_MTU), -ENOTCONN);
  EXPECT_EQ(set(*s, SOL_IPV6, 7, 1), ENOPROTOOPT);
  EXPECT_EQ(code(make(*a_)->get_option(root_, SOL_IPV6, IPV6_V6ONLY, 4)), EOPNOTSUPP);
}

TEST_F(Inet6NamesTest, TheAddressOfADatagramIsTold) {
  auto server = make6(*b_), client = make(*a_);
  ASSERT_EQ(bind(*server, "::", 53), 0);
  ASSERT_EQ(set(*server, SOL_IPV6, IPV6_RECVPKTINFO, 1), 0);
  ASSERT_EQ(send(*client, "x", "10.0.2.1", 53), 0);
  auto m = server->receive(0);
  ASSERT_TRUE(m);
  const ByteVector control = server->control_for(*m);
  CmsgReader reader(control);
  const auto c = reader.next();
  ASSERT_TRUE(c);
  EXPECT_EQ(c->level, SOL_IPV6);
  EXPECT_EQ(c->type, IPV6_PKTINFO);
  ASSERT_EQ(c->data.size(), 20u);
  EXPECT_EQ(IpAddress::from_bytes(AF_INET6, c->data.first(16))->to_string(), "::ffff:10.0.2.1");
  EXPECT_EQ(load<int>(&c->data[16]), dev(*b_, "eth0").ifindex());
  EXPECT_FALSE(reader.next());
}

TEST_F(Inet6NamesTest, QueuedErrorsNameMappedAddresses) {
  auto s = make6(*a_);
  ASSERT_EQ(set(*s, SOL_IP, IP_RECVERR, 1), 0);
  ASSERT_EQ(connect(*s, "::ffff:10.0.2.1", 9), 0);
  ASSERT_EQ(send(*s, "x"), 0);
  auto m = s->receive(MSG_ERRQUEUE);
  ASSERT_TRUE(m);
  EXPECT_EQ(shown(m->name), "::ffff:10.0.2.1");
  const ByteVector control = s->control_for(*m);
  CmsgReader reader(control);
  const auto c = reader.next();
  ASSERT_TRUE(c);
  EXPECT_EQ(c->level, SOL_IPV6);
  EXPECT_EQ(c->type, IPV6_RECVERR);
  EXPECT_EQ(c->data.size(), 16 + sizeof(sockaddr_in6));
}

TEST_F(Inet6NamesTest, GroupsThatOneSocketJoinsAreBounded) {
  auto s = make6(*a_);
  ipv6_mreq request{};
  request.ipv6mr_ifindex = static_cast<int>(dev(*a_, "eth0").ifindex());
  uint8_t* group = request.ipv6mr_multiaddr.s6_addr;
  group[0] = 0xff, group[1] = 2;
  int joined = 0, err = 0;
  for (; err == 0 && joined < 10000; joined++) {
    store_be16(&group[14], static_cast<uint16_t>(joined));
    err = code(s->set_option(root_, SOL_IPV6, IPV6_JOIN_GROUP, bytes_of(request)));
  }
  EXPECT_EQ(err, ENOMEM);
  EXPECT_GT(joined, 300);
}

TEST_F(Inet6NamesTest, ThereAreNoRawSocketsOfIt) {
  EXPECT_EQ(code(family6_->create(*a_, root_, SOCK_RAW, IPPROTO_ICMPV6)), ESOCKTNOSUPPORT);
  EXPECT_EQ(code(family6_->create(*a_, root_, SOCK_DGRAM, IPPROTO_ICMPV6)), EPROTONOSUPPORT);
  EXPECT_EQ(code(family6_->create(*a_, root_, SOCK_DGRAM, IPPROTO_ICMP)), EPROTONOSUPPORT);
}

}  // namespace
}  // namespace unetns
