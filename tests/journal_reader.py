#!/usr/bin/env python3
"""Reads a Holdfast journal from outside: shares no code with the server, only docs/protocol.md and docs/journal.md.

Every journal that is named is verified first: digests of heads, hashes of bodies, the chain of each origin, that content stands
where a row says it does; with --key also the MACs of acceptances. Exit code 0: all well; 1: what was asked for is not so (journals
differ, nothing found); 2: a journal is inconsistent or cannot be read.

  journal_reader.py A/journal.db                      canonical dump: site, chat, digest, acceptances
  journal_reader.py --json A/journal.db               the same, with bodies, for programs
  journal_reader.py --count A/journal.db
  journal_reader.py --compare A/journal.db B/journal.db
  journal_reader.py --find-given-back [--deployment redundant] B/journal.db
  journal_reader.py --two-acceptances A/journal.db
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
from collections import defaultdict

APPLICATION_ID = 0x48464A31
FORMAT = 1


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sha(*texts):
    h = hashlib.sha256()
    for text in texts:
        h.update(text if isinstance(text, bytes) else text.encode())
    return h.digest()


class Unreadable(Exception):
    pass


class Journal:
    """All of one journal, in memory, verified. `problems` lists in words what is wrong."""

    def __init__(self, path, keys):
        self.path = path
        self.keys = keys
        self.problems = []
        self.entries = []
        self.events = {}  # (site, chat, digest) -> {"acceptances": {mac: (origin, seq)}, "entries": [...], "head", "body"}
        self.quarantined = 0
        self._read()
        self._verify_chains()

    def _problem(self, text):
        self.problems.append(f"{self.path}: {text}")

    def _open(self):
        if not os.path.isfile(self.path):
            raise Unreadable(f"{self.path}: no such file")
        try:
            db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
            db.text_factory = bytes
            application = db.execute("PRAGMA application_id").fetchone()[0]
            version = db.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.Error as error:
            raise Unreadable(f"{self.path}: {error}") from error
        if application != APPLICATION_ID or version != FORMAT:
            raise Unreadable(f"{self.path}: not a journal of format {FORMAT} (application {application:#x}, format {version})")
        return db

    def _read(self):
        db = self._open()
        try:
            with db:
                db.execute("BEGIN")
                origins = {n: name.decode() for n, name in db.execute("SELECT id, name FROM origins")}
                chats = {n: (site.decode(), chat.decode()) for n, site, chat in db.execute("SELECT id, site, chat FROM chats")}
                rows = db.execute(
                    "SELECT arrival, origin, seq, before, h, chat, kind, digest, acc_origin, acc_seq, hlc, key, mac, content, head, body"
                    " FROM entries ORDER BY arrival"
                ).fetchall()
                self.quarantined = db.execute("SELECT count(*) FROM quarantine").fetchone()[0]
        except sqlite3.Error as error:
            raise Unreadable(f"{self.path}: {error}") from error
        finally:
            db.close()
        held = {row[0]: row for row in rows}
        for row in rows:
            self._add(row, origins, chats, held)

    def _add(self, row, origins, chats, held):
        arrival, origin, seq, before, h, chat, kind, digest, acc_origin, acc_seq, hlc, key, mac, content, head, body = row
        if origin not in origins or acc_origin not in origins or chat not in chats:
            self._problem(f"row {arrival} names an origin or a chat that has no name")
            return
        site, chat_id = chats[chat]
        if content is not None:
            holder = held.get(content)
            if head is not None or holder is None or holder[7] != digest or holder[14] is None:
                self._problem(f"row {arrival}: its content does not stand in row {content}")
                return
            head, body = holder[14], holder[15]
        if head is None:
            self._problem(f"row {arrival} has no head")
            return
        entry = {
            "arrival": arrival, "origin": origins[origin], "seq": seq, "before": before, "h": h, "digest": digest,
            "acc_origin": origins[acc_origin], "acc_seq": acc_seq, "hlc": hlc.decode(), "key": key.decode(), "mac": mac,
        }
        self._verify_content(arrival, site, chat_id, kind.decode(), digest, head, body)
        self._verify_mac(entry)
        self.entries.append(entry)
        event = self.events.setdefault((site, chat_id, b64(digest)), {"acceptances": {}, "entries": [], "head": head, "body": body})
        event["acceptances"][b64(mac)] = (entry["acc_origin"], acc_seq)
        event["entries"].append(entry)
        if event["body"] is None:
            event["body"] = body

    def _verify_content(self, arrival, site, chat, kind, digest, head, body):
        if sha("holdfast:head:1\n", head) != digest:
            self._problem(f"row {arrival}: the digest is not that of the head")
            return
        try:
            fields = json.loads(head)
        except ValueError:
            self._problem(f"row {arrival}: the head is no JSON")
            return
        for name, value in (("site", site), ("chat", chat), ("kind", kind)):
            if fields.get(name) != value:
                self._problem(f"row {arrival}: stands under {name} {value!r}, its head says {fields.get(name)!r}")
        if body is not None and b64(sha("holdfast:body:1\n", body)) != fields.get("body"):
            self._problem(f"row {arrival}: the body is not the one that the head names")

    def _verify_mac(self, entry):
        key = self.keys.get(entry["key"])
        if not self.keys:
            return
        if key is None:
            self._problem(f"row {entry['arrival']}: key {entry['key']} is not known")
            return
        text = f"holdfast:accept:1\n{b64(entry['digest'])}\n{entry['acc_origin']}\n{entry['acc_seq']}\n{entry['hlc']}"
        if not hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).digest(), entry["mac"]):
            self._problem(f"row {entry['arrival']}: the MAC of the acceptance is wrong")

    def _verify_chains(self):
        by_origin = defaultdict(dict)
        for entry in self.entries:
            name = f"entry {entry['seq']} of {entry['origin']}"
            if sha(f"holdfast:entry:1\n{b64(entry['before'])}\n{b64(entry['digest'])}\n{b64(entry['mac'])}") != entry["h"]:
                self._problem(f"{name}: the chain hash is wrong")
            other = by_origin[entry["origin"]].get(entry["seq"])
            if other is not None and other["h"] != entry["h"]:
                self._problem(f"{name} is there twice, with different hashes")
            by_origin[entry["origin"]][entry["seq"]] = entry
        for origin, entries in by_origin.items():
            for seq, entry in entries.items():
                before = sha("holdfast:origin:1\n", origin) if seq == 1 else entries.get(seq - 1, {}).get("h")
                if before is not None and before != entry["before"]:
                    self._problem(f"entry {seq} of {origin} does not follow entry {seq - 1}")

    def without_sites(self, sites):
        self.events = {key: event for key, event in self.events.items() if key[0] not in sites}
        self.entries = [entry for event in self.events.values() for entry in event["entries"]]
        return self


def deployment_of(origin):
    return origin.split("/", 1)[0]


def lines_of(journal):
    return [f"{site}\t{chat}\t{digest}\t{','.join(sorted(event['acceptances']))}" for (site, chat, digest), event in sorted(journal.events.items())]


def as_json(journal):
    def text(data):
        return None if data is None else data.decode()

    return {
        "quarantined": journal.quarantined,
        "events": [
            {
                "site": site, "chat": chat, "digest": digest, "head": text(event["head"]), "body": text(event["body"]),
                "acceptances": [{"mac": mac, "origin": origin, "seq": seq} for mac, (origin, seq) in sorted(event["acceptances"].items())],
                "entries": [{"arrival": e["arrival"], "origin": e["origin"], "seq": e["seq"]} for e in event["entries"]],
            }
            for (site, chat, digest), event in sorted(journal.events.items())
        ],
    }


def counts(journal):
    return {
        "events": len(journal.events),
        "entries": len(journal.entries),
        "acceptances": sum(len(event["acceptances"]) for event in journal.events.values()),
        "chats": len({key[:2] for key in journal.events if key[1]}),
        "origins": len({entry["origin"] for entry in journal.entries}),
        "quarantined": journal.quarantined,
    }


def differences(a, b):
    """What one has and the other has not, by chat."""
    found = defaultdict(list)
    for key in sorted(set(a.events) | set(b.events)):
        for here, there in ((a, b), (b, a)):
            if key in here.events and key not in there.events:
                found[key[:2]].append(f"{key[2]} is only in {here.path}")
        if key in a.events and key in b.events:
            for here, there in ((a, b), (b, a)):
                for mac in sorted(set(here.events[key]["acceptances"]) - set(there.events[key]["acceptances"])):
                    origin, seq = here.events[key]["acceptances"][mac]
                    found[key[:2]].append(f"{key[2]}: the acceptance {mac} ({origin} {seq}) is only in {here.path}")
            if a.events[key]["body"] != b.events[key]["body"]:
                found[key[:2]].append(f"{key[2]}: the bodies differ (one is erased)")
    return found


def given_back(journal, deployment):
    """Entries that carry an acceptance of another deployment than their origin's: somebody other than the peer brought them."""
    found = []
    for (site, chat, digest), event in sorted(journal.events.items()):
        for entry in event["entries"]:
            own = deployment_of(entry["origin"])
            if own != deployment_of(entry["acc_origin"]) and deployment in (None, own):
                found.append({"site": site, "chat": chat, "digest": digest, "origin": entry["origin"], "seq": entry["seq"],
                              "accepted_by": entry["acc_origin"], "accepted_as": entry["acc_seq"]})
    return found


