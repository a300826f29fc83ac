"""Runs sequences on both sides."""
import os
import subprocess
import tempfile

ISOLATE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../isolate")
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", "LC_ALL": "C", "TZ": "UTC"}


class SideFailed(Exception):
    pass


class Sides:
    """`subject` writes sequences, reads records, and has the driver's command line."""

    def __init__(self, subject, unetns, timeout, launcher=None):
        self.subject = subject
        self.unetns = ([os.path.realpath(launcher)] if launcher else []) + [os.path.realpath(unetns)]
        self.timeout = timeout

    def _start(self, directory, side, argv, **kwargs):
        out = open(os.path.join(directory, side + ".out"), "w+b")
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=directory, env=ENVIRONMENT, start_new_session=True, **kwargs), out

    def both(self, sequences):
        """The records of the kernel and of unetns."""
        with tempfile.TemporaryDirectory(prefix="compared-") as d:
            os.chmod(d, 0o777)
            with open(os.path.join(d, "sequences"), "w") as f:
                self.subject.write(sequences, f)
            drive = [*self.subject.drive, "sequences"]
            script = os.path.join(d, "script")
            with open(script, "w") as f:
                f.write("exec " + " ".join(drive) + " kernel\n")
            as_nobody = dict(user=65534, group=65534, extra_groups=[]) if os.geteuid() == 0 else {}
            running = {
                "kernel": self._start(d, "kernel", [ISOLATE, script]),
                "unetns": self._start(d, "unetns", [*self.unetns, "run", "--", *drive, "unetns"], **as_nobody),
            }
            records = []
            for side, (process, out) in running.items():
                try:
                    status = process.wait(self.timeout)
                except subprocess.TimeoutExpired:
                    process.kill()
                    status = "no end"
                out.seek(0)
                said = out.read().decode("utf-8", "replace")
                out.close()
                if status != 0:

                    raise SideFailed(f"{side}: {status}: {said}")
            for side in running:
                with open(os.path.join(d, side)) as f:
                    records.append(self.subject.read(f))
            return records
