// Groups and whose packets to them are wanted (ip(7), RFC 3678).
#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

class MulticastTest : public InetSocketTest {
 protected:
  void SetUp() override {
    address(*r_, "eth1", "10.0.2.253");
    member_ = make(*b_);
    ASSERT_EQ(bind(*member_, "0.0.0.0", 7), 0);
    for (auto& [from, text] : {std::pair{&first_, "10.0.2.254"}, {&second_, "10.0.2.253"}}) {
      *from = make(*r_);
      ASSERT_EQ(bind(**from, text), 0);
      const in_addr by{ip(text).be()};
      ASSERT_EQ(code((*from)->set_option(root_, SOL_IP, IP_MULTICAST_IF, bytes_of(by))), 0);
    }
  }
  int source(int option, std::string_view from) {
    const ip_mreq_source r{{ip("239.1.1.1").be()}, {ip("10.0.2.1").be()}, {ip(from).be()}};
    return code(member_->set_option(root_, SOL_IP, option, bytes_of(r)));
  }
  int join(int option = IP_ADD_MEMBERSHIP) {
    const ip_mreq r{{ip("239.1.1.1").be()}, {ip("10.0.2.1").be()}};
    return code(member_->set_option(root_, SOL_IP, option, bytes_of(r)));
  }
  // Which of the two senders is heard.
  std::string heard() {
    send(*first_, "1", "239.1.1.1", 7);
    send(*second_, "2", "239.1.1.1", 7);
    std::string out;
    while (auto m = member_->receive(0)) out += text(*m);
    return out;
  }
  std::unique_ptr<Socket> member_, first_, second_;
};

TEST_F(MulticastTest, OnlyMembersHearAGroup) {
  EXPECT_EQ(heard(), "");
  ASSERT_EQ(join(), 0);
  EXPECT_EQ(heard(), "12");
  ASSERT_EQ(join(IP_DROP_MEMBERSHIP), 0);
  EXPECT_EQ(heard(), "");
}

TEST_F(MulticastTest, NamedSourcesAloneAreHeard) {
  ASSERT_EQ(source(IP_ADD_SOURCE_MEMBERSHIP, "10.0.2.254"), 0);
  EXPECT_EQ(source(IP_ADD_SOURCE_MEMBERSHIP, "10.0.2.254"), EADDRNOTAVAIL);
  EXPECT_EQ(heard(), "1");
  ASSERT_EQ(source(IP_ADD_SOURCE_MEMBERSHIP, "10.0.2.253"), 0);
  EXPECT_EQ(heard(), "12");
  EXPECT_EQ(join(), EADDRINUSE);
  EXPECT_EQ(source(IP_BLOCK_SOURCE, "10.0.2.253"), EINVAL) << "the mode is chosen";
  ASSERT_EQ(source(IP_DROP_SOURCE_MEMBERSHIP, "10.0.2.254"), 0);
  EXPECT_EQ(heard(), "2");
  ASSERT_EQ(source(IP_DROP_SOURCE_MEMBERSHIP, "10.0.2.253"), 0);
  EXPECT_EQ(source(IP_DROP_SOURCE_MEMBERSHIP, "10.0.2.253"), EINVAL) << "no member any more";
}

TEST_F(MulticastTest, BlockedSourcesAreNot) {
  EXPECT_EQ(source(IP_BLOCK_SOURCE, "10.0.2.254"), EINVAL);
  ASSERT_EQ(join(), 0);
  ASSERT_EQ(source(IP_BLOCK_SOURCE, "10.0.2.254"), 0);
  EXPECT_EQ(heard(), "2");
  ASSERT_EQ(source(IP_UNBLOCK_SOURCE, "10.0.2.254"), 0);
  EXPECT_EQ(source(IP_UNBLOCK_SOURCE, "10.0.2.254"), EADDRNOTAVAIL);
  EXPECT_EQ(heard(), "12");
}

TEST_F(MulticastTest, AFilterIsSetAtOnceAndBounded) {
  auto filter = [&](uint32_t mode, std::vector<std::string_view> sources) {
    ByteVector v(16);
    store(v.data(), ip("239.1.1.1").be());
    store(v.data() + 4, ip("10.0.2.1").be());
    store(v.data() + 8, mode);
    store(v.data() + 12, static_cast<uint32_t>(sources.size()));
    for (std::string_view s : sources) {
      const uint32_t a = ip(s).be();
      const Bytes b = bytes_of(a);
      v.insert(v.end(), b.begin(), b.end());
    }
    return code(member_->set_option(root_, SOL_IP, IP_MSFILTER, v));
  };
  EXPECT_EQ(filter(MCAST_INCLUDE, {"10.0.2.254"}), EINVAL) << "not a member";
  ASSERT_EQ(join(), 0);
  ASSERT_EQ(filter(MCAST_INCLUDE, {"10.0.2.254"}), 0);
  EXPECT_EQ(heard(), "1");
  ASSERT_EQ(filter(MCAST_EXCLUDE, {"10.0.2.254"}), 0);
  EXPECT_EQ(heard(), "2");
  EXPECT_EQ(filter(2, {}), EINVAL);
  EXPECT_EQ(filter(MCAST_EXCLUDE, std::vector<std::string_view>(11, "10.9.9.9")), ENOBUFS);
  ASSERT_EQ(filter(MCAST_INCLUDE, {}), 0);
  EXPECT_EQ(stack_->ip().memberships(*b_).size(), 0u) << "to want nobody is to leave";
}

TEST_F(MulticastTest, RoutersHearOfMembersByIgmp) {
  auto router = make(*r_, SOCK_RAW, IPPROTO_IGMP);
  const ip_mreq all{{ip("224.0.0.22").be()}, {ip("10.0.2.254").be()}};
  ASSERT_EQ(code(router->set_option(root_, SOL_IP, IP_ADD_MEMBERSHIP, bytes_of(all))), 0);
  env_.advance(std::chrono::seconds(5));
  while (router->receive(0)) {
  }
  ASSERT_EQ(join(), 0);
  env_.advance(std::chrono::milliseconds(20));
  auto m = router->receive(0);
  ASSERT_TRUE(m);
  ASSERT_EQ(m->data.size(), 24u + 16u);
  EXPECT_EQ(m->data[8], 1) << "TTL";
  EXPECT_EQ(m->data[1], 0xc0) << "TOS";
  EXPECT_EQ(load_be32(&m->data[20]), 0x94040000u) << "router alert";
  EXPECT_EQ(m->data[24], 0x22);
  EXPECT_EQ(m->data[32], 4) << "now all but nobody";
  EXPECT_EQ(Ipv4Address::from(&m->data[36]), ip("239.1.1.1"));
}

}  // namespace
}  // namespace unetns
