#include <linux/if_arp.h>
#include <linux/neighbour.h>
#include <linux/sockios.h>

#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

class ArpIoctlsTest : public InetSocketTest {
 protected:
  static arpreq request(std::string_view address, int flags, std::string_view device = "eth0") {
    arpreq r{};
    const sockaddr_in in = make_sockaddr_in(ip(address), 0);
    std::memcpy(&r.arp_pa, &in, sizeof in);
    r.arp_ha.sa_family = ARPHRD_ETHER;
    const uint8_t mac[] = {2, 0, 0, 0, 0, 5};
    std::memcpy(r.arp_ha.sa_data, mac, sizeof mac);
    r.arp_flags = flags;
    std::memcpy(r.arp_dev, device.data(), device.size());
    return r;
  }
  int run(unsigned long what, arpreq& r) {
    return code(ioctls_->ioctl(*a_, root_, what, mutable_bytes_of(r)));
  }
};

TEST_F(ArpIoctlsTest, AnEntryIsMadeReadAndDeleted) {
  arpreq r = request("10.0.1.5", ATF_PERM | ATF_COM);
  ASSERT_EQ(run(SIOCSARP, r), 0);
  arpreq got = request("10.0.1.5", 0);
  got.arp_ha = {};
  ASSERT_EQ(run(SIOCGARP, got), 0);
  EXPECT_EQ(got.arp_flags, ATF_PERM | ATF_COM);
  EXPECT_EQ(std::memcmp(got.arp_ha.sa_data, r.arp_ha.sa_data, 6), 0);
  EXPECT_EQ(run(SIOCDARP, r), 0);
  EXPECT_EQ(run(SIOCDARP, r), ENXIO);
  EXPECT_EQ(run(SIOCGARP, got), ENXIO);
}

TEST_F(ArpIoctlsTest, WithoutADeviceTheRouteNamesIt) {
  arpreq r = request("10.0.1.6", ATF_COM, "");
  ASSERT_EQ(run(SIOCSARP, r), 0);
  NeighConfig key;
  key.ifindex = dev(*a_, "eth0").ifindex();
  key.dst = ip("10.0.1.6");
  const auto found = inet_->neigh_get(*a_, key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->config.state, NUD_STALE);
  EXPECT_EQ(run(SIOCGARP, r), ENODEV) << "reading needs one";
}

TEST_F(ArpIoctlsTest, PublishedEntriesAreProxies) {
  arpreq r = request("10.0.1.8", ATF_PERM | ATF_PUBL);
  ASSERT_EQ(run(SIOCSARP, r), 0);
  int proxies = 0;
  inet_->neigh_for_each(*a_, true, [&](const NeighInfo&) { ++proxies; });
  EXPECT_EQ(proxies, 1);
  EXPECT_EQ(run(SIOCDARP, r), 0);
}

TEST_F(ArpIoctlsTest, NonsenseIsRefused) {
  arpreq r = request("10.0.1.5", ATF_NETMASK);
  EXPECT_EQ(run(SIOCSARP, r), EINVAL) << "a mask is for published ones";
  r = request("10.0.1.5", ATF_COM, "nope");
  EXPECT_EQ(run(SIOCSARP, r), ENODEV);
  r = request("10.0.1.5", ATF_COM);
  r.arp_ha.sa_family = ARPHRD_LOOPBACK;
  EXPECT_EQ(run(SIOCSARP, r), EINVAL) << "other hardware";
  r.arp_pa.sa_family = AF_INET6;
  EXPECT_EQ(run(SIOCSARP, r), EPFNOSUPPORT);
  r = request("10.0.1.5", ATF_COM);
  root_.privileged = false;
  EXPECT_EQ(run(SIOCSARP, r), EPERM);
  EXPECT_EQ(run(SIOCGARP, r), ENXIO) << "anybody may read";
}

}  // namespace
}  // namespace unetns
