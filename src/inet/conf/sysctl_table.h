// Integer settings under /proc/sys/net/ipv4 outside conf/ (ip-sysctl in the kernel's
// documentation), of one namespace.
#ifndef UNETNS_INET_CONF_SYSCTL_TABLE_H_
#define UNETNS_INET_CONF_SYSCTL_TABLE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "inet/ip/ip_settings.h"

namespace unetns {

// One slot for each value; settings of several values take consecutive slots.
enum class Ipv4Sysctl : uint8_t {
  kIpDefaultTtl,
  kIpNoPmtuDisc,
  kIpNonlocalBind,
  kIpForwardUsePmtu,
  kIpForwardUpdatePriority,
  kIpAutobindReuse,
  kIpDynaddr,
  kIpEarlyDemux,
  kFwmarkReflect,
  kIpLocalPortRangeLow,
  kIpLocalPortRangeHigh,
  kIpUnprivilegedPortStart,
  kPingGroupRangeLow,
  kPingGroupRangeHigh,
  kIcmpEchoIgnoreAll,
  kIcmpEchoIgnoreBroadcasts,
  kIcmpEchoEnableProbe,
  kIcmpIgnoreBogusErrorResponses,
  kIcmpErrorsUseInboundIfaddr,
  kIcmpRatelimit,
  kIcmpRatemask,
  kIcmpMsgsPerSec,
  kIcmpMsgsBurst,
  kIpfragHighThresh,
  kIpfragLowThresh,
  kIpfragTime,  // seconds
  kIpfragMaxDist,
  kIgmpLinkLocalMcastReports,
  kIgmpMaxMemberships,
  kIgmpMaxMsf,
  kIgmpQrv,
  kUdpEarlyDemux,
  kUdpRmemMin,
  kUdpWmemMin,
  kUdpL3mdevAccept,
  kRawL3mdevAccept,
  kFibMultipathHashPolicy,
  kFibMultipathHashFields,
  kFibMultipathUseNeigh,
  kFibNotifyOnFlagChange,
  kNexthopCompatMode,
  kRouteMinPmtu,
  kRouteMtuExpires,  // seconds
  kTcpRmemMin,
  kTcpRmemDefault,
  kTcpRmemMax,
  kTcpWmemMin,
  kTcpWmemDefault,
  kTcpWmemMax,
  kTcpSack,
  kTcpDsack,
  kTcpTimestamps,
  kTcpWindowScaling,
  kTcpEcn,
  kTcpEcnFallback,
  kTcpFinTimeout,
  kTcpKeepaliveTime,
  kTcpKeepaliveIntvl,
  kTcpKeepaliveProbes,
  kTcpSynRetries,
  kTcpSynackRetries,
  kTcpRetries1,
  kTcpRetries2,
  kTcpOrphanRetries,
  kTcpMaxSynBacklog,
  kTcpMaxTwBuckets,
  kTcpSyncookies,
  kTcpTwReuse,
  kTcpFastopen,
  kTcpSlowStartAfterIdle,
  kTcpMtuProbing,
  kTcpBaseMss,
  kTcpRfc1337,
  kTcpAbortOnOverflow,
  kTcpNotsentLowat,
  kTcpReordering,
  kTcpRecovery,
  kTcpEarlyRetrans,
  kTcpSynLinearTimeouts,
  kTcpFrto,
  kTcpNoMetricsSave,
  kTcpLimitOutputBytes,
  kTcpChallengeAckLimit,
  kTcpModerateRcvbuf,
  kTcpAdvWinScale,
  kTcpAutocorking,
  kTcpMinSndMss,
  kTcpMinTsoSegs,
  kTcpTsoWinDivisor,
  kTcpTsoRttLog,
  kTcpInvalidRatelimit,
  kTcpFwmarkAccept,
  kTcpReflectTos,
  // Kept, and without effect (docs/compatibility.md):
  kTcpAppWin,
  kTcpMtuProbeFloor,
  kTcpPacingCaRatio,
  kTcpPacingSsRatio,
  kTcpMaxReordering,
  kTcpRetransCollapse,
  kTcpStdurg,
  kTcpThinLinearTimeouts,
  kTcpWorkaroundSignedWindows,
  kTcpCompSackNr,
  // Those of net.core:
  kCoreSomaxconn,
  kCount
};
inline constexpr size_t kIpv4SysctlCount = static_cast<size_t>(Ipv4Sysctl::kCount);

struct Ipv4SysctlSpec {
  std::string_view name;
  Ipv4Sysctl first;
  uint8_t count;  // consecutive slots
  int64_t initial[3];
  int64_t min, max;  // of each value, inclusive
};
// Those outside of net.ipv4 have a slash before their path: "/core/somaxconn".
std::span<const Ipv4SysctlSpec> ipv4_sysctl_specs();

// Shares the compiled-in values until something is set.
class SysctlTable {
 public:
  int64_t get(Ipv4Sysctl id) const {
    return own_ ? own_->values[static_cast<size_t>(id)] : initial(id);
  }
  const IpSettings& settings() const { return own_ ? own_->settings : kInitialSettings; }
  // Checks number and range of the values, and what binds them to each other: EINVAL.
  Result<void> set(const Ipv4SysctlSpec& spec, std::span<const int64_t> values);
  static const Ipv4SysctlSpec* find(std::string_view name);

 private:
  using Values = std::array<int64_t, kIpv4SysctlCount>;
  static int64_t initial(Ipv4Sysctl id);
  Result<void> check_pair(const Ipv4SysctlSpec& spec, std::span<const int64_t> values) const;
  static const IpSettings kInitialSettings;
  struct Own {
    Values values;
    IpSettings settings;  // the same values as the packet path wants them
  };
  void refresh();
  std::unique_ptr<Own> own_;
};

}  // namespace unetns

#endif  // UNETNS_INET_CONF_SYSCTL_TABLE_H_
