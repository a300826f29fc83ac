# needs: tun
# icmp_msgs_per_sec and icmp_msgs_burst: how many errors of the types of icmp_ratemask leave in all, whoever gets them. Part of it is
# chance on Linux, so numbers are told by what they are between. Each in a namespace of its own: what is left of a burst stays.
. "${0%/*}/../lib.sh"
cat >"$PWD/burst.py" <<'P'
import sys
from wire import *
per_sec, count, ratelimit, mask, kind = map(int, sys.argv[1:6])
marks = [int(m) for m in sys.argv[6:]]
t = Tap("tap0", "10.0.0.1/16")
subprocess.run(["ip", "-batch", "-"], text=True, input="".join(f"neigh replace 10.0.1.{i} lladdr {OURS} nud permanent dev tap0\n" for i in range(2, 102)))
for name, value in dict(icmp_msgs_per_sec=per_sec, icmp_msgs_burst=count, icmp_ratelimit=ratelimit, icmp_ratemask=mask).items(): put(name, value)
def burst(what):
    t.drain()
    for i in range(2, 102):
        t.send(ip(f"10.0.1.{i}", "10.0.0.1", echo() if kind == 8 else udp(1, 2), proto=1 if kind == 8 else 17))
    n = len(t.frames(0.15))
    low = max([m for m in (0, *marks) if m <= n]); high = min([m for m in marks if m >= n], default="more")
    say(what, n if n in (0, 100) else f"{low}-{high}")
say(f"per second {per_sec}, burst {count}, ratelimit {ratelimit}, mask {mask}, " + ("echoes" if kind == 8 else "errors"))
burst("  at once"); time.sleep(0.3); burst("  later")
P
with() {
  nr=$((nr + 1))
  ns a$nr
  ip -n a$nr link set lo up
  PYTHONPATH="${0%/*}/.." PYTHONDONTWRITEBYTECODE=1 ip netns exec a$nr python3 "$PWD/burst.py" "$@" || exit 1
}
with 1000 50 1000 6168 3 5 99
with 1000 0 1000 6168 3 15
with 0 50 1000 6168 3 99
with 100 10 1000 0 3
with 100 10 0 6168 3 1 40
with 100 10 1000 1 8 1 40
with 40 200 0 6168 3 1 60
ns z
for name in icmp_msgs_per_sec icmp_msgs_burst; do
  ip netns exec z sh -c "echo -1 > /proc/sys/net/ipv4/$name" 2>/dev/null
  ip netns exec z cat /proc/sys/net/ipv4/$name
done
