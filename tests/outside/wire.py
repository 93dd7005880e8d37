"""docs/protocol.md in Python, from that page alone: names, hashes, the fold, and an asynchronous WebSocket (RFC 6455)."""

import asyncio
import base64
import hashlib
import json
import secrets
import struct
import time
from urllib.parse import urlsplit


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def H(text):
    return b64(hashlib.sha256(text.encode()).digest())


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def ulid():
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return "".join(alphabet[(number >> shift) & 31] for shift in range(125, -1, -5))


def visitor_author(site, secret):
    return "v:" + H(f"holdfast:visitor:1\n{site}\n{secret}")[:22]


class Event:
    """Head and body as bytes of their author, and every acceptance known, by its mac. `body` is None when it was erased."""

    def __init__(self, head, body, acceptances=()):
        self.head, self.body = head, body
        self.digest = H(f"holdfast:head:1\n{head}")
        said = json.loads(head)
        self.chat, self.author, self.id, self.kind = said["chat"], said["author"], said["id"], said["kind"]
        self.audience, self.after = said["audience"], said["after"]
        if body is not None and H(f"holdfast:body:1\n{body}") != said["body"]:
            raise ValueError(f"the body of {self.digest} is not the one that its head names")
        self.acceptances = {acc["m"]: acc for acc in acceptances}

    @property
    def text(self):
        return "" if self.body is None else json.loads(self.body).get("text", "")

    @property
    def deployments(self):
        return {acc["o"].split("/")[0] for acc in self.acceptances.values()}


def compose(site, author, kind, fields, chat=None, audience="chat", after=()):
    id_ = ulid()
    body = compact({"nonce": b64(secrets.token_bytes(16)), **fields})
    head = compact({"v": 1, "site": site, "chat": chat or H(f"holdfast:chat:1\n{site}\n{author}\n{id_}"), "author": author, "id": id_,
                    "kind": kind, "audience": audience, "after": list(after), "body": H(f"holdfast:body:1\n{body}")})
    return Event(head, body)


WIDTH = {"chat": 0, "operators": 1, "nodes": 2}


def transcript(events):
    """Events in transcript order (§3). `events`: of one chat, by digest."""
    places = {}

    def place(digest):
        # Depth-first without recursion: a chat may be long.
        stack = [digest]
        while stack:
            top = stack[-1]
            if top in places:
                stack.pop()
                continue
            event = events[top]
            before = [x for x in event.after if x in events and events[x].acceptances and
                      WIDTH.get(events[x].audience, 2) <= WIDTH.get(event.audience, 2)]
            waiting = [x for x in before if x not in places]
            if waiting:
                stack += waiting
                continue
            own = min((int(acc["t"], 16) for acc in event.acceptances.values()), default=2**64 - 1)
            places[top] = min(max([own, *(places[x] + 1 for x in before)]), 2**64 - 2) if event.acceptances else 2**64 - 1
            stack.pop()
        return places[digest]

    return sorted(events.values(), key=lambda event: (place(event.digest), event.id, event.digest))


def set_digest(events, audience):
    lines = sorted(f"{event.digest} {','.join(sorted(event.acceptances))}\n" for event in events.values()
                   if event.acceptances and WIDTH.get(event.audience, 2) <= WIDTH[audience])
    return H("holdfast:set:1\n" + "".join(lines))


def frontier(events, audience):
    seen = {digest: event for digest, event in events.items() if WIDTH.get(event.audience, 2) <= WIDTH[audience]}
    named = {x for event in seen.values() for x in event.after}
    return [event.digest for event in transcript(seen) if event.digest not in named][-32:]


class Closed(Exception):
    pass


class Socket:
    """A WebSocket client; `receive` gives one JSON frame after the other."""

    @classmethod
    async def open(cls, url, origin, timeout=3.0):
        self = cls()
        at = urlsplit(url)
        self.reader, self.writer = await asyncio.wait_for(asyncio.open_connection(at.hostname, at.port), timeout)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = ["GET /v1/link HTTP/1.1", f"Host: {at.netloc}", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Protocol: holdfast.v1", f"Origin: {origin}", "", ""]
        self.writer.write("\r\n".join(lines).encode())
        try:
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), timeout)
        except asyncio.IncompleteReadError as error:
            raise Closed("closed during the handshake") from error
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise Closed(head.split(b"\r\n")[0].decode())
        return self

    def send(self, frame):
        self.write(1, compact(frame).encode())

    def write(self, opcode, payload):
        mask = secrets.token_bytes(4)
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else struct.pack("!BH", 0xFE, size) if size < 65536 else struct.pack("!BQ", 0xFF, size)
        wide = int.from_bytes(payload, "big") ^ int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        self.writer.write(bytes([0x80 | opcode]) + length + mask + wide.to_bytes(size, "big"))

    async def receive(self):
        try:
            while True:
                first, second = await self.reader.readexactly(2)
                size = second & 127
                if size == 126:
                    size = struct.unpack("!H", await self.reader.readexactly(2))[0]
                elif size == 127:
                    size = struct.unpack("!Q", await self.reader.readexactly(8))[0]
                payload = await self.reader.readexactly(size)
                if first & 15 == 1:
                    return json.loads(payload)
                if first & 15 == 8:
                    raise Closed(f"{struct.unpack('!H', payload[:2])[0] if payload else 1005} {payload[2:].decode()}")
                if first & 15 == 9:
                    self.write(10, payload)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Closed("the connection ended") from error

    def close(self):
        self.writer.transport.abort()
