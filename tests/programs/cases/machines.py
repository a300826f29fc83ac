"""Named machines: up, exec, ls, down. Several terminals share one machine, which outlives them, and nothing is left behind."""
import copy
import json
import os
import signal
import subprocess
import time

SERVER = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.0.0.1", 5000))
print("ready", flush=True)
while True:
    data, who = s.recvfrom(100)
    s.sendto(data.upper(), who)
"""
CLIENT = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
s.sendto(b"hello", ("10.0.0.1", 5000))
print(s.recv(100).decode())
"""


class Commands:
    """`unetns …` itself, with a runtime directory of its own."""

    def __init__(self, world):
        self.world = world
        self.runtime = os.path.join(world.directory, "runtime")
        os.mkdir(self.runtime, 0o700)
        if os.geteuid() == 0:
            os.chown(self.runtime, 65534, 65534)
        self.env = dict(world.options["env"], XDG_RUNTIME_DIR=self.runtime)
        self.base = world.prefix[:-2]

    def __call__(self, *args, status=0, input=None):
        options = dict(self.world.options, env=self.env)
        done = subprocess.run([*self.base, *args], input=input, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30, **options)
        out, err = done.stdout.decode(), done.stderr.decode()
        assert World_status(done) == status, f"{args}: status {done.returncode}, not {status}: {out}{err}"
        return out if status == 0 else out + err

    def inside(self, *args):
        """A world whose programs are started by `unetns exec ARGS -- …`."""
        world = copy.copy(self.world)
        world.options = dict(self.world.options, env=self.env)
        world.prefix = self.base + ["exec", *args, "--"]
        return world


def World_status(done):
    return 128 - done.returncode if done.returncode < 0 else done.returncode


def soon(what, why):
    end = time.monotonic() + 5
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.05)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def runs(pid, name):
    """Whether the process or one that it started has that name."""
    try:
        with open(f"/proc/{pid}/comm") as f:
            if f.read().strip() == name:
                return True
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return any(runs(child, name) for child in f.read().split())
    except OSError:
        return False


