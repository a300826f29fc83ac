#include <linux/route.h>
#include <linux/sockios.h>

#include <algorithm>

#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

class RouteIoctlsTest : public InetSocketTest {
 protected:
  static sockaddr in(std::string_view text) {
    const sockaddr_in from = make_sockaddr_in(ip(text), 0);
    sockaddr out{};
    std::memcpy(&out, &from, sizeof out);
    return out;
  }
  static rtentry entry(std::string_view dst, std::string_view mask, std::string_view via = {}) {
    rtentry r{};
    r.rt_dst = in(dst);
    r.rt_genmask = in(mask);
    r.rt_flags = RTF_UP;
    if (!via.empty()) {
      r.rt_gateway = in(via);
      r.rt_flags |= RTF_GATEWAY;
    }
    return r;
  }
  int run(unsigned long request, const rtentry& r, std::string_view device = {}) {
    ByteVector arg(sizeof r + IFNAMSIZ);
    store(arg.data(), r);
    std::ranges::copy(device, arg.begin() + sizeof r);
    return code(ioctls_->ioctl(*a_, root_, request, arg));
  }
  // Gateway, or "link", of the route to dst; metrics of it.
  std::string route_to(std::string_view dst, uint8_t len, uint32_t* metric = nullptr) {
    std::string out = "none";
    inet_->route_for_each(*a_, RT_TABLE_MAIN, [&](const RouteConfig& c) {
      if (c.dst_len != len || (len && c.dst.as<V4>() != ip(dst))) return;
      if (metric) *metric = c.priority;
      if (c.type == RTN_UNREACHABLE)
        out = "unreachable";
      else
        out = c.nexthops[0].gateway.has_value() ? c.nexthops[0].gateway.to_string() : "link";
    });
    return out;
  }
};

TEST_F(RouteIoctlsTest, RoutesByGatewayAndByDeviceComeAndGo) {
  const rtentry net = entry("198.51.100.0", "255.255.255.0", "10.0.1.7");
  ASSERT_EQ(run(SIOCADDRT, net), 0);
  EXPECT_EQ(route_to("198.51.100.0", 24), "10.0.1.7");
  EXPECT_EQ(run(SIOCADDRT, net), EEXIST);
  rtentry link = entry("203.0.113.0", "255.255.255.0");
  link.rt_metric = 6;
  ASSERT_EQ(run(SIOCADDRT, link, "eth0"), 0);
  uint32_t metric = 0;
  EXPECT_EQ(route_to("203.0.113.0", 24, &metric), "link");
  EXPECT_EQ(metric, 5u) << "counted from one";
  EXPECT_EQ(run(SIOCDELRT, net), 0);
  EXPECT_EQ(run(SIOCDELRT, net), ESRCH);
  EXPECT_EQ(run(SIOCDELRT, entry("0.0.0.0", "0.0.0.0")), 0) << "route del default";
  EXPECT_EQ(route_to("0.0.0.0", 0), "none");
}

TEST_F(RouteIoctlsTest, AHostRouteNeedsNoMaskAndARejectRouteNoWay) {
  rtentry host = entry("198.51.100.9", "0.0.0.0");
  host.rt_flags |= RTF_HOST | RTF_REJECT;
  ASSERT_EQ(run(SIOCADDRT, host), 0);
  EXPECT_EQ(route_to("198.51.100.9", 32), "unreachable");
}

TEST_F(RouteIoctlsTest, NonsenseIsRefused) {
  EXPECT_EQ(run(SIOCADDRT, entry("198.51.100.0", "255.0.255.0", "10.0.1.7")), EINVAL) << "gaps";
  EXPECT_EQ(run(SIOCADDRT, entry("198.51.100.1", "255.255.255.0", "10.0.1.7")), EINVAL);
  EXPECT_EQ(run(SIOCADDRT, entry("198.51.100.0", "255.255.255.0"), "nope"), ENODEV);
  EXPECT_EQ(run(SIOCADDRT, entry("198.51.100.0", "255.255.255.0"), "eth0:9"), ENODEV) << "no alias";
  rtentry r = entry("198.51.100.0", "255.255.255.0");
  r.rt_flags |= RTF_GATEWAY;
  EXPECT_EQ(run(SIOCADDRT, r, "eth0"), EINVAL) << "which gateway?";
  r.rt_dst.sa_family = AF_INET6;
  EXPECT_EQ(run(SIOCADDRT, r), EAFNOSUPPORT);
  ByteVector few(8);
  EXPECT_EQ(code(ioctls_->ioctl(*a_, root_, SIOCADDRT, few)), EFAULT);
  root_.privileged = false;
  EXPECT_EQ(run(SIOCADDRT, r), EPERM);
}

}  // namespace
}  // namespace unetns
