"""unetns has little memory, and a program makes devices until there is none: it is told so, what is there is whole, and can be removed."""
import resource

GREEDY = r"""
import errno, os, resource, socket, subprocess
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)  # the programs themselves may have as much as they want
def run(*argv, text=None):
    return subprocess.run(argv, input=text, capture_output=True, text=True)
def count(letter):
    return sum(name.startswith(letter) for name in os.listdir("/sys/class/net"))
def batch(orders):
    return run("ip", "-batch", "-", text="".join(order + "\n" for order in orders))
assert run("ip", "link", "set", "lo", "up").returncode == 0
for begin in range(0, 100000, 2000):
    done = batch("link add a%d type veth peer name b%d" % (i, i) for i in range(begin, begin + 2000))
    if done.returncode:
        break
assert "Cannot allocate memory" in done.stderr or "No buffer space" in done.stderr, done
made = count("a")
assert made > 1000 and count("b") == made  # no half of a pair
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    assert False, "a socket all the same"
except OSError as e:
    assert e.errno == errno.ENOMEM, e
assert run("ip", "netns", "add", "n").returncode != 0
done = batch("link del a%d" % i for i in range(made - 1, -1, -1))
assert done.returncode == 0 and count("a") == count("b") == 0, done
done = run("ping", "-q", "-c", "1", "127.0.0.1")
assert done.returncode == 0, done
done = batch(["link add a0 type veth peer name b0", "address add 192.0.2.1/24 dev a0", "link set a0 up"])
assert done.returncode == 0, done
print("PASS")
"""


def run(world):
    if world.kernel:
        return "PASS"  # it is about our supervisor
    with open(world.prefix[-3], "rb") as f:
        if b"__asan_" in (program := f.read()) or b"__tsan_" in program:
            return "PASS"  # sanitizers take terabytes of address space

    status, out = world.run(["sh", "-c", "grep VmSize /proc/$PPID/status"])
    assert status == 0, out
    at_first = int(out.split()[1]) << 10  # of who serves it

    def little():
        resource.setrlimit(resource.RLIMIT_AS, (at_first + (10 << 20), resource.RLIM_INFINITY))

    process = world.start(["python3", "-c", GREEDY], stdout=-1, stderr=-2, preexec_fn=little)
    out, _ = process.communicate(timeout=60)
    assert world.status(process) == 0 and out.decode().endswith("PASS\n"), out.decode()
    return "PASS"
