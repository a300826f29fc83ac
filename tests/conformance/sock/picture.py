"""What came of calls, as text, without what depends on time, chance or this machine."""
import re
import struct

BUFFER = re.compile(r" b(\d+)@(\d+)=([0-9a-f]+)")
STAMPS = {29, 35, 37, 63, 64, 65}  # SO_TIMESTAMP and its kin as control messages of SOL_SOCKET


class Picture:
    def __init__(self, pid):
        self.pid = pid
        self.ports = {}

    def port(self, value):
        """Ports that the system chose, by the order in which they showed up."""
        return self.ports.setdefault(value, len(self.ports)) if value >= 32768 else None

    def names(self, data):
        """Addresses with a chosen port, and netlink addresses with our own number."""
        for i in range(0, len(data) - 3, 4):
            if data[i:i + 2] == b"\x02\0" and data[i + 2] >= 0x80 and bytes(data[i + 4:i + 5]) in (b"", b"\0", b"\x0a", b"\x7f"):
                n = self.port(int.from_bytes(data[i + 2:i + 4], "big"))
                data[i + 2:i + 4] = b"\xff" + bytes([n & 255])
            if data[i:i + 4] == b"\x10\0\0\0" and len(data) >= i + 8 and data[i + 4:i + 8] not in (b"\0\0\0\0", b"\xa5\xa5\xa5\xa5"):
                number = struct.unpack_from("=i", data, i + 4)[0]
                if number == self.pid:
                    data[i + 4:i + 8] = b"PID!"
                elif number < 0:
                    data[i + 4:i + 8] = b"NEG!"
        if self.pid > 1000:
            for i in range(0, len(data) - 3, 4):
                if struct.unpack_from("=i", data, i)[0] == self.pid:
                    data[i:i + 4] = b"PID!"
        return data

    def packet(self, data, at):
        """Of a packet: no identification, checksums, chosen ports, nor anything of TCP but the flags."""
        if len(data) < at + 20 or data[at] >> 4 != 4:
            return data
        data[at + 4:at + 6] = data[at + 10:at + 12] = b"\0\0"
        head, protocol = at + (data[at] & 15) * 4, data[at + 9]
        if protocol == 1 and len(data) >= head + 8:
            data[head + 2:head + 4] = b"\0\0"
            if data[head] in (3, 11, 12):
                return self.packet(data, head + 8)
            if data[head] in (0, 8) and data[head + 4] >= 0x80:
                data[head + 4:head + 6] = b"ID"
        if protocol in (6, 17) and len(data) >= head + 8:
            for i in (head, head + 2):
                if data[i] >= 0x80:
                    n = self.port(int.from_bytes(data[i:i + 2], "big"))
                    data[i:i + 2] = b"\xff" + bytes([n & 255])
            if protocol == 17:
                data[head + 6:head + 8] = b"\0\0"
            elif len(data) >= head + 14:
                return data[:head + 4] + data[head + 13:head + 14]
        return data

    @staticmethod
    def stamps(data):
        """Control messages that tell a time."""
        for i in range(0, len(data) - 15, 8):
            length, level, kind = struct.unpack_from("=QII", data, i)
            if level == 1 and kind in STAMPS and 16 < length <= 64:
                data[i + 16:i + length] = b"T" * (min(i + length, len(data)) - i - 16)
        return data

    def line(self, command, said):
        if said.startswith("EFAULT"):
            said = BUFFER.sub("", said)  # how much was written before it was found
        words = re.sub(r"^(& |%\d+ |r |w |s\d+ = )*", "", command.split("#")[0]).split()
        hint = command.partition("#")[2].split()
        call = words[0] if words else ""

        def shown(m):
            index, at, data = int(m[1]), int(m[2]), bytearray.fromhex(m[3])
            if "times_left" in hint and (index > 0 or call == "pselect6") and at == 8 and len(data) <= 4:
                return " left"
            if "times" in hint:
                data = bytearray(b"times")
            if "fstat" in hint:  # mode, links, size, blocks
                whole = bytearray(b"\xa5" * 144)
                whole[at:at + len(data)] = data
                return f" b{index} mode={struct.unpack_from('=I', whole, 24)[0]:o} links={whole[16]} size={whole[48:72].hex()}"
            if "tcpinfo" in hint:
                data = data[:2]
            if "link" in hint:
                data = bytearray(re.sub(rb"\[\d+\]", b"[N]", bytes(data)))
            for word in hint:
                if word.startswith("packet") and data and at == 0:
                    data = self.packet(data, int(word[6:]))
            data = self.stamps(self.names(data))
            return f" b{index}@{at}={bytes(data).hex()}"

        return BUFFER.sub(shown, said)


def pictures(record, commands):
    """A list of lines for each command, then one of how it ended."""
    pid = int(record[0].split()[1]) if record and record[0].startswith("pid ") else 0
    picture = Picture(pid)
    said = record[1:]
    out = [[picture.line(c, said[i])] if i < len(said) else ["nothing"] for i, c in enumerate(commands)]
    out.append(said[len(commands):])
    return out
