"""What became of every message: the set-full question of Jepsen, asked of chats.

A history is what the clients of a campaign sent, were told and saw; it knows nothing of servers. The judge reads it and says of each
message whether it is

  stable      acknowledged, and on every screen of its chat in the end
  lost        acknowledged (accepted or safe), and missing from a screen in the end
  stale       on every screen, but on some only after the end of the faults and a whole quiet period
  never_seen  not acknowledged and nowhere: allowed, for nobody was told otherwise

and of each screen what no screen may ever show: a message twice (duplicated), a message that nobody wrote or with another text than its
author's (forged), one author's messages in another order than they were written, or a reply before what it answers (inverted), another
chat's message (leaked), and two screens of one chat that differ in the end (torn)."""

from dataclasses import dataclass, field


@dataclass
class Sent:
    """A message as its author wrote it. `after`: digests that were on the author's screen. Times are seconds of one clock."""

    digest: str
    chat: str
    author: str
    text: str
    at: float
    after: tuple = ()


@dataclass
class Screen:
    """What one client shows of one chat at the end, in its order: (digest, author, text)."""

    who: str
    chat: str
    lines: list


@dataclass
class History:
    sent: list = field(default_factory=list)
    accepted: dict = field(default_factory=dict)  # digest: when its author was first told
    safe: dict = field(default_factory=dict)
    seen: dict = field(default_factory=dict)  # digest: {who: when first}
    screens: list = field(default_factory=list)
    calm_at: float = 0.0  # when the last fault was repaired


@dataclass
class Verdict:
    counts: dict
    findings: list  # (kind, words)
    visible_s: list  # from written to seen by the other party
    safe_s: list
    slowest: list = field(default_factory=list)  # (seconds until seen, Sent) of those that took more than SLOW_S

    @property
    def good(self):
        return not self.findings


SLOW_S = 2.0
QUIET_S = 30.0  # design: converged within 30 s after the faults


def judge(history):
    findings = []
    find = lambda kind, words: findings.append((kind, words))
    sent = {each.digest: each for each in history.sent}
    of_chat = {}
    for each in history.sent:
        of_chat.setdefault(each.chat, []).append(each)
    screens = {}
    for screen in history.screens:
        screens.setdefault(screen.chat, []).append(screen)

    counts = dict(sent=len(sent), stable=0, stale=0, never_seen=0, lost=0)
    for each in history.sent:
        missing = [s.who for s in screens.get(each.chat, []) if each.digest not in {line[0] for line in s.lines}]
        told = each.digest in history.accepted or each.digest in history.safe
        if missing and told:
            counts["lost"] += 1
            find("lost", f"{name(each)} was acknowledged and is not on the screen of {', '.join(missing)}")
        elif missing and len(missing) < len(screens.get(each.chat, [])):
            find("torn", f"{name(each)} is on some screens and not on that of {', '.join(missing)}")
        elif missing:
            counts["never_seen"] += 1
        elif max(history.seen.get(each.digest, {"": each.at}).values()) > history.calm_at + QUIET_S and each.at < history.calm_at:
            counts["stale"] += 1
            find("stale", f"{name(each)} was seen only {max(history.seen[each.digest].values()) - history.calm_at:.1f} s after the last fault was repaired")
        else:
            counts["stable"] += 1

    for screen in history.screens:
        look_at(screen, sent, find)
    for chat, shown in screens.items():
        first = shown[0]
        for other in shown[1:]:
            if [line[0] for line in other.lines] != [line[0] for line in first.lines]:
                find("torn", f"{first.who} and {other.who} show chat {chat[:8]} differently at the end")

    delays = lambda when: sorted(when[each.digest] - each.at for each in history.sent if each.digest in when)
    others = {digest: min(who_when.values()) for digest, who_when in history.seen.items() if who_when}
    slow = [(others[each.digest] - each.at, each) for each in history.sent if others.get(each.digest, each.at) - each.at > SLOW_S]
    return Verdict(counts, findings, delays(others), delays(history.safe), sorted(slow, key=lambda pair: -pair[0]))


def look_at(screen, sent, find):
    """What no screen may ever show."""
    where = f"screen of {screen.who}, chat {screen.chat[:8]}"
    place = {}
    newest = {}  # author: the latest written so far
    for number, (digest, author, text) in enumerate(screen.lines):
        if digest in place:
            find("duplicated", f"{where}: {digest[:8]} stands at {place[digest]} and at {number}")
            continue
        place[digest] = number
        truth = sent.get(digest)
        if truth is None or truth.author != author or truth.text != text:
            find("forged", f"{where}: {digest[:8]} ({text[:40]!r} by {author}) was never written like this")
            continue
        if truth.chat != screen.chat:
            find("leaked", f"{where}: {name(truth)} belongs to chat {truth.chat[:8]}")
        before = newest.get(author)
        if before is not None and before.at > truth.at:
            find("inverted", f"{where}: {name(truth)} stands after {name(before)}, which was written later")
        else:
            newest[author] = truth
    for digest, number in place.items():
        for earlier in sent[digest].after if digest in sent else ():
            if place.get(earlier, -1) > number:
                find("inverted", f"{where}: {name(sent[digest])} stands before {earlier[:8]}, which it answers")


def name(sent):
    return f"{sent.text!r} by {sent.author[:10]}"


def quantiles(values):
    """p50, p99 and the greatest, in milliseconds."""
    if not values:
        return "none"
    at = lambda q: values[min(len(values) - 1, int(q * len(values)))] * 1000
    return f"p50 {at(0.5):.0f} ms, p99 {at(0.99):.0f} ms, max {values[-1] * 1000:.0f} ms"
