"""Standard streams are the program's own: bytes, order, end of file, which is which; descriptors are passed on."""
import os
import subprocess


def run(world):
    data = os.urandom(3_000_000)
    p = world.start(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    out, _ = p.communicate(data, timeout=30)
    assert out == data and p.returncode == 0, (len(out), p.returncode)
    p = world.start(["sh", "-c", "echo out; echo err >&2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = p.communicate(timeout=20)
    assert (out, err) == (b"out\n", b"err\n"), (out, err)
    with open(os.path.join(world.directory, "f"), "w+b") as f:
        p = world.start(["sh", "-c", "echo one; ip link show lo | head -c 6; echo; echo two"], stdout=f)
        assert p.wait(20) == 0
        f.seek(0)
        assert f.read() == b"one\n1: lo:\ntwo\n"
    r, w = os.pipe()
    p = world.start(["sh", "-c", f"echo through >&{w}"], pass_fds=[w])
    os.close(w)
    assert os.read(r, 100) == b"through\n" and p.wait(20) == 0
    os.close(r)
    # The reader goes first: the writer dies of it, as usual.
    p = world.start(["sh", "-c", "yes; echo $? >&2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.read(10)
    p.stdout.close()
    err = p.stderr.read()
    assert p.wait(20) == 0 and err.splitlines()[-1] in (b"141", b"1"), err
    return "PASS"