def accepted_twice(journal):
    found = []
    for (site, chat, digest), event in sorted(journal.events.items()):
        if len({deployment_of(origin) for origin, _ in event["acceptances"].values()}) > 1:
            found.append({"site": site, "chat": chat, "digest": digest,
                          "accepted_by": sorted(f"{origin} {seq}" for origin, seq in event["acceptances"].values())})
    return found


def show(found, as_json_text):
    if as_json_text:
        print(json.dumps(found))
    else:
        for item in found:
            print("\t".join(f"{name}={value}" for name, value in item.items()))
    return 0 if found else 1


def key_argument(text):
    name, _, value = text.partition("=")
    try:
        key = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except ValueError:
        key = b""
    if not name or len(key) != 32:
        raise argparse.ArgumentTypeError("ID=KEY, KEY 32 bytes as base64url")
    return name, key


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--compare", action="store_true", help="two journals: exit 1 and name, by chat, what only one has")
    what.add_argument("--count", action="store_true")
    what.add_argument("--find-given-back", action="store_true", help="entries that carry another deployment's acceptance; exit 1 when there is none")
    what.add_argument("--two-acceptances", action="store_true", help="events that both deployments accepted; exit 1 when there is none")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--deployment", choices=("primary", "redundant"), help="with --find-given-back: only under origins of this one")
    parser.add_argument("--key", action="append", type=key_argument, default=[], metavar="ID=KEY", help="a cluster key: verify MACs, too")
    parser.add_argument("--without-site", action="append", default=[], metavar="SITE", help="leave this site out (holdfast-probe)")
    parser.add_argument("journal", nargs="+")
    arguments = parser.parse_args()
    if len(arguments.journal) != (2 if arguments.compare else 1):
        parser.error("--compare takes two journals, everything else one")

    try:
        journals = [Journal(path, dict(arguments.key)) for path in arguments.journal]
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    problems = [problem for journal in journals for problem in journal.problems]
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 2
    journals = [journal.without_sites(arguments.without_site) for journal in journals]
    journal = journals[0]

    if arguments.compare:
        found = differences(*journals)
        if arguments.json:
            print(json.dumps([{"site": site, "chat": chat, "differences": texts} for (site, chat), texts in found.items()]))
        else:
            for (site, chat), texts in found.items():
                print(f"{site} {chat or '(no chat)'}:")
                for text in texts:
                    print(f"  {text}")
            if not found:
                print(f"identical: {counts(journals[0])['events']} events")
        return 1 if found else 0
    if arguments.count:
        count = counts(journal)
        print(json.dumps(count) if arguments.json else "\n".join(f"{name} {value}" for name, value in count.items()))
        return 0
    if arguments.find_given_back:
        return show(given_back(journal, arguments.deployment), arguments.json)
    if arguments.two_acceptances:
        return show(accepted_twice(journal), arguments.json)
    if arguments.json:
        print(json.dumps(as_json(journal)))
    else:
        print("\n".join(lines_of(journal)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
