"""kill -9 at random instants: of programs inside, whoever is left goes on; of everything, nothing stays behind."""
import os
import random
import signal
import subprocess
import time

SCRIPT = r"""
ip link set lo up
i=0
while [ $i -lt 40 ]; do
  i=$((i + 1))
  sh -c 'while :; do ip netns add k$$ 2>/dev/null; ip -n k$$ link add v0 type veth peer name v1; ip netns exec k$$ ping -q -c 1 -W 1 127.0.0.1; ip link show; ip netns del k$$; done' >/dev/null 2>&1 &
  p=$!
  python3 -c 'import random,time; time.sleep(random.random() * 0.08)'
  kill -9 $p
  wait $p 2>/dev/null
done
sleep 0.5
ping -q -c 1 -W 2 127.0.0.1 | grep -c '1 received'
ip netns add last && ip -n last link show lo | head -c 6
"""


def run(world):
    status, out = world.run(["sh", "-c", SCRIPT], timeout=60)
    assert status == 0 and out == "1\n1: lo:", (status, out)
    # The one who started it kills its process group: its programs end, too, soon, whatever they were at.
    for _ in range(5):
        mark = f"{random.randrange(10**9)}.5"
        p = world.start(["sh", "-c", f"sleep {mark} & sleep {mark}"], stdout=subprocess.DEVNULL)
        time.sleep(random.random())
        world.kill(p)
        p.wait(5)
        end = time.monotonic() + 5
        while (left := sleepers(mark)) and time.monotonic() < end:
            time.sleep(0.05)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert not left, f"left behind: {left}"
    return "PASS"


def sleepers(mark):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                if f.read() == b"sleep\0" + mark.encode() + b"\0":
                    found.append(int(pid))
        except OSError:
            pass
    return found
