#include "socket/ioctl/device_ioctls.h"

#include <linux/sockios.h>

#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

class DeviceIoctlsTest : public InetSocketTest {
 protected:
  static ifreq request(std::string_view name) {
    ifreq r{};
    std::memcpy(r.ifr_name, name.data(), name.size());
    return r;
  }
  int run(unsigned long what, ifreq& r) {
    return code(ioctls_->ioctl(*a_, root_, what, mutable_bytes_of(r)));
  }
  static Ipv4Address addr_of(const ifreq& r) {
    return Ipv4Address::from(reinterpret_cast<const uint8_t*>(&r.ifr_addr) + 4);
  }
  static void put_addr(ifreq& r, std::string_view text) {
    const sockaddr_in in = make_sockaddr_in(ip(text), 0);
    std::memcpy(&r.ifr_addr, &in, sizeof in);
  }
};

TEST_F(DeviceIoctlsTest, FactsOfADevice) {
  ifreq r = request("eth0");
  ASSERT_EQ(run(SIOCGIFINDEX, r), 0);
  EXPECT_EQ(r.ifr_ifindex, dev(*a_, "eth0").ifindex());
  ASSERT_EQ(run(SIOCGIFNAME, r), 0);
  EXPECT_STREQ(r.ifr_name, "eth0");
  ASSERT_EQ(run(SIOCGIFFLAGS, r), 0);
  EXPECT_EQ(r.ifr_flags & (IFF_UP | IFF_RUNNING | IFF_BROADCAST),
            IFF_UP | IFF_RUNNING | IFF_BROADCAST);
  ASSERT_EQ(run(SIOCGIFMTU, r), 0);
  EXPECT_EQ(r.ifr_mtu, 1500);
  ASSERT_EQ(run(SIOCGIFHWADDR, r), 0);
  EXPECT_EQ(r.ifr_hwaddr.sa_family, ARPHRD_ETHER);
  EXPECT_EQ(std::memcmp(r.ifr_hwaddr.sa_data, dev(*a_, "eth0").address.bytes.data(), 6), 0);
  ifreq none = request("nope");
  EXPECT_EQ(run(SIOCGIFMTU, none), ENODEV);
  EXPECT_EQ(run(SIOCETHTOOL, r), EOPNOTSUPP);
  EXPECT_EQ(run(0x5401, r), ENOTTY);
}

TEST_F(DeviceIoctlsTest, WhatNoDriverHereSpeaksIsAskedOfTheDevice) {
  for (unsigned long what : {SIOCDEVPRIVATE, SIOCDEVPRIVATE + 15, SIOCBRADDIF, SIOCGHWTSTAMP}) {
    ifreq r = request("eth0"), none = request("nope");
    EXPECT_EQ(run(what, r), EOPNOTSUPP) << what;
    EXPECT_EQ(run(what, none), ENODEV) << what;
  }
}

TEST_F(DeviceIoctlsTest, AnAddressOfAnotherFamilyIsRefusedBeforeTheDeviceIsLookedFor) {
  ifreq r = request("nope");
  EXPECT_EQ(run(SIOCSIFNETMASK, r), EINVAL);
  r.ifr_addr.sa_family = AF_INET;
  EXPECT_EQ(run(SIOCSIFNETMASK, r), ENODEV);
}

TEST_F(DeviceIoctlsTest, ChangesNeedPrivilege) {
  ifreq r = request("eth0");
  r.ifr_mtu = 1400;
  TestCaller user;
  user.privileged = false;
  EXPECT_EQ(code(ioctls_->ioctl(*a_, user, SIOCSIFMTU, mutable_bytes_of(r))), EPERM);
  EXPECT_EQ(run(SIOCSIFMTU, r), 0);
  EXPECT_EQ(dev(*a_, "eth0").mtu, 1400u);
  r.ifr_flags = 0;
  EXPECT_EQ(run(SIOCSIFFLAGS, r), 0);
  EXPECT_FALSE(dev(*a_, "eth0").up());
}

TEST_F(DeviceIoctlsTest, AddressesAreReadAndListed) {
  ifreq r = request("eth0");
  ASSERT_EQ(run(SIOCGIFADDR, r), 0);
  EXPECT_EQ(addr_of(r), ip("10.0.1.1"));
  ASSERT_EQ(run(SIOCGIFNETMASK, r), 0);
  EXPECT_EQ(addr_of(r), ip("255.255.255.0"));
  ASSERT_EQ(run(SIOCGIFBRDADDR, r), 0);
  EXPECT_EQ(addr_of(r), ip("10.0.1.255"));
  std::array<ifreq, 8> list{};
  auto n = ioctls_->ioctl(*a_, root_, SIOCGIFCONF, mutable_bytes_of(list));
  ASSERT_TRUE(n);
  EXPECT_EQ(*n, 2 * static_cast<int>(sizeof(ifreq)));
  EXPECT_STREQ(list[0].ifr_name, "lo");
  EXPECT_EQ(addr_of(list[1]), ip("10.0.1.1"));
  EXPECT_EQ(*ioctls_->ioctl(*a_, root_, SIOCGIFCONF, {}), *n) << "asking for the size";
}

TEST_F(DeviceIoctlsTest, IfconfigSetsAddressMaskAndAlias) {
  ifreq r = request("eth0:1");
  EXPECT_EQ(run(SIOCGIFADDR, r), EADDRNOTAVAIL);
  put_addr(r, "192.168.7.1");
  ASSERT_EQ(run(SIOCSIFADDR, r), 0);
  ASSERT_EQ(run(SIOCGIFNETMASK, r), 0);
  EXPECT_EQ(addr_of(r), ip("255.255.255.0")) << "class C";
  put_addr(r, "255.255.0.0");
  ASSERT_EQ(run(SIOCSIFNETMASK, r), 0);
  ASSERT_EQ(run(SIOCGIFBRDADDR, r), 0);
  EXPECT_EQ(addr_of(r), ip("192.168.255.255"));
  put_addr(r, "255.0.255.0");
  EXPECT_EQ(run(SIOCSIFNETMASK, r), EINVAL);
  r.ifr_flags = 0;
  ASSERT_EQ(run(SIOCSIFFLAGS, r), 0);
  EXPECT_EQ(run(SIOCGIFADDR, r), EADDRNOTAVAIL) << "the alias is gone";
  EXPECT_TRUE(dev(*a_, "eth0").up());
}

}  // namespace
}  // namespace unetns
