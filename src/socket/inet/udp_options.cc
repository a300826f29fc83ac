#include "socket/inet/udp_options.h"

#include <linux/udp.h>

#include "socket/sol_socket.h"

namespace unetns {
namespace {
constexpr int kUdpliteSendCscov = 10, kUdpliteRecvCscov = 11;
}

Result<void> UdpOptions::set(int name, Bytes value) {
  UNETNS_ASSIGN(const int v, option_int(value));
  switch (name) {
    case UDP_CORK:
      cork = v != 0;
      return {};
    case UDP_ENCAP:
      // Packets of IPsec in UDP belong to XFRM, which is not there.
      if (v != 0 && v != UDP_ENCAP_L2TPINUDP) return fail(ENOPROTOOPT);
      encap = v;
      return {};
    case UDP_NO_CHECK6_TX:
      no_check6_tx = v != 0;
      return {};
    case UDP_NO_CHECK6_RX:
      no_check6_rx = v != 0;
      return {};
    case UDP_SEGMENT:
      if (v < 0 || v > 0xffff) return fail(EINVAL);
      segment = static_cast<uint16_t>(v);
      return {};
    case UDP_GRO:
      gro = v != 0;
      return {};
    default:
      return fail(ENOPROTOOPT);
  }
}

Result<ByteVector> UdpOptions::get(int name, size_t max) const {
  switch (name) {
    case UDP_CORK:
      return option_value(cork, max);
    case UDP_ENCAP:
      return option_value(encap, max);
    case UDP_NO_CHECK6_TX:
      return option_value(no_check6_tx, max);
    case UDP_NO_CHECK6_RX:
      return option_value(no_check6_rx, max);
    case UDP_SEGMENT:
      return option_value(segment, max);
    case UDP_GRO:
      return option_value(gro, max);
    case kUdpliteSendCscov:
    case kUdpliteRecvCscov:
      return option_value(0, max);  // of UDP-Lite, but Linux answers here too
    default:
      return fail(ENOPROTOOPT);
  }
}

}  // namespace unetns
