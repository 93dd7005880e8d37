"""A client of the outside checker: one visitor or operator with two links, an outbox and what it has seen. It keeps to docs/protocol.md
and docs/failover.md, and is as simple as these allow: every late send goes over the other link too, everything is offered again after
each welcome, lists are exchanged whenever digests differ."""

import asyncio
import random

from judge import Screen, Sent
from wire import WIDTH, Closed, Event, Socket, compose, frontier, set_digest, transcript, ulid

HEDGE_S = 0.25
REPEAT_S = 1.0
SILENT_S = 7.0  # the configured heartbeat is 5 s


class Link:
    """One connection after another to one deployment."""

    def __init__(self, person, deployment, url):
        self.person, self.deployment, self.url = person, deployment, url
        self.socket = None
        self.heard = 0.0
        self.task = asyncio.ensure_future(self.run())

    @property
    def up(self):
        return self.socket is not None

    async def run(self):
        wait = 0.05
        while True:
            try:
                await self.one()
                wait = 0.05
            except (Closed, OSError, asyncio.TimeoutError, ValueError) as error:
                self.person.troubles.append((self.person.now(), self.deployment, repr(error)))
            self.socket = None
            await asyncio.sleep(random.uniform(0.5, 1) * wait)
            wait = min(wait * 2, 1.0)

    async def one(self):
        socket = await Socket.open(self.url, self.person.origin)
        try:
            challenge = await asyncio.wait_for(socket.receive(), 3)
            if challenge["t"] != "challenge":
                raise Closed(str(challenge))
            socket.send(self.person.hello(self.deployment))
            while True:
                frame = await asyncio.wait_for(socket.receive(), SILENT_S)
                self.heard = self.person.now()
                if frame["t"] == "welcome":
                    self.socket = socket
                if frame["t"] == "beat":
                    socket.send({"t": "beat"})
                self.person.take(self, frame)
        finally:
            self.socket = None
            socket.close()

    def send(self, frame):
        if self.socket is not None:
            self.socket.send(frame)


