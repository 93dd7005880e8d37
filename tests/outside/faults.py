"""The faults of a campaign, each with its repair, made on real processes. `Stage` is what they act on."""

import contextlib
import os
import pathlib
import signal
import subprocess

import power

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


class Deployment:
    """One `holdfast serve`, its disk and the cables that lead to it."""

    def __init__(self, name, program, command, disk, people, peer, moderator):
        self.name, self.program, self.command, self.disk = name, program, command, pathlib.Path(disk)
        self.people, self.peer, self.moderator = people, peer, moderator  # cables that end here
        self.process = None
        self.clock = self.disk.parent / f"{name}.clock"

    def start(self, preload):
        self.clock.write_text("+0\n")
        environment = dict(os.environ, HOLDFAST_DISK=str(self.disk), LD_PRELOAD=f"{FAKETIME} {preload}",
                           FAKETIME_TIMESTAMP_FILE=str(self.clock), FAKETIME_CACHE_DURATION="1", FAKETIME_DONT_FAKE_MONOTONIC="1")
        with open(self.disk.parent / f"{self.name}.log", "a") as log:
            self.process = subprocess.Popen([self.program, *self.command], stdout=log, stderr=log, env=environment)
        self.preload = preload

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()

    def running(self):
        return self.process.poll() is None

    def restart(self):
        if self.running():
            self.kill()
        self.start(self.preload)

    @property
    def cables(self):
        return [self.people, self.peer, self.moderator]


class Fault:
    def __init__(self, name, words, begin, end):
        self.name, self.words, self.begin, self.end = name, words, begin, end

    def is_one_of(self, names):
        """`names`: kinds, or kinds at a deployment ("full", "full:primary")."""
        return not names or any(self.name == name or (self.name, True) == (name.split(":")[0], name.split(":")[-1] in self.words) for name in names)


def faults(stage, dice):
    """Every kind of fault, ready to happen to a deployment."""

    def on(deployment):
        d, other = deployment, stage.other(deployment)

        def flag(name, present):
            path = d.disk / name
            path.touch() if present else path.unlink(missing_ok=True)

        def power_failure():
            d.kill()
            stage.lost_writes += power.lose(d.disk, dice)

        def cut(cables, **ways):
            for cable in cables:
                cable.cut(**ways)

        def whole(cables):
            for cable in cables:
                cable.whole()
                cable.reset()  # what waited in a cut cable for seconds would have been given up by TCP

        def clock(shift):
            d.clock.write_text(f"{shift}\n")

        every = [*d.cables, other.peer]
        # A process that met a failing disk begins anew by itself; when it ended, its supervisor starts it again.
        back = lambda: None if d.running() else d.restart()
        yield Fault("kill", f"{d.name} killed", d.kill, d.restart)
        yield Fault("pause", f"{d.name} stopped (SIGSTOP)", lambda: d.process.send_signal(signal.SIGSTOP),
                    lambda: d.process.send_signal(signal.SIGCONT))
        yield Fault("power", f"{d.name} loses power, unsynced writes and all", power_failure, d.restart)
        yield Fault("blackhole", f"the network of {d.name} swallows everything", lambda: cut(every), lambda: whole(every))
        yield Fault("deaf", f"{d.name} hears nothing (one way)", lambda: cut(every, there=True, back=False), lambda: whole(every))
        yield Fault("mute", f"nothing that {d.name} says arrives (one way)", lambda: cut(every, there=False, back=True), lambda: whole(every))
        yield Fault("peer-cut", "the deployments do not reach each other", lambda: cut([d.peer, other.peer]),
                    lambda: whole([d.peer, other.peer]))
        yield Fault("people-cut", f"people do not reach {d.name}", lambda: cut([d.people]), lambda: whole([d.people]))
        yield Fault("reset", f"every connection to {d.name} breaks", lambda: [cable.reset() for cable in every], lambda: None)
        yield Fault("full", f"the disk of {d.name} is full", lambda: flag("full", True), lambda: (flag("full", False), back()))
        yield Fault("fsync", f"syncs of {d.name} fail", lambda: flag("failing", True), lambda: (flag("failing", False), back()))
        yield Fault("clock", f"the clock of {d.name} is an hour ahead", lambda: clock("+3600"), lambda: clock("+0"))
        yield Fault("drift", f"the clock of {d.name} is 20 s behind", lambda: clock("-20"), lambda: clock("+0"))

    return [fault for deployment in stage.deployments for fault in on(deployment)]


def moderator_faults(stage):
    m = stage.moderator
    return [Fault("moderator", "the moderator is killed", m.kill, m.start)]
