"""unetns has few descriptors, and programs make more sockets than it can hold: they are told so, and when they end all works again."""
import resource

GREEDY = r"""
import errno, os, socket, subprocess, sys, time
ready, told = os.pipe()
children = []
for _ in range(6):
    pid = os.fork()
    if pid == 0:
        held, errors = [], set()
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            for _ in range(60):
                try:
                    made = socket.socket(socket.AF_INET, kind)
                    if kind == socket.SOCK_STREAM:
                        made.listen()  # accelerated, one that nothing was done with costs unetns nothing
                    held.append(made)
                except OSError as e:
                    errors.add(errno.errorcode[e.errno])
        os.write(told, ('%d %s\n' % (len(held), ' '.join(sorted(errors)))).encode())
        time.sleep(60)
    children.append(pid)
said = b""
while said.count(b"\n") < len(children):
    said += os.read(ready, 4096)
for line in said.decode().splitlines():
    held, errors = line.split(" ", 1)
    assert int(held) < 120 and set(errors.split()) <= {"EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"}, line
for pid in children:
    os.kill(pid, 9)
    os.waitpid(pid, 0)
for _ in range(50):
    again = subprocess.run("ip link set lo up && ip netns add n && ip netns exec n ip link set lo up && ping -q -c 1 127.0.0.1", shell=True, capture_output=True, text=True)
    if again.returncode == 0:
        break
    subprocess.run("ip netns del n", shell=True, capture_output=True)
    time.sleep(0.1)
print(again)
sys.exit(again.returncode)
"""


def run(world):
    if world.kernel:
        return "PASS"  # it is about our supervisor
    if world.has_sanitizers():
        return "PASS"  # without a descriptor the sanitizer can't look at objects, and calls them invalid

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (150, 150))

    process = world.start(["python3", "-c", GREEDY], stdout=-1, stderr=-2, preexec_fn=few)
    out, _ = process.communicate(timeout=60)
    assert world.status(process) == 0, out.decode()
    return "PASS"
