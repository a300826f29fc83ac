"""On a terminal: Ctrl-C, job control, window and end of file reach the programs as they would without us."""


def run(world):
    # Ctrl-C interrupts what runs in the foreground, and the shell goes on.
    t = world.terminal(["bash", "--norc", "-i"])
    t.type("PS1='$''> '; stty -echo; echo rea''dy\n")
    t.expect("ready")
    t.type("ping -i 0.2 127.0.0.1 >/dev/null 2>&1; ip link set lo up; ping -i 0.2 127.0.0.1\n")
    t.expect("icmp_seq=2")
    t.type("\x03")
    t.expect("packets transmitted")
    t.type("echo status=$?\n")
    t.expect("status=0")
    t.type("sleep 100\n")
    import time
    time.sleep(0.5)
    t.type("\x03")
    t.type("echo status=$?\n")
    t.expect("status=130")
    # Ctrl-Z stops, fg goes on, bg as well.
    t.type("sleep 101\n")
    time.sleep(0.5)
    t.type("\x1a")
    t.expect("Stopped")
    t.type("jobs; bg; echo back''ground\n")
    t.expect("sleep 101")
    t.expect("background")
    t.type("kill %1; wait; echo wai''ted\n")
    t.expect("waited")
    t.type("exit 5\n")
    assert t.wait() == 5
    # End of file ends a shell.
    t = world.terminal(["sh"])
    t.type("tty >/dev/null && echo on a term''inal\n")
    t.expect("on a terminal")
    t.type("\x04")
    assert t.wait() == 0
    # SIGINT to the process group of a program without handlers.
    t = world.terminal(["sleep", "100"])
    time.sleep(1)
    t.type("\x03")
    assert t.wait() == 130
    return "PASS"
