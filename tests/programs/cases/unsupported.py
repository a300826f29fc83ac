"""--report-unsupported and -v name what programs asked for in vain, and no more; inside a machine there are no named ones."""
import glob
import os
import subprocess

ASKED = """
ip link add br0 type bridge
ip rule add from 1.2.3.4 table 5
ip nexthop add id 1 via 10.0.0.1
tc qdisc add dev lo root netem delay 1ms
ip -6 addr add ::2/64 dev lo
ip mptcp endpoint
ip xfrm state
python3 - <<'END'
import ctypes, fcntl, socket, struct
def ask(f, *a):
    try: f(*a)
    except OSError: pass
    else: raise SystemExit(f"{a} went well")
tcp = socket.socket()
ask(tcp.setsockopt, 6, 14, b"x" * 200)
ask(tcp.setsockopt, 6, 31, b"tls")
command = ctypes.create_string_buffer(bytes([3]), 256)  # ETHTOOL_GDRVINFO
ask(fcntl.ioctl, tcp, 0x8946, struct.pack("16sQ16x", b"lo", ctypes.addressof(command)))
ask(socket.socket, socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
END
true
"""
TEXTS = [
    "generic netlink family mptcp_pm",
    "ioctl(SIOCETHTOOL)",
    "link kind bridge",
    "rtnetlink RTM_NEWADDR (family AF_INET6)",
    "rtnetlink RTM_NEWNEXTHOP",
    "rtnetlink RTM_NEWQDISC",
    "rtnetlink RTM_NEWRULE (family AF_INET)",
    "setsockopt(SOL_TCP, TCP_MD5SIG)",
    "setsockopt(SOL_TCP, TCP_ULP)",
    "socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)",
    "socket(AF_NETLINK, SOCK_RAW, NETLINK_XFRM)",
]
QUIET = """
ip link set lo up && ip link add v0 type veth peer name v1 && ip addr add 10.0.0.1/24 dev v0 && ip link set v0 up
ip addr > /dev/null && ip route > /dev/null && ip rule > /dev/null && ip neigh > /dev/null
ping -4 -c 1 127.0.0.1 > /dev/null
python3 -c 'import socket, sys
for a in [(2, 2, 1), (2, 1, 17), (2, 3, 0)]:
    try: socket.socket(*a)
    except OSError: pass
s = socket.create_server(("127.0.0.1", 0)); s.fileno(); sys.stdin.isatty()'
"""


def run(world):
    if world.kernel:
        return "PASS"  # it is of `unetns run` itself
    command = world.prefix[:-1]
    unetns = world.prefix[-3]

    def said(options, script):
        done = subprocess.run([*command, *options, "--", "sh", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=30, text=True, **world.options)
        assert done.returncode == 0, done.stderr
        return done.stderr

    # A report: its title, and lines "N x TEXT".
    report = said(["--report-unsupported"], ASKED).partition("unetns: asked for and not there:\n")[2]
    got = [line.split(" x ", 1)[1] for line in report.splitlines()]
    missing = [text for text in TEXTS if not any(g.startswith(text) for g in got)]
    assert not missing, f"missing {missing} in {got}"
    report = said(["--report-unsupported"], QUIET)
    assert report.endswith("unetns: nothing unsupported was asked for\n"), report

    told = said(["-v"], ASKED + "ip link set lo up\nping -4 -c 1 -W 1 127.0.0.1; ping -4 -c 1 -W 1 10.9.9.9\ntrue\n").splitlines()
    told = [line for line in told if line.startswith("unetns: ")]
    assert "unetns: asked for and not there: link kind bridge" in told, told
    assert len(told) < 40 and not any("openat" in line for line in told), f"-v is not a trace: {told}"
    traced = said(["-vv"], "ip link > /dev/null")
    assert "socket -> " in traced, traced

    if "HARDENED" in world.options["env"]:
        return "PASS"
    before = glob.glob("/tmp/unetns-*")
    for arguments in ["ls", "down lab", "exec lab -- true", "up lab", "run -- true"]:
        status, out = world.run(["sh", "-c", f"exec {unetns} {arguments}"])
        assert status != 0 and "this is inside a machine" in out, f"{arguments}: {status} {out}"
    assert glob.glob("/tmp/unetns-*") == before
    return "PASS"