def run(world):
    if world.kernel:
        return "PASS"  # a command of ours, not of a kernel
    c = Commands(world)
    try:
        return steps(world, c)
    finally:
        for name in ("lab", "other"):
            subprocess.run([*c.base, "down", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **dict(world.options, env=c.env))


def steps(world, c):
    # None yet: each command says what to do.
    assert c("ls", "--json") == "[]\n"
    assert "unetns up lab" in c("exec", "lab", "--", "true", status=125)
    c("down", "lab", status=1)

    # It comes up at once, is there once, and is listed.
    c("up", "lab")
    assert "already" in c("up", "lab", status=1)
    (lab,) = json.loads(c("ls", "--json"))
    assert (lab["name"], lab["programs"], lab["namespaces"]) == ("lab", 0, 1), lab
    assert os.getsid(lab["pid"]) == lab["pid"], "it has a session of its own"
    assert c("ls").splitlines()[1].split()[:2] == ["lab", str(lab["pid"])]

    # What is made by one command is there for the next, in whatever namespace that starts.
    c("exec", "lab", "--", "sh", "-c",
      "ip netns add h1; ip netns add h2; ip link add e0 netns h1 type veth peer name e0 netns h2; "
      "for i in 1 2; do ip -n h$i address add 10.0.0.$i/24 dev e0; ip -n h$i link set e0 up; ip -n h$i link set lo up; done")
    assert c("exec", "lab", "--", "ip", "netns", "list").split() and "10.0.0.2/24" in c("exec", "lab", "-n", "h2", "--", "ip", "address")
    assert "1 received" in c("exec", "lab", "-n", "h2", "--", "ping", "-c", "1", "-W", "3", "10.0.0.1")
    assert c("exec", "lab", "-n", "h2", "--", "ip", "netns", "identify").strip() == "h2"
    assert "no network namespace 'h3'" in c("exec", "lab", "-n", "h3", "--", "true", status=125)

    # The program is the terminal's own: status, standard streams, directory, environment, identity.
    assert c("exec", "lab", "--", "sh", "-c", "cat; pwd; id -u; exit 0", input=b"in\n") == f"in\n{world.directory}\n0\n"
    c("exec", "lab", "--", "sh", "-c", "exit 42", status=42)
    c("exec", "lab", "--", "sh", "-c", "kill -TERM $$", status=143)
    c("exec", "lab", "--", "/no/such/program", status=127)
    c("exec", "lab", "--", "/etc/passwd", status=126)

    # Trees of programs are served side by side, as neighbours on one network.
    server = c.inside("lab", "-n", "h1").start(["python3", "-c", SERVER], stdout=subprocess.PIPE)
    assert server.stdout.readline() == b"ready\n"
    clients = [c.inside("lab", "-n", "h2").start(["python3", "-c", CLIENT], stdout=subprocess.PIPE) for _ in range(8)]
    for p in clients:
        assert p.communicate(timeout=20)[0] == b"HELLO\n"
    assert json.loads(c("ls", "--json"))[0] == dict(lab, programs=1, namespaces=3)

    # Two terminals; Ctrl-C in one is nothing to the other; what is left in the background stays.
    one, two = (c.inside("lab", "-n", n).terminal(["bash", "--norc", "-i"]) for n in ("h1", "h2"))
    for t in (one, two):
        t.type("PS1='$''> '; stty -echo; echo rea''dy\n")
        t.expect("ready")
    one.type("ping -i 0.2 10.0.0.2\n")
    two.type("ping -i 0.2 10.0.0.1\n")
    one.expect("icmp_seq=2")
    one.type("\x03")
    one.expect("packets transmitted")
    two.expect("icmp_seq=5")
    two.type("\x1a")
    two.expect("Stopped")
    two.type("fg\n")
    two.expect("icmp_seq=6")
    two.type("\x03")
    two.expect("packets transmitted")
    two.type("(trap '' HUP; exec sleep 1000) & echo pid=$!.\n")
    two.expect("pid=")
    sleeper = int(two.expect(".").rstrip("."))
    for t, status in ((one, 3), (two, 4)):
        t.type(f"exit {status}\n")
        if status == 4:
            time.sleep(0.2)
            t.type(f"exit {status}\n")  # bash may warn of jobs first
        assert t.wait() == status
    assert alive(sleeper)
    assert json.loads(c("ls", "--json"))[0]["programs"] == 2

    # Another machine is another network, and what ends one does not end the other.
    c("up", "other")
    assert c("exec", "other", "--", "ip", "netns", "list") == ""
    assert [m["name"] for m in json.loads(c("ls", "--json"))] == ["lab", "other"]
    pid = json.loads(c("ls", "--json"))[1]["pid"]
    victim = c.inside("other").start(["sleep", "1000"], stderr=subprocess.PIPE)
    soon(lambda: json.loads(c("ls", "--json"))[1]["programs"] == 1, "the sleeper did not come")
    soon(lambda: runs(victim.pid, "sleep"), "the sleeper is not there")
    os.kill(pid, signal.SIGKILL)
    _, err = victim.communicate(timeout=10)
    assert victim.returncode == 137 and b"has ended" in err, (victim.returncode, err)
    assert "unetns up other" in c("exec", "other", "--", "true", status=125)
    assert [m["name"] for m in json.loads(c("ls", "--json"))] == ["lab"]
    c("up", "other")
    os.kill(json.loads(c("ls", "--json"))[1]["pid"], signal.SIGTERM)  # as good as down
    soon(lambda: len(json.loads(c("ls", "--json"))) == 1, "SIGTERM does not end it")

    # down ends everything, and says so by returning.
    c("down", "lab")
    assert not alive(lab["pid"]) and not alive(sleeper)
    assert server.wait(5) == 143
    assert c("ls", "--json") == "[]\n"
    left = [n for n in os.listdir(os.path.join(c.runtime)) if n != "unetns"] + os.listdir(os.path.join(c.runtime, "unetns"))
    assert set(left) <= {".lock", "other"}, left
    return "PASS"
