#include "inet/conf/sysctl_table.h"

#include <climits>
#include <type_traits>

#include "inet/fib/multipath_hash.h"

namespace unetns {
namespace {

using enum Ipv4Sysctl;
constexpr int64_t kMaxId = UINT_MAX - 1;  // largest group id (setregid(2): -1 is none)

constexpr Ipv4SysctlSpec kSpecs[] = {
    {"ip_default_ttl", kIpDefaultTtl, 1, {64}, 1, 255},
    {"ip_no_pmtu_disc", kIpNoPmtuDisc, 1, {0}, 0, 255},
    {"ip_nonlocal_bind", kIpNonlocalBind, 1, {0}, 0, 255},
    {"ip_forward_use_pmtu", kIpForwardUsePmtu, 1, {0}, 0, 255},
    {"ip_forward_update_priority", kIpForwardUpdatePriority, 1, {1}, 0, 1},
    {"ip_autobind_reuse", kIpAutobindReuse, 1, {0}, 0, 1},
    {"ip_dynaddr", kIpDynaddr, 1, {0}, 0, 255},
    {"ip_early_demux", kIpEarlyDemux, 1, {1}, 0, 255},
    {"fwmark_reflect", kFwmarkReflect, 1, {0}, 0, 255},
    {"ip_local_port_range", kIpLocalPortRangeLow, 2, {32768, 60999}, 1, 65535},
    {"ip_unprivileged_port_start", kIpUnprivilegedPortStart, 1, {1024}, 0, 65535},
    {"ping_group_range", kPingGroupRangeLow, 2, {1, 0}, 0, kMaxId},
    {"icmp_echo_ignore_all", kIcmpEchoIgnoreAll, 1, {0}, 0, 1},
    {"icmp_echo_ignore_broadcasts", kIcmpEchoIgnoreBroadcasts, 1, {1}, 0, 1},
    {"icmp_echo_enable_probe", kIcmpEchoEnableProbe, 1, {0}, 0, 1},
    {"icmp_ignore_bogus_error_responses", kIcmpIgnoreBogusErrorResponses, 1, {1}, 0, 1},
    {"icmp_errors_use_inbound_ifaddr", kIcmpErrorsUseInboundIfaddr, 1, {0}, 0, 1},
    {"icmp_ratelimit", kIcmpRatelimit, 1, {1000}, INT_MIN, INT_MAX},
    {"icmp_ratemask", kIcmpRatemask, 1, {6168}, INT_MIN, INT_MAX},
    {"icmp_msgs_per_sec", kIcmpMsgsPerSec, 1, {1000}, 0, INT_MAX},
    {"icmp_msgs_burst", kIcmpMsgsBurst, 1, {50}, 0, INT_MAX},
    {"ipfrag_high_thresh", kIpfragHighThresh, 1, {4194304}, 0, LONG_MAX},
    {"ipfrag_low_thresh", kIpfragLowThresh, 1, {3145728}, 0, LONG_MAX},
    {"ipfrag_time", kIpfragTime, 1, {30}, INT_MIN, INT_MAX},
    {"ipfrag_max_dist", kIpfragMaxDist, 1, {64}, 0, INT_MAX},
    {"igmp_link_local_mcast_reports", kIgmpLinkLocalMcastReports, 1, {1}, 0, 255},
    {"igmp_max_memberships", kIgmpMaxMemberships, 1, {20}, INT_MIN, INT_MAX},
    {"igmp_max_msf", kIgmpMaxMsf, 1, {10}, INT_MIN, INT_MAX},
    {"igmp_qrv", kIgmpQrv, 1, {2}, 1, INT_MAX},
    {"udp_early_demux", kUdpEarlyDemux, 1, {1}, 0, 255},
    {"udp_rmem_min", kUdpRmemMin, 1, {4096}, 1, INT_MAX},
    {"udp_wmem_min", kUdpWmemMin, 1, {4096}, 1, INT_MAX},
    {"udp_l3mdev_accept", kUdpL3mdevAccept, 1, {0}, 0, 1},
    {"raw_l3mdev_accept", kRawL3mdevAccept, 1, {1}, 0, 1},
    {"fib_multipath_hash_policy", kFibMultipathHashPolicy, 1, {0}, 0, 3},
    {"fib_multipath_hash_fields", kFibMultipathHashFields, 1, {7}, 1, 0xfff},
    {"fib_multipath_use_neigh", kFibMultipathUseNeigh, 1, {0}, 0, 1},
    {"fib_notify_on_flag_change", kFibNotifyOnFlagChange, 1, {0}, 0, 2},
    {"nexthop_compat_mode", kNexthopCompatMode, 1, {1}, 0, 1},
    {"route/min_pmtu", kRouteMinPmtu, 1, {552}, 68, INT_MAX},
    {"route/mtu_expires", kRouteMtuExpires, 1, {600}, 0, INT_MAX},
    {"tcp_rmem", kTcpRmemMin, 3, {4096, 131072, 6291456}, 1, INT_MAX},
    {"tcp_wmem", kTcpWmemMin, 3, {4096, 16384, 4194304}, 1, INT_MAX},
    {"tcp_sack", kTcpSack, 1, {1}, 0, 255},
    {"tcp_dsack", kTcpDsack, 1, {1}, 0, 255},
    {"tcp_timestamps", kTcpTimestamps, 1, {1}, 0, 255},
    {"tcp_window_scaling", kTcpWindowScaling, 1, {1}, 0, 255},
    {"tcp_ecn", kTcpEcn, 1, {2}, 0, 2},
    {"tcp_ecn_fallback", kTcpEcnFallback, 1, {1}, 0, 255},
    {"tcp_fin_timeout", kTcpFinTimeout, 1, {60}, INT_MIN, INT_MAX},
    {"tcp_keepalive_time", kTcpKeepaliveTime, 1, {7200}, INT_MIN, INT_MAX},
    {"tcp_keepalive_intvl", kTcpKeepaliveIntvl, 1, {75}, INT_MIN, INT_MAX},
    {"tcp_keepalive_probes", kTcpKeepaliveProbes, 1, {9}, 0, 255},
    {"tcp_syn_retries", kTcpSynRetries, 1, {6}, 1, 127},
    {"tcp_syn_linear_timeouts", kTcpSynLinearTimeouts, 1, {4}, 0, 127},
    {"tcp_synack_retries", kTcpSynackRetries, 1, {5}, 0, 255},
    {"tcp_retries1", kTcpRetries1, 1, {3}, 0, 255},
    {"tcp_retries2", kTcpRetries2, 1, {15}, 0, 255},
    {"tcp_orphan_retries", kTcpOrphanRetries, 1, {0}, 0, 255},
    {"tcp_max_syn_backlog", kTcpMaxSynBacklog, 1, {2048}, INT_MIN, INT_MAX},
    {"tcp_max_tw_buckets", kTcpMaxTwBuckets, 1, {131072}, INT_MIN, INT_MAX},
    {"tcp_syncookies", kTcpSyncookies, 1, {1}, 0, 255},
    {"tcp_tw_reuse", kTcpTwReuse, 1, {2}, 0, 2},
    {"tcp_fastopen", kTcpFastopen, 1, {1}, INT_MIN, INT_MAX},
    {"tcp_slow_start_after_idle", kTcpSlowStartAfterIdle, 1, {1}, 0, 255},
    {"tcp_mtu_probing", kTcpMtuProbing, 1, {0}, 0, 255},
    {"tcp_base_mss", kTcpBaseMss, 1, {1024}, INT_MIN, INT_MAX},
    {"tcp_rfc1337", kTcpRfc1337, 1, {0}, 0, 255},
    {"tcp_abort_on_overflow", kTcpAbortOnOverflow, 1, {0}, 0, 255},
    {"tcp_notsent_lowat", kTcpNotsentLowat, 1, {4294967295}, 0, UINT_MAX},
    {"tcp_reordering", kTcpReordering, 1, {3}, INT_MIN, INT_MAX},
    {"tcp_recovery", kTcpRecovery, 1, {1}, 0, 255},
    {"tcp_early_retrans", kTcpEarlyRetrans, 1, {3}, 0, 4},
    {"tcp_frto", kTcpFrto, 1, {2}, 0, 255},
    {"tcp_no_metrics_save", kTcpNoMetricsSave, 1, {0}, 0, 255},
    {"tcp_limit_output_bytes", kTcpLimitOutputBytes, 1, {4194304}, INT_MIN, INT_MAX},
    {"tcp_challenge_ack_limit", kTcpChallengeAckLimit, 1, {INT_MAX}, INT_MIN, INT_MAX},
    {"tcp_moderate_rcvbuf", kTcpModerateRcvbuf, 1, {1}, 0, 255},
    {"tcp_adv_win_scale", kTcpAdvWinScale, 1, {1}, -31, 31},
    {"tcp_autocorking", kTcpAutocorking, 1, {1}, 0, 255},
    {"tcp_min_snd_mss", kTcpMinSndMss, 1, {48}, 48, 65535},
    {"tcp_min_tso_segs", kTcpMinTsoSegs, 1, {2}, 1, 255},
    {"tcp_tso_win_divisor", kTcpTsoWinDivisor, 1, {3}, 0, 255},
    {"tcp_tso_rtt_log", kTcpTsoRttLog, 1, {9}, 0, 255},
    {"tcp_invalid_ratelimit", kTcpInvalidRatelimit, 1, {500}, INT_MIN, INT_MAX},
    {"tcp_fwmark_accept", kTcpFwmarkAccept, 1, {0}, 0, 255},
    {"tcp_reflect_tos", kTcpReflectTos, 1, {0}, 0, 1},
    {"tcp_app_win", kTcpAppWin, 1, {31}, 0, 31},
    {"tcp_mtu_probe_floor", kTcpMtuProbeFloor, 1, {48}, 48, 65535},
    {"tcp_pacing_ca_ratio", kTcpPacingCaRatio, 1, {120}, 0, 1000},
    {"tcp_pacing_ss_ratio", kTcpPacingSsRatio, 1, {200}, 0, 1000},
    {"tcp_max_reordering", kTcpMaxReordering, 1, {300}, INT_MIN, INT_MAX},
    {"tcp_retrans_collapse", kTcpRetransCollapse, 1, {1}, 0, 255},
    {"tcp_stdurg", kTcpStdurg, 1, {0}, 0, 255},
    {"tcp_thin_linear_timeouts", kTcpThinLinearTimeouts, 1, {0}, 0, 255},
    {"tcp_workaround_signed_windows", kTcpWorkaroundSignedWindows, 1, {0}, 0, 255},
    {"tcp_comp_sack_nr", kTcpCompSackNr, 1, {44}, 0, 255},
    {"/core/somaxconn", kCoreSomaxconn, 1, {4096}, 0, INT_MAX},
};

constexpr std::array<int64_t, kIpv4SysctlCount> kInitial = [] {
  std::array<int64_t, kIpv4SysctlCount> v{};
  for (const Ipv4SysctlSpec& s : kSpecs)
    for (size_t i = 0; i < s.count; i++) v[static_cast<size_t>(s.first) + i] = s.initial[i];
  return v;
}();

}  // namespace

std::span<const Ipv4SysctlSpec> ipv4_sysctl_specs() { return kSpecs; }

const Ipv4SysctlSpec* SysctlTable::find(std::string_view name) {
  for (const Ipv4SysctlSpec& s : kSpecs)
    if (s.name == name) return &s;
  return nullptr;
}

const IpSettings SysctlTable::kInitialSettings{};

int64_t SysctlTable::initial(Ipv4Sysctl id) { return kInitial[static_cast<size_t>(id)]; }

Result<void> SysctlTable::check_pair(const Ipv4SysctlSpec& spec,
                                     std::span<const int64_t> values) const {
  switch (spec.first) {
    case kIpLocalPortRangeLow:
      // The range must be in order and above the ports that need a privilege.
      if (values[1] < values[0] || values[0] < get(kIpUnprivilegedPortStart)) return fail(EINVAL);
      return {};
    case kIpUnprivilegedPortStart:
      if (values[0] > get(kIpLocalPortRangeLow)) return fail(EINVAL);
      return {};
    case kIpfragHighThresh:
      if (values[0] < get(kIpfragLowThresh)) return fail(EINVAL);
      return {};
    case kIpfragLowThresh:
      if (values[0] > get(kIpfragHighThresh)) return fail(EINVAL);
      return {};
    default:
      return {};
  }
}

Result<void> SysctlTable::set(const Ipv4SysctlSpec& spec, std::span<const int64_t> values) {
  if (values.size() != spec.count) return fail(EINVAL);
  for (int64_t v : values)
    if (v < spec.min || v > spec.max) return fail(EINVAL);
  UNETNS_TRY(check_pair(spec, values));
  if (!own_) own_ = std::make_unique<Own>(Own{kInitial, {}});
  for (size_t i = 0; i < values.size(); i++)
    own_->values[static_cast<size_t>(spec.first) + i] = values[i];
  // A range that is upside down means "nobody" and reads back as 1 0.
  if (spec.first == kPingGroupRangeLow && values[1] < values[0]) {
    own_->values[static_cast<size_t>(kPingGroupRangeLow)] = 1;
    own_->values[static_cast<size_t>(kPingGroupRangeHigh)] = 0;
  }
  refresh();
  return {};
}

namespace {

// Policies: 0 by the addresses, 1 by the ports as well, 2 by inner addresses of tunnels (there are
// none), 3 by the fields that are named.
uint32_t hash_fields(int policy, uint32_t named) {
  using M = MultipathHash;
  return policy == 1   ? M::kAddresses | M::kProtocol | M::kPorts
         : policy == 3 ? named
                       : M::kAddresses;
}

}  // namespace

void SysctlTable::refresh() {
  IpSettings& s = own_->settings;
  auto to = [this](auto& field, Ipv4Sysctl id) {
    field = static_cast<std::remove_reference_t<decltype(field)>>(get(id));
  };
  to(s.default_ttl, kIpDefaultTtl);
  s.multipath_hash_fields = hash_fields(static_cast<int>(get(kFibMultipathHashPolicy)),
                                        static_cast<uint32_t>(get(kFibMultipathHashFields)));
  to(s.no_pmtu_disc, kIpNoPmtuDisc);
  to(s.nonlocal_bind, kIpNonlocalBind);
  to(s.echo_enable_probe, kIcmpEchoEnableProbe);
  to(s.forward_use_pmtu, kIpForwardUsePmtu);
  to(s.forward_update_priority, kIpForwardUpdatePriority);
  to(s.frag_max_dist, kIpfragMaxDist);
  to(s.min_pmtu, kRouteMinPmtu);
  to(s.mtu_expires_seconds, kRouteMtuExpires);
  to(s.frag_high_thresh, kIpfragHighThresh);
  to(s.frag_time_seconds, kIpfragTime);
  to(s.echo_ignore_all, kIcmpEchoIgnoreAll);
  to(s.echo_ignore_broadcasts, kIcmpEchoIgnoreBroadcasts);
  to(s.errors_use_inbound_ifaddr, kIcmpErrorsUseInboundIfaddr);
  to(s.icmp_ratelimit_ms, kIcmpRatelimit);
  to(s.icmp_ratemask, kIcmpRatemask);
  to(s.icmp_msgs_per_sec, kIcmpMsgsPerSec);
  to(s.icmp_msgs_burst, kIcmpMsgsBurst);
  to(s.local_port_min, kIpLocalPortRangeLow);
  to(s.local_port_max, kIpLocalPortRangeHigh);
  to(s.unprivileged_port_start, kIpUnprivilegedPortStart);
  to(s.ping_group_min, kPingGroupRangeLow);
  to(s.ping_group_max, kPingGroupRangeHigh);
  to(s.igmp_max_memberships, kIgmpMaxMemberships);
  to(s.igmp_max_msf, kIgmpMaxMsf);
  to(s.igmp_qrv, kIgmpQrv);
  to(s.igmp_link_local_reports, kIgmpLinkLocalMcastReports);
  to(s.multipath_use_neigh, kFibMultipathUseNeigh);
  to(s.fwmark_reflect, kFwmarkReflect);
  TcpSysctls& t = s.tcp;
  to(t.rmem_min, kTcpRmemMin);
  to(t.rmem_default, kTcpRmemDefault);
  to(t.rmem_max, kTcpRmemMax);
  to(t.wmem_min, kTcpWmemMin);
  to(t.wmem_default, kTcpWmemDefault);
  to(t.wmem_max, kTcpWmemMax);
  to(t.sack, kTcpSack);
  to(t.dsack, kTcpDsack);
  to(t.timestamps, kTcpTimestamps);
  to(t.window_scaling, kTcpWindowScaling);
  to(t.ecn, kTcpEcn);
  to(t.fin_timeout_seconds, kTcpFinTimeout);
  to(t.keepalive_time_seconds, kTcpKeepaliveTime);
  to(t.keepalive_intvl_seconds, kTcpKeepaliveIntvl);
  to(t.keepalive_probes, kTcpKeepaliveProbes);
  to(t.syn_retries, kTcpSynRetries);
  to(t.syn_linear_timeouts, kTcpSynLinearTimeouts);
  to(t.synack_retries, kTcpSynackRetries);
  to(t.retries1, kTcpRetries1);
  to(t.retries2, kTcpRetries2);
  to(t.orphan_retries, kTcpOrphanRetries);
  to(t.max_syn_backlog, kTcpMaxSynBacklog);
  to(t.max_tw_buckets, kTcpMaxTwBuckets);
  to(t.syncookies, kTcpSyncookies);
  to(t.tw_reuse, kTcpTwReuse);
  to(t.fastopen, kTcpFastopen);
  to(t.slow_start_after_idle, kTcpSlowStartAfterIdle);
  to(t.mtu_probing, kTcpMtuProbing);
  to(t.base_mss, kTcpBaseMss);
  to(t.rfc1337, kTcpRfc1337);
  to(t.abort_on_overflow, kTcpAbortOnOverflow);
  to(t.notsent_lowat, kTcpNotsentLowat);
  to(t.reordering, kTcpReordering);
  to(t.recovery, kTcpRecovery);
  to(t.early_retrans, kTcpEarlyRetrans);
  to(t.frto, kTcpFrto);
  to(t.challenge_ack_limit, kTcpChallengeAckLimit);
  to(t.invalid_ratelimit_ms, kTcpInvalidRatelimit);
  to(t.moderate_rcvbuf, kTcpModerateRcvbuf);
  to(t.min_snd_mss, kTcpMinSndMss);
  to(t.max_reordering, kTcpMaxReordering);
  to(t.pacing_ss_ratio, kTcpPacingSsRatio);
  to(t.pacing_ca_ratio, kTcpPacingCaRatio);
  to(t.min_tso_segs, kTcpMinTsoSegs);
  to(t.tso_win_divisor, kTcpTsoWinDivisor);
  to(t.tso_rtt_log, kTcpTsoRttLog);
  to(t.fwmark_accept, kTcpFwmarkAccept);
  to(t.reflect_tos, kTcpReflectTos);
  to(t.ecn_fallback, kTcpEcnFallback);
  to(t.stdurg, kTcpStdurg);
  to(t.signed_windows, kTcpWorkaroundSignedWindows);
  to(t.thin_linear_timeouts, kTcpThinLinearTimeouts);
  to(t.mtu_probe_floor, kTcpMtuProbeFloor);
  to(t.autobind_reuse, kIpAutobindReuse);
  to(t.somaxconn, kCoreSomaxconn);
}

}  // namespace unetns
