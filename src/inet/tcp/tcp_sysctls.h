// The settings net.ipv4.tcp_* of one namespace, as the packet path wants them (ip-sysctl of the
// kernel's documentation). Values are those of Linux 6.1.
#ifndef UNETNS_INET_TCP_TCP_SYSCTLS_H_
#define UNETNS_INET_TCP_TCP_SYSCTLS_H_

#include <cstdint>

namespace unetns {

struct TcpSysctls {
  int32_t rmem_min = 4096, rmem_default = 131072, rmem_max = 6291456;  // bytes
  int32_t wmem_min = 4096, wmem_default = 16384, wmem_max = 4194304;
  int32_t sack = 1, dsack = 1, timestamps = 1, window_scaling = 1, ecn = 2;
  int32_t fin_timeout_seconds = 60;
  int32_t keepalive_time_seconds = 7200, keepalive_intvl_seconds = 75, keepalive_probes = 9;
  int32_t syn_linear_timeouts = 4;  // Linux 6.5
  int32_t syn_retries = 6, synack_retries = 5, retries1 = 3, retries2 = 15, orphan_retries = 0;
  int32_t max_syn_backlog = 2048, max_tw_buckets = 131072;
  int32_t syncookies = 1, tw_reuse = 2, fastopen = 1;
  int32_t slow_start_after_idle = 1, mtu_probing = 0, base_mss = 1024;
  int32_t rfc1337 = 0, abort_on_overflow = 0;
  uint32_t notsent_lowat = 0xffffffff;
  int32_t reordering = 3, recovery = 1, early_retrans = 3, frto = 2;
  int32_t moderate_rcvbuf = 1, challenge_ack_limit = 2147483647;
  int32_t min_snd_mss = 48, max_reordering = 300, invalid_ratelimit_ms = 500;
  int32_t pacing_ss_ratio = 200, pacing_ca_ratio = 120;  // percent
  int32_t min_tso_segs = 2, tso_win_divisor = 3, tso_rtt_log = 9;
  int32_t fwmark_accept = 0, reflect_tos = 0;
  int32_t ecn_fallback = 1, stdurg = 0, signed_windows = 0;  // tcp_workaround_signed_windows
  int32_t thin_linear_timeouts = 0, mtu_probe_floor = 48;
  int32_t autobind_reuse = 0;  // ip_autobind_reuse
  int32_t somaxconn = 4096;    // net.core.somaxconn
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TCP_SYSCTLS_H_
