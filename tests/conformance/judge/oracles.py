"""Where a scenario runs: the kernel, a user-mode kernel, the record, unetns."""
import glob
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading

from . import normal

HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
NATIVE_NEEDS = {"dummy": ["ip", "link", "add", "type", "dummy"]}  # how to find out whether the kernel has it
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


# Of what is about the machine's first namespace ("# needs: first-namespace") no other may be the oracle, nor that of the host.
FIRST_NAMESPACE = "first-namespace"


class Scenario:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)[: -len(".sh")]
        self.area = self.name.split("-", 1)[0]
        with open(path) as f:
            self.text = f.read()
        head = re.match(r"(#.*\n)*", self.text).group(0)
        self.needs = [w for line in re.findall(r"^# needs: (.*)$", head, re.M) for w in line.split()]
        self.title = next((l[2:] for l in head.splitlines() if l.startswith("# ") and not l.startswith("# needs:")), "")


class Result:
    def __init__(self, scenario, text, status, oracle="", release=""):
        self.text = normal.normalise(text, scenario.text)
        self.status = status
        self.oracle = oracle
        self.release = release


def scenarios(here):
    return [Scenario(p) for p in sorted(glob.glob(os.path.join(here, "scenarios", "*.sh")))]


def run(argv, timeout, cwd, **kwargs):
    """Its output (stdout and stderr in one stream) and exit status; 124 and a last line when the time was up."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=cwd, start_new_session=True, **kwargs)
        late = ""
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            late, status = f"\n[no end within {timeout:g} s]\n", 124
        # Whatever the scenario left in its session goes, too.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        out.seek(0)
        return out.read().decode("utf-8", "backslashreplace") + late, status


class Host:
    """What this machine permits, found out once."""

    def __init__(self, here):
        self.isolate = os.path.join(here, "isolate")
        self.uml_run = os.path.join(here, "../tools/uml-run")
        self.release = ".".join(os.uname().release.split(".")[:2])
        self.has_uml = shutil.which("linux.uml") is not None
        self.lock = threading.Lock()
        self.answers = {}
        self.native = self._isolated("true")

    def _isolated(self, command):
        with tempfile.TemporaryDirectory() as d:
            script = os.path.join(d, "s")
            with open(script, "w") as f:
                f.write(command + "\n")
            return run([self.isolate, script], 10, d)[1] == 0

    def has(self, need):
        with self.lock:
            if need not in self.answers:
                if need == "tun":
                    self.answers[need] = self._isolated("exec 3<>/dev/net/tun")
                elif need in NATIVE_NEEDS:
                    self.answers[need] = self._isolated(" ".join(NATIVE_NEEDS[need]))
                else:
                    self.answers[need] = False
            return self.answers[need]


def live(scenario, host, timeout):
    """On the kernel that runs, or on a user-mode one; None when neither can serve."""
    with tempfile.TemporaryDirectory(prefix="scenario-") as d:
        if host.native and all(host.has(n) for n in scenario.needs):
            text, status = run([host.isolate, scenario.path], timeout, d)
            return Result(scenario, text, status, "kernel", "Linux " + host.release)
        if host.has_uml:
            isolate = [] if FIRST_NAMESPACE in scenario.needs else [host.isolate]
            text, status = run([host.uml_run, "sh", *isolate, scenario.path], timeout + 30, d)
            return Result(scenario, text, status, "uml", "Linux 6.1")
    return None


def unetns(scenario, program, launcher, timeout):
    argv = [os.path.realpath(program), "run", "--", "sh", scenario.path]
    if launcher:
        argv = [os.path.realpath(launcher)] + argv
    env = {"PATH": PATH, "HOME": "/", "LC_ALL": "C", "TZ": "UTC"}
    as_nobody = dict(user=65534, group=65534, extra_groups=[]) if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="scenario-") as d:
        os.chmod(d, 0o777)
        text, status = run(argv, timeout, d, env=env, **as_nobody)
        return Result(scenario, text, status, "unetns")


def expected_path(scenario):
    return os.path.join(HERE, "expected", scenario.name + ".out")


def record(scenario, result):
    ip = subprocess.run(["ip", "-V"], capture_output=True, text=True).stdout.strip().removeprefix("ip utility, ")
    with open(expected_path(scenario), "w") as f:
        f.write(f"# {result.oracle}; {result.release}; {ip}; exit status {result.status}\n{result.text}")


def recorded(scenario):
    try:
        with open(expected_path(scenario)) as f:
            head, text = f.readline(), f.read()
    except FileNotFoundError:
        return None
    _, release, _, status = [w.strip() for w in head[1:].split(";")]
    result = Result(scenario, text, int(status.rsplit(" ", 1)[1]), "recorded", release)
    result.text = text
    return result