class Person:
    def __init__(self, *, name, role, site, origin, auth, author, urls, history, now, warm_first=False):
        self.name, self.role, self.site, self.origin, self.auth, self.author = name, role, site, origin, auth, author
        self.history, self.now = history, now
        self.audience = "operators" if role == "operator" else "chat"
        self.chats = {}  # chat: {digest: Event}
        self.outbox = {}  # digest: (Event, when written)
        self.safe = set()
        self.offered = {}  # (deployment, chat): when
        self.waiting = {}  # rid: Future
        self.wrong = []  # what no server may ever send
        self.troubles = []
        self.prefers = "redundant" if warm_first else "primary"
        self.links = {deployment: Link(self, deployment, url) for deployment, url in urls.items()}
        self.pushing = asyncio.ensure_future(self.push())

    def hello(self, deployment):
        chats = [{"chat": chat, "digest": set_digest(events, self.audience)} for chat, events in self.chats.items()]
        return {"t": "hello", "versions": [1, 1], "as": self.role, "site": self.site, "auth": self.auth,
                "outbox": list(self.outbox)[:150], "chats": chats[:50], "warm": deployment != self.prefers}

    # ---- what a person does ----

    def open_chat(self):
        event = compose(self.site, self.author, "open", {"name": self.name})
        self.post(event)
        return event.chat

    def say(self, chat, text):
        events = self.chats.setdefault(chat, {})
        event = compose(self.site, self.author, "message", {"text": text}, chat, after=frontier(events, "chat"))
        self.history.sent.append(Sent(event.digest, chat, self.author, text, self.now(), tuple(event.after)))
        self.post(event)
        return event

    async def ask(self, chat, what, patience=60.0):
        """Over both links until somebody decides."""
        rid = ulid()
        answer = self.waiting[rid] = asyncio.get_running_loop().create_future()
        end = self.now() + patience
        while not answer.done() and self.now() < end:
            for link in self.links.values():
                link.send({"t": "ask", "rid": rid, "chat": chat, "what": what})
            await asyncio.wait([answer], timeout=1.0)
        return answer.result() if answer.done() else None

    def screen(self, chat):
        lines = [(event.digest, event.author, event.text) for event in transcript(self.chats.get(chat, {})) if event.kind == "message"]
        return Screen(self.name, chat, lines)

    def settled(self):
        """Everything of its own is safe."""
        return not self.outbox

    def close(self):
        self.pushing.cancel()
        for link in self.links.values():
            link.task.cancel()

    # ---- outbox ----

    def post(self, event):
        self.chats.setdefault(event.chat, {})[event.digest] = event
        self.outbox[event.digest] = (event, self.now())
        first = self.links[self.prefers]
        if not first.up:
            first = next((link for link in self.links.values() if link.up), first)
        first.send({"t": "send", "head": event.head, "body": event.body})

    async def push(self):
        """What is late goes over every link; what is not safe is offered again and again."""
        offered = {}
        while True:
            await asyncio.sleep(0.05)
            now = self.now()
            for digest, (event, written) in list(self.outbox.items()):
                pause = REPEAT_S if event.acceptances else HEDGE_S
                if now - offered.get(digest, written) < pause:
                    continue
                offered[digest] = now
                for link in self.links.values():
                    link.send({"t": "send", "head": event.head, "body": event.body, "hedge": True,
                               "acc": list(event.acceptances.values())[:8]})

    def is_safe(self, digest):
        if digest in self.outbox:
            self.safe.add(digest)
            self.history.safe.setdefault(digest, self.now())
            del self.outbox[digest]

    def accepted(self, digest, acceptances):
        event = self.find(digest)
        if event is None:
            return
        event.acceptances.update({acc["m"]: acc for acc in acceptances})
        if event.author == self.author and event.acceptances:
            self.history.accepted.setdefault(digest, self.now())
            if len(event.deployments) == 2:
                self.is_safe(digest)

    def find(self, digest):
        return next((events[digest] for events in self.chats.values() if digest in events), None)

    # ---- what the nodes say ----

    def take(self, link, frame):
        handler = getattr(self, "on_" + frame["t"], None)
        if handler is not None:
            handler(link, frame)

    def on_welcome(self, link, frame):
        for known in frame["outbox"]:
            self.accepted(known["digest"], known["acc"])
            if "safe" in known:
                self.is_safe(known["digest"])
        for digest, (event, _) in list(self.outbox.items()):
            if digest not in {known["digest"] for known in frame["outbox"]}:
                link.send({"t": "send", "head": event.head, "body": event.body, "acc": list(event.acceptances.values())[:8]})
        for known in frame["chats"]:
            self.compare(link, known)
        # Of a chat that this node does not name it may hold nothing at all.
        for chat in self.chats:
            if chat not in {known["chat"] for known in frame["chats"]}:
                self.offer(link, chat)

    def on_beat(self, link, frame):
        for known in frame.get("chats", []):
            self.compare(link, known)

    def on_chat(self, link, frame):
        if not frame.get("gone"):
            self.chats.setdefault(frame["chat"], {})
            self.compare(link, frame)

    def compare(self, link, known):
        if set_digest(self.chats.get(known["chat"], {}), self.audience) != known["digest"]:
            self.offer(link, known["chat"])

    def offer(self, link, chat):
        """What I hold of the chat; at most once a second, for a difference may be on its way already."""
        if self.now() - self.offered.get((link.deployment, chat), -1.0) < 1.0:
            return
        self.offered[link.deployment, chat] = self.now()
        items = [[event.digest, *sorted(event.acceptances)[:60]] for event in self.chats.get(chat, {}).values()]
        pages = [items[i : i + 60] for i in range(0, len(items), 60)] or [[]]
        for number, page in enumerate(pages):
            link.send({"t": "have", "chat": chat, "items": page, "more": number + 1 < len(pages)})

    def on_event(self, link, frame):
        try:
            event = Event(frame["head"], frame["body"], frame["acc"])
        except ValueError as error:
            self.wrong.append(str(error))
            return
        if WIDTH.get(event.audience, 2) > WIDTH[self.audience]:
            self.wrong.append(f"{self.name} was sent a {event.audience} event")
        if event.chat != frame["chat"]:
            self.wrong.append(f"{self.name} was sent an event of {event.chat} as one of {frame['chat']}")
        events = self.chats.setdefault(event.chat, {})
        held = events.setdefault(event.digest, event)
        held.acceptances.update(event.acceptances)
        if event.kind == "message" and event.author != self.author:
            self.history.seen.setdefault(event.digest, {}).setdefault(self.name, self.now())
        if event.author == self.author:
            self.accepted(event.digest, frame["acc"])

    def on_acc(self, link, frame):
        self.accepted(frame["digest"], frame["acc"])

    def on_accepted(self, link, frame):
        self.accepted(frame["digest"], [frame["acc"]])

    def on_safe(self, link, frame):
        self.is_safe(frame["digest"])

    def on_refused(self, link, frame):
        if frame["code"] == 4100 and (event := self.find(frame["digest"])) is not None:
            self.offer(link, event.chat)
        elif frame["code"] >= 4200:
            self.wrong.append(f"{self.name}: refused for good: {frame}")

    def on_want(self, link, frame):
        events = self.chats.get(frame["chat"], {})
        wanted = [events[digest] for digest in frame["digests"] if digest in events and events[digest].body is not None]
        wanted.sort(key=lambda event: event.kind != "open")
        for event in wanted:  # one at a time: whatever its size, it fits
            link.send({"t": "give", "chat": frame["chat"],
                       "events": [{"head": event.head, "body": event.body, "acc": list(event.acceptances.values())[:4]}]})

    def on_decided(self, link, frame):
        answer = self.waiting.pop(frame["rid"], None)
        if answer is not None and not answer.done():
            answer.set_result(frame)
