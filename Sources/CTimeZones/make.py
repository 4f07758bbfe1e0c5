"""Makes zones.bin of the files of the IANA time-zone database, as `zic -b slim -d FOLDER tzdata.zi` compiles them.

    python3 make.py FOLDER VERSION

zones.bin: the version, a zero; the number of rules; of each the number of offsets (seconds, zig-zag), the number of changes (seconds since the
change before, zig-zag; number of the offset), and what holds after them as POSIX writes it, a zero; the number of names; of each the name, a
zero, the number of its rule. Names are sorted; numbers are of seven bits a byte, the lowest first.
"""

import pathlib
import struct
import sys


def number(value):
    out = bytearray()
    while True:
        out.append(value & 0x7F | (0x80 if value > 0x7F else 0))
        value >>= 7
        if not value:
            return bytes(out)


def signed(value):
    return number(value * 2 if value >= 0 else -value * 2 - 1)


def rule(data):
    """The second part of a TZif file, whose times have 64 bits."""
    assert data[:4] == b"TZif" and data[4] >= ord("2")
    counts = struct.unpack(">6l", data[20:44])
    at = 44 + counts[3] * 5 + counts[4] * 6 + counts[5] + counts[2] * 8 + counts[1] + counts[0]
    isut, isstd, leap, times, types, chars = struct.unpack(">6l", data[at + 20 : at + 44])
    at += 44
    changes = struct.unpack(f">{times}q", data[at : at + 8 * times])
    at += 8 * times
    kinds = data[at : at + times]
    at += times
    offsets = [struct.unpack(">l", data[at + 6 * i : at + 6 * i + 4])[0] for i in range(types)]
    at += 6 * types + chars + leap * 12 + isstd + isut
    footer = data[at:].strip(b"\n")
    known = sorted(set(offsets), key=offsets.index)
    out, before, current = b"", 0, offsets[0]
    count = 0
    for change, kind in zip(changes, kinds):
        if offsets[kind] == current:
            continue
        out += signed(change - before) + number(known.index(offsets[kind]))
        before, current, count = change, offsets[kind], count + 1
    head = number(len(known)) + b"".join(signed(offset) for offset in known)
    return head + number(count) + out + footer + b"\0"


folder, version = pathlib.Path(sys.argv[1]), sys.argv[2]
rules, names = {}, []
for path in sorted(folder.rglob("*")):
    if path.is_file() and path.read_bytes()[:4] == b"TZif":
        names.append((path.relative_to(folder).as_posix(), rules.setdefault(rule(path.read_bytes()), len(rules))))
names.sort()
out = version.encode() + b"\0" + number(len(rules)) + b"".join(rules)
out += number(len(names)) + b"".join(name.encode() + b"\0" + number(index) for name, index in names)
pathlib.Path(__file__).with_name("zones.bin").write_bytes(out)
