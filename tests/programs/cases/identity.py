"""Who a process is goes on to its children, also when its parent has ended before they ask."""
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


def run(world):
    got, out = world.run(["python3", "-c", PROGRAM])
    assert (got, out) == (0, "33 33 EPERM 0\n"), f"{got} {out}"
    return "PASS"
