"""Pieces of calls as calls.c reads them, and the numbers that the generator draws from."""
import struct


def u16(v):
    return struct.pack("=H", v & 0xFFFF).hex()


def u32(v):
    return struct.pack("=I", v & 0xFFFFFFFF).hex()


def u64(v):
    return struct.pack("=Q", v & 0xFFFFFFFFFFFFFFFF).hex()


def sin(address, port, family=2):
    return u16(family) + struct.pack(">H", port & 0xFFFF).hex() + bytes(int(p) for p in address.split(".")).hex() + "0" * 16


def sll(index, protocol, mac="ffffffffffff", halen=6):
    return u16(17) + struct.pack(">H", protocol).hex() + u32(index) + u16(1) + f"00{halen:02x}" + mac + "0000"


def snl(port, groups=0):
    return "10000000" + u32(port) + u32(groups)


def sun(name):
    return "0100" + name.hex()


def cmsg(level, kind, data):
    """One control message with its padding; data as hex, or words of calls.c with their length."""
    data, length = data if isinstance(data, tuple) else (data, len(data) // 2)
    return f"{u64(16 + length)} {u32(level)}{u32(kind)} {data}{'00' * (-length % 8)}"


def iov(buffers):
    """The words of an iovec and its length. `buffers`: (word, length)."""
    return "*[ " + " ".join(f"*{word} {u64(length)}" for word, length in buffers) + " ]", len(buffers)


def msghdr(name, namelen, buffers, control, controllen, flags, iovlen=None):
    vector, count = iov(buffers)
    pointed = lambda word: "*" + word if word else u64(0)
    return (f"{pointed(name)} {u32(namelen)}00000000 {vector} {u64(count if iovlen is None else iovlen)} "
            f"{pointed(control)} {u64(controllen)} {u32(flags)}00000000")


# ---- numbers

AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET = 1, 2, 10, 16, 17
STREAM, DGRAM, RAW, SEQPACKET = 1, 2, 3, 5
NONBLOCK, CLOEXEC = 0o4000, 0o2000000
HERE, OTHER, ANY, NEAR, FAR, AWAY = "127.0.0.1", "127.0.0.2", "0.0.0.0", "10.0.0.1", "10.0.0.2", "192.0.2.9"
ADDRESSES = [HERE] * 8 + [OTHER] * 2 + [ANY] * 2 + [NEAR, FAR, FAR, AWAY, "224.0.0.1", "224.1.2.3", "255.255.255.255", "10.0.0.255", "10.0.0.77", "240.0.0.1", "127.255.255.255"]
PORTS = [5001, 5002, 5003, 5004]

MSG = {"OOB": 1, "PEEK": 2, "DONTROUTE": 4, "CTRUNC": 8, "PROBE": 0x10, "TRUNC": 0x20, "DONTWAIT": 0x40, "EOR": 0x80, "WAITALL": 0x100, "FIN": 0x200, "SYN": 0x400,
       "CONFIRM": 0x800, "RST": 0x1000, "ERRQUEUE": 0x2000, "NOSIGNAL": 0x4000, "MORE": 0x8000, "WAITFORONE": 0x10000, "BATCH": 0x40000, "ZEROCOPY": 0x4000000,
       "FASTOPEN": 0x20000000, "CMSG_CLOEXEC": 0x40000000, "COMPAT": 0x80000000}

SOCKET_IOCTLS = [0x541B, 0x5411, 0x894B, 0x8905, 0x8906, 0x8907, 0x5421, 0x5451, 0x5450, 0x5452, 0x5460, 0x8901, 0x8902, 0x8903, 0x8904]
DEVICE_IOCTLS = [0x8910, 0x8912, 0x8913, 0x8915, 0x8917, 0x8919, 0x891B, 0x891D, 0x891F, 0x8921, 0x8927, 0x8933, 0x8938, 0x8942, 0x8970, 0x8911, 0x8918, 0x8925,
                 0x8945, 0x8936, 0x8931, 0x8940, 0x8946, 0x8947, 0x89A0, 0x89A2, 0x89A3, 0x8990, 0x8994, 0x89B0, 0x89B1, 0x8949, 0x8955, 0x8954, 0x8953, 0x8980, 0x8982,
                 0x89E0, 0x89E1, 0x89F0, 0x89F5, 0x8935, 0x894C, 0x8908, 0x890A, 0x8900, 0x8960]
ODD_IOCTLS = [0x5401, 0x5413, 0x540B, 0x12, 0x1, 0x2, 0xDEAD, 0x80045430, 0x125D, 0x1277, 0x660B, 0x80086601, 0x7201, 0x941F, 0xC0189436]
FCNTLS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 17, 36, 37, 38, 1024, 1025, 1026, 1030, 1031, 1032, 1033, 1034, 1035, 1036, 1037, 1038, 1039, 77, 1027]
LEVELS = [1] * 10 + [0] * 10 + [6] * 8 + [17] * 4 + [255, 263, 263, 270, 270, 41, 58, 136, 132, 274, 276, 284, 2, 1000, -1, 273]
