"""Exit statuses come through; a signal is 128 + its number; what can't be started is said."""
import os


def run(world):
    for argv, want in [(["true"], 0), (["false"], 1), (["sh", "-c", "exit 42"], 42), (["sh", "-c", "exit 255"], 255),
                       (["sh", "-c", "kill -TERM $$"], 143), (["sh", "-c", "kill -KILL $$"], 137), (["sh", "-c", "kill -SEGV $$"], 139),
                       (["sh", "-c", "(exit 3); exit $?"], 3), (["sh", "-c", "sh -c 'kill -INT $$'; exit $?"], 130)]:
        got, out = world.run(argv)
        assert got == want, f"{argv}: {got}, not {want}: {out}"
    if not world.kernel:  # what follows is of `unetns run` itself
        got, out = world.run(["/no/such/program"])
        assert got == 127 and out.strip(), f"not found: {got} {out}"
        got, out = world.run(["/etc/passwd"])
        assert got == 126 and out.strip(), f"not to be run: {got} {out}"
        got, out = world.run(["id", "-u"])
        assert (got, out) == (0, "0\n"), f"programs see themselves as root: {got} {out}"
    return "PASS"
