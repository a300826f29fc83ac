#include "vfs/proc_net.h"

#include <linux/neighbour.h>

#include "vfs/vfs_fixture.h"

namespace unetns {
namespace {

// The lines that a kernel printed for the same state.

TEST_F(VfsTest, DevPrintsTheColumnsOfTheKernel) {
  eth0_->stats.rx_bytes = 2401120;
  eth0_->stats.rx_packets = 40;
  eth0_->stats.tx_bytes = 448;
  eth0_->stats.tx_packets = 6;
  EXPECT_EQ(
      read("/proc/net/dev"),
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs "
      "drop fifo colls carrier compressed\n"
      "  eth0: 2401120      40    0    0    0     0          0         0      448       6    0 "
      "   0    0     0       0          0\n"
      "  eth1:       0       0    0    0    0     0          0         0        0       0    0 "
      "   0    0     0       0          0\n");
}

RouteConfig route(const char* dst, uint8_t len, const char* via, int oif) {
  RouteConfig r;
  if (*dst) r.dst = *IpAddress::parse(dst);
  r.dst_len = len;
  if (oif) {
    NexthopConfig hop;
    hop.oif = oif;
    if (*via) hop.gateway = *IpAddress::parse(via);
    r.nexthops.push_back(hop);
  }
  return r;
}

std::string padded(std::string line) {
  line.resize(127, ' ');
  return line + "\n";
}

TEST_F(VfsTest, RoutePrintsTheMainTableInLinesOf127Columns) {
  const int oif = eth0_->ifindex();
  control_.routes = {route("", 0, "10.1.0.2", oif), route("10.1.0.0", 24, "", oif),
                     route("10.5.0.1", 32, "10.1.0.2", oif), route("10.9.0.0", 16, "", 0)};
  control_.routes[0].priority = 5;
  control_.routes[2].metrics = {{RTAX_ADVMSS, 1000}, {RTAX_WINDOW, 3000}, {RTAX_RTT, 640}};
  control_.routes[3].type = RTN_UNREACHABLE;
  EXPECT_EQ(
      read("/proc/net/route"),
      padded(
          "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT") +
          padded("eth0\t00000000\t0200010A\t0003\t0\t0\t5\t00000000\t0\t0\t0") +
          padded("eth0\t0000010A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0") +
          padded("eth0\t0100050A\t0200010A\t0007\t0\t0\t0\tFFFFFFFF\t1040\t3000\t80") +
          padded("*\t0000090A\t00000000\t0201\t0\t0\t0\t0000FFFF\t0\t0\t0"));
}

TEST_F(VfsTest, RouteLeavesOutOtherTablesBroadcastAndMulticast) {
  const int oif = eth0_->ifindex();
  control_.routes = {route("10.1.0.0", 24, "", oif), route("10.2.0.255", 32, "", oif),
                     route("239.0.0.0", 8, "", oif)};
  control_.routes[0].table = RT_TABLE_LOCAL;
  control_.routes[1].type = RTN_BROADCAST;
  control_.routes[2].type = RTN_MULTICAST;
  EXPECT_EQ(read("/proc/net/route").size(), 128u);
}

TEST_F(VfsTest, ArpPrintsStatesAsFlags) {
  auto neigh = [&](const char* address, uint16_t state, uint8_t last) {
    NeighInfo n;
    n.dev = eth0_;
    n.config.dst = *IpAddress::parse(address);
    n.config.state = state;
    if (last) n.config.lladdr = MacAddress{{2, 0, 0, 0, 0, last}};
    return n;
  };
  control_.neighs = {neigh("10.1.0.77", NUD_INCOMPLETE, 0), neigh("10.1.0.52", NUD_STALE, 0x52),
                     neigh("10.1.0.50", NUD_PERMANENT, 0x50), neigh("10.1.0.51", NUD_NOARP, 0x51)};
  control_.proxies = {neigh("10.1.0.60", 0, 0), neigh("10.1.0.61", 0, 0)};
  control_.proxies[1].dev = nullptr;
  EXPECT_EQ(read("/proc/net/arp"),
            "IP address       HW type     Flags       HW address            Mask     Device\n"
            "10.1.0.77        0x1         0x0         00:00:00:00:00:00     *        eth0\n"
            "10.1.0.52        0x1         0x2         02:00:00:00:00:52     *        eth0\n"
            "10.1.0.50        0x1         0x6         02:00:00:00:00:50     *        eth0\n"
            "10.1.0.60        0x1         0xc         00:00:00:00:00:00     *        eth0\n"
            "10.1.0.61        0x0         0xc         00:00:00:00:00:00     *        *\n");
}

}  // namespace
}  // namespace unetns
