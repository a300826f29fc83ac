"""qperf: its client in a namespace measures TCP and UDP to its server, which listens by IPv6 sockets alone and so runs on the host."""
import re
import shutil
import socket
import subprocess

TESTS = {"tcp_bw": "bw", "tcp_lat": "latency", "udp_bw": "recv_bw", "udp_lat": "latency"}


def run(world):
    assert shutil.which("qperf"), "qperf is not installed: scripts/setup --programs"
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    if world.kernel:  # both in one namespace, which has no way to the host
        script = "ip link set lo up; qperf -lp %d & qperf -lp %d 127.0.0.1 -t 1 %s quit" % (port, port, " ".join(TESTS))
        return judge(*world.run(["sh", "-c", script], timeout=world.timeout))
    who = {k: v for k, v in world.options.items() if k in ("user", "group", "extra_groups")}
    server = subprocess.Popen(["qperf", "-lp", str(port)], stderr=subprocess.PIPE, text=True, **who)
    try:
        world.prefix = world.prefix[:-1] + ["--egress", "out", "--"]
        client = ["ip", "netns", "exec", "out", "qperf", "-lp", str(port), "10.0.2.2", "-t", "1", *TESTS]
        return judge(*world.run(client, timeout=world.timeout))
    finally:
        server.kill()
        why = server.communicate()[1]
        if why:
            print(f"      the server said: {why}", end="")


def judge(status, out):
    assert status == 0, (status, out)
    for test, figure in TESTS.items():
        found = re.search(rf"^{test}:\n(?: +[a-z_]+ += .*\n)*? +{figure} += +([0-9.e+]+) ", out, re.M)
        assert found and float(found[1]) > 0, (test, out)
    return "PASS"
