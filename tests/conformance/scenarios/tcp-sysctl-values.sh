# The settings of TCP that every namespace begins with.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
for name in """tcp_abort_on_overflow tcp_adv_win_scale tcp_app_win tcp_autocorking tcp_base_mss tcp_dsack tcp_early_retrans tcp_ecn tcp_fastopen tcp_fin_timeout tcp_frto tcp_keepalive_intvl tcp_keepalive_probes tcp_keepalive_time tcp_limit_output_bytes
tcp_min_snd_mss tcp_min_tso_segs tcp_moderate_rcvbuf tcp_mtu_probe_floor tcp_mtu_probing tcp_no_metrics_save tcp_notsent_lowat tcp_orphan_retries tcp_pacing_ca_ratio tcp_pacing_ss_ratio tcp_recovery tcp_reordering tcp_max_reordering tcp_retrans_collapse tcp_retries1 tcp_retries2 tcp_rfc1337 tcp_rmem tcp_wmem
tcp_sack tcp_slow_start_after_idle tcp_stdurg tcp_syn_linear_timeouts tcp_syn_retries tcp_synack_retries tcp_syncookies tcp_thin_linear_timeouts tcp_timestamps tcp_tso_rtt_log tcp_tso_win_divisor tcp_tw_reuse tcp_window_scaling tcp_workaround_signed_windows tcp_comp_sack_nr ip_local_port_range ip_local_reserved_ports ip_unprivileged_port_start ip_nonlocal_bind""".split():
    try: say(name, open("/proc/sys/net/ipv4/" + name).read().split()[:2])
    except OSError as e: say(name, name_of(e))
for name in ("somaxconn", "rmem_default", "wmem_default"):
    attempt(name, lambda: open("/proc/sys/net/core/" + name).read().strip())
P
