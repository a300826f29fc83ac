"""Who a process is goes on to its children, also when its parent has ended before they ask, and decides what it may write."""
import textwrap

PROGRAM = textwrap.dedent("""
    import os, time
    read, write = os.pipe()
    if os.fork() == 0:
        os.setgid(33)
        os.setuid(33)
        if os.fork() == 0:
            if os.fork() == 0:
                time.sleep(0.2)  # both of them have ended
                try:
                    os.setuid(0)
                    again = "root again"
                except PermissionError:
                    again = "EPERM"
                os.write(write, f"{os.getuid()} {os.getgid()} {again}".encode())
        os._exit(0)
    os.wait()
    os.close(write)
    print(os.read(read, 100).decode(), os.getuid())
""")

WRITE = textwrap.dedent("""
    import os, sys
    if len(sys.argv) > 1:
        os.setuid(int(sys.argv[1]))
    for name in ["ip_forward", "conf/lo/forwarding"]:
        try:
            os.close(os.open("/proc/sys/net/ipv4/" + name, os.O_WRONLY))
            print("yes")
        except PermissionError:
            print("EACCES")
""")
ADMIN = ["--inh-caps", "+net_admin", "--ambient-caps", "+net_admin"]

STATUS = textwrap.dedent("""
    import os, sys
    def said():
        with open(f"/proc/{os.getpid()}/status") as f:
            of = dict(l.rstrip().split(":", 1) for l in f)
        return " ".join("".join(of[n].split()) for n in ("Uid", "Gid", "CapPrm", "CapEff", "CapAmb"))
    print(said())
    os.setgroups([7])
    os.setresgid(5, 5, 5)
    os.setresuid(33, 34, 35)
    print(said(), open("/proc/thread-self/status").read().count("\\nGroups:\\t7 \\n"))
""")
ALL = f"{(1 << 41) - 1:016x}"
NONE = "0" * 16


def run(world):
    got, out = world.run(["python3", "-c", STATUS])
    assert (got, out) == (0, f"0000 0000 {ALL} {ALL} {NONE}\n33343534 5555 {NONE} {NONE} {NONE} 1\n"), f"status: {got} {out}"
    got, out = world.run(["python3", "-c", PROGRAM])
    assert (got, out) == (0, "33 33 EPERM 0\n"), f"{got} {out}"
    for argv, want in [(["python3", "-c", WRITE], "yes\nyes\n"), (["python3", "-c", WRITE, "33"], "EACCES\nEACCES\n"),
                       (["setpriv", "--reuid=33", *ADMIN, "python3", "-c", WRITE], "yes\nyes\n")]:
        got, out = world.run(argv)
        assert (got, out) == (0, want), f"{argv}: {got} {out}"
    return "PASS"
