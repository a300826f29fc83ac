// Every way a packet can die, in one enum. Add here, with the words a user reads.
#ifndef UNETNS_PACKET_DROP_REASON_H_
#define UNETNS_PACKET_DROP_REASON_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace unetns {

#define UNETNS_DROP_REASONS(X)                                            \
  X(kNotSpecified, "not specified")                                       \
  X(kDevDown, "device is down")                                           \
  X(kNoCarrier, "device has no carrier")                                  \
  X(kDevUnregistering, "device is going away")                            \
  X(kMtuExceeded, "larger than the device's MTU")                         \
  X(kBacklogFull, "receive backlog is full")                              \
  X(kQueueFull, "queue of the device is full")                            \
  X(kLoopLimit, "passed too many devices without a hop")                  \
  X(kOtherHost, "addressed to another host's MAC")                        \
  X(kUnhandledProto, "no handler for this ethertype")                     \
  X(kPacketTooSmall, "shorter than its headers")                          \
  X(kIpHeader, "malformed IP header")                                     \
  X(kIpChecksum, "wrong IP header checksum")                              \
  X(kIpNoProto, "no handler for this IP protocol")                        \
  X(kIpInNoAddress, "no address on the receiving device")                 \
  X(kIpMartianSource, "martian source address")                           \
  X(kIpMartianDestination, "martian destination address")                 \
  X(kIpRpFilter, "reverse path filter")                                   \
  X(kIpNoRoute, "no route to destination")                                \
  X(kIpRouteType, "route says unreachable, prohibit or blackhole")        \
  X(kIpForwardingOff, "forwarding is off")                                \
  X(kIpTtlExpired, "TTL expired")                                         \
  X(kIpFragNeeded, "too big and must not be fragmented")                  \
  X(kIpSourceRoute, "strict source route failed")                         \
  X(kIpOptions, "malformed IP options")                                   \
  X(kIpSourceInvalid, "source address is not ours")                       \
  X(kFragTimeout, "fragments did not all arrive in time")                 \
  X(kFragMemory, "too much memory in fragments")                          \
  X(kFragOverlap, "overlapping fragments")                                \
  X(kFragTooFar, "fragment ends beyond 64 KB")                            \
  X(kNeighFailed, "neighbour did not answer")                             \
  X(kNeighQueueFull, "queue of packets waiting for a neighbour is full")  \
  X(kNeighTableFull, "neighbour table is full")                           \
  X(kArpMalformed, "malformed ARP packet")                                \
  X(kArpIgnored, "ARP request not for us")                                \
  X(kIcmpMalformed, "malformed ICMP message")                             \
  X(kIcmpChecksum, "wrong ICMP checksum")                                 \
  X(kIcmpRateLimited, "ICMP rate limit")                                  \
  X(kIcmpIgnored, "ICMP message ignored by setting or type")              \
  X(kIgmpMalformed, "malformed IGMP message")                             \
  X(kIgmpChecksum, "wrong IGMP checksum")                                 \
  X(kIgmpIgnored, "IGMP message that is no concern of a host")            \
  X(kUdpMalformed, "malformed UDP header")                                \
  X(kUdpChecksum, "wrong UDP checksum")                                   \
  X(kTcpMalformed, "malformed TCP header")                                \
  X(kTcpChecksum, "wrong TCP checksum")                                   \
  X(kTcpListenOverflow, "queue of a listening socket is full")            \
  X(kTcpIgnored, "TCP segment that no connection takes")                  \
  X(kTcpOldStamp, "TCP segment with an older timestamp than the last")    \
  X(kTcpOutOfWindow, "TCP segment outside of the window, or here before") \
  X(kNoSocket, "no socket for this packet")                               \
  X(kSocketRcvbufFull, "receive buffer of the socket is full")            \
  X(kSocketFilter, "socket filter")                                       \
  X(kNoMemory, "out of memory")                                           \
  X(kNetDying, "namespace is going away")                                 \
  X(kTapFilter, "no reader on the tun/tap device")

enum class DropReason : uint16_t {
#define X(name, text) name,
  UNETNS_DROP_REASONS(X)
#undef X
      kCount
};
inline constexpr size_t kDropReasonCount = static_cast<size_t>(DropReason::kCount);

std::string_view drop_reason_name(DropReason reason);  // "kNoSocket" without the k
std::string_view drop_reason_text(DropReason reason);

}  // namespace unetns

#endif  // UNETNS_PACKET_DROP_REASON_H_
