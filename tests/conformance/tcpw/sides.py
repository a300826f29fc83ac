"""Runs worlds on both sides, several processes of each at a time: most of a life is waiting."""
import concurrent.futures
import json
import os
import tempfile

from compared.sides import SideFailed, Sides  # noqa: F401

HERE = os.path.dirname(os.path.realpath(__file__))


class TcpSides(Sides):
    drive = os.path.join(HERE, "drive.py")

    def __init__(self, unetns, timeout):
        super().__init__(None, unetns, timeout)

    def _one(self, side, worlds):
        with tempfile.TemporaryDirectory(prefix="tcpw-") as d:
            os.chmod(d, 0o777)
            with open(os.path.join(d, "worlds"), "w") as f:
                json.dump(worlds, f)
            argv = ["python3", self.drive, "worlds", "record"]
            if side == "kernel":
                script = os.path.join(d, "script")
                with open(script, "w") as f:
                    f.write("exec " + " ".join(argv) + "\n")
                process, out = self._start(d, side, [os.path.join(HERE, "../isolate"), script])
            else:
                nobody = dict(user=65534, group=65534, extra_groups=[]) if os.geteuid() == 0 else {}
                process, out = self._start(d, side, [*self.unetns, "run", "--", *argv], **nobody)
            status = process.wait(self.timeout)
            out.seek(0)
            said = out.read().decode("utf-8", "replace")
            out.close()
            if status != 0:
                raise SideFailed(f"{side}: {status}: {said}")
            with open(os.path.join(d, "record")) as f:
                return json.load(f)

    def both(self, worlds, jobs=4):
        chunks = [worlds[i::jobs] for i in range(jobs) if worlds[i::jobs]]
        with concurrent.futures.ThreadPoolExecutor(2 * jobs) as pool:
            asked = [[pool.submit(self._one, side, chunk) for chunk in chunks] for side in ("kernel", "unetns")]
            out = []
            for answers in asked:
                records = [None] * len(worlds)
                for i, answer in enumerate(answers):
                    records[i::jobs] = answer.result()
                out.append(records)
            return out
