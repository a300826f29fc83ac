"""World: where the programs of a case run, and how they are started there."""
import os
import pty
import select
import signal
import subprocess
import time

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
KERNEL = ["unshare", "-n", "-m", "sh", "-c",
          "mount --make-rprivate / && mount -t tmpfs tmpfs /run && mount -t sysfs sysfs /sys || exit 125; exec \"$@\"", "kernel"]


class World:
    def __init__(self, args, directory):
        self.kernel = args.kernel
        self.timeout = args.timeout
        self.directory = directory
        self.helpers = os.path.realpath(args.helpers)
        self.prefix = KERNEL if args.kernel else [os.path.realpath(args.unetns), "run", "--"]
        if args.launcher and not args.kernel:
            self.prefix = [os.path.realpath(args.launcher)] + self.prefix
        self.started = []
        self.options = dict(cwd=directory, env=dict(PATH=PATH, HOME="/", LC_ALL="C", TZ="UTC", TERM="dumb", HELPERS=self.helpers,
                                                    CHECK=os.path.join(os.path.dirname(os.path.realpath(__file__)), "check.sh")))
        if args.launcher:
            self.options["env"]["HARDENED"] = "1"  # a static program can't make namespaces there (docs/compatibility.md, Hosts)
        if os.geteuid() == 0 and not args.kernel:
            self.options.update(user=65534, group=65534, extra_groups=[])

    def helper(self, name):
        path = os.path.join(self.helpers, name)
        if not os.access(path, os.X_OK):
            raise FileNotFoundError(f"{path}: not built")
        return path

    def has_sanitizers(self):
        """Whether unetns is built with them: what memory it takes says nothing then."""
        with open(self.prefix[-3], "rb") as f:
            return b"__ubsan_handle" in f.read()

    def start(self, argv, **kwargs):
        """A Popen of a program inside, leader of a session of its own."""
        options = dict(self.options, stdin=subprocess.DEVNULL, start_new_session=True)
        options.update(kwargs)
        process = subprocess.Popen(self.prefix + argv, **options)
        self.started.append(process)
        return process

    def run(self, argv, timeout=20, input=None):
        """(status as a shell sees it, output of both streams). 124 when it took too long."""
        process = self.start(argv, stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            out, _ = process.communicate(input, timeout=timeout)
        except subprocess.TimeoutExpired:
            self.kill(process)
            out, _ = process.communicate()
            return 124, out.decode("utf-8", "replace") + f"\n[no end within {timeout:g} s]"
        return self.status(process), out.decode("utf-8", "replace")

    @staticmethod
    def status(process):
        code = process.returncode
        return 128 - code if code < 0 else code

    @staticmethod
    def kill(process):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def end(self):
        for process in self.started:
            self.kill(process)
            process.wait()

    def terminal(self, argv):
        return Terminal(self, argv)


class Terminal:
    """A program inside on a terminal of its own, as in a terminal window."""

    def __init__(self, world, argv):
        self.master, slave = pty.openpty()
        self.seen = ""

        def control():
            import fcntl
            import termios
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = world.start(argv, stdin=slave, stdout=slave, stderr=slave, preexec_fn=control)
        os.close(slave)

    def type(self, text):
        os.write(self.master, text.encode())

    def expect(self, text, timeout=10):
        """Reads on until `text` has come; what came up to and with it."""
        end = time.monotonic() + timeout
        while text not in self.seen:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                raise AssertionError(f"terminal: {text!r} did not come; seen: {self.seen!r}")
            try:
                data = os.read(self.master, 4096)
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"terminal: closed before {text!r} came; seen: {self.seen!r}")
            self.seen += data.decode("utf-8", "replace")
        at = self.seen.index(text) + len(text)
        before, self.seen = self.seen[:at], self.seen[at:]
        return before

    def wait(self, timeout=10):
        self.process.wait(timeout)
        return World.status(self.process)
