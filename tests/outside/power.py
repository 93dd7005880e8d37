"""What a power failure leaves of the files below a folder whose process ran with power.c: every write since the last sync is taken back,
or all but a random beginning of them (a torn tail)."""

import pathlib
import struct


def lose(folder, dice):
    """How many writes were lost. The process must be dead."""
    lost = 0
    for note in pathlib.Path(folder).rglob("*.unsynced"):
        file = note.with_name(note.name.removesuffix(".unsynced"))
        writes = list(records(note.read_bytes()))
        note.unlink()
        if not writes or not file.exists():
            continue
        kept = dice.randrange(len(writes) + 1) if dice.random() < 0.5 else 0
        with open(file, "r+b") as disk:
            for offset, old, _, size in reversed(writes):
                disk.seek(offset)
                disk.write(old)
                disk.truncate(size)
            for offset, _, new, _ in writes[:kept]:
                disk.seek(offset)
                disk.write(new)
        lost += len(writes) - kept
    return lost


def records(data):
    at = 0
    while at + 32 <= len(data):
        offset, old, new, size = struct.unpack_from("=QQQQ", data, at)
        at += 32
        if at + old + new > len(data):
            return  # killed while it was noting: the write itself did not happen
        yield offset, data[at : at + old], data[at + old : at + old + new], size
        at += old + new
