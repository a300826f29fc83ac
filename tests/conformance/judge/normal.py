"""Takes out of an output what may differ between two right kernels. Each rule says why."""
import re

MAC = re.compile(r"\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b")
RULES = [
    # Times.
    (r"time=[0-9.]+ ms", "time=<t> ms"),
    (r", time \d+ms", ", time <t>ms"),
    (r"rtt min/avg/max/mdev = .*", "rtt <t>"),
    (r"round-trip min/avg/max = .*", "round-trip <t>"),
    (r"\bused \d+/\d+/\d+", "used <ages>"),
    (r" +[0-9.]+ms (reached|$)", r" <t> \1"),
    (r"\[LOCALHOST\] +([0-9.]+ms +)?", "[LOCALHOST] "),
    (r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d socat\[\d+\]", "<time> socat[<pid>]"),
    (r"0x[0-9a-f]{9,16}\b", "<pointer>"),
    (r"\b([1-9]\d*)sec\b", lambda m: f"{(int(m[1]) + 4) // 10 * 10}sec"),  # a lifetime that runs
    # Names of kernel objects.
    (r"net:\[\d+\]", "net:[<inode>]"),
    # Chosen by the machine: processors, the default queueing discipline and congestion control.
    (r" numtxqueues \d+ ", " numtxqueues <n> "),
    (r" numrxqueues \d+ ", " numrxqueues <n> "),
    (r"\bqdisc (fq_codel|pfifo_fast|fq|mq|cake)\b", "qdisc <default>"),
    (r'("qdisc": )"(fq_codel|pfifo_fast|fq|mq|cake)"', r'\1"<default>"'),
    (r"\b(bbr|cubic)\b", "<congestion control>"),
    # IPv6: silent in these scenarios.
    (r"\b(inet6 )?addrgenmode \w+ ", ""),
]
RULES = [(re.compile(p, re.M), r) for p, r in RULES]


def normalise(text, script):
    # Kept: those that the scenario sets itself (lib.sh takes 02:00:00:…) and those that mean something.
    chosen = set(MAC.findall(script.lower()))
    fixed = ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "02:00:00:", "33:33:", "01:00:5e:")
    text = text.replace("\r\n", "\n")
    text = MAC.sub(lambda m: m[0] if m[0] in chosen or m[0].startswith(fixed) else "<mac>", text)
    for pattern, by in RULES:
        text = pattern.sub(by, text)
    text = "".join(line.rstrip() + "\n" for line in text.splitlines())
    return text
