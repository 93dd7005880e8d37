"""Real programs on this machine for the integration tests: an installation made by `holdfast init`, its processes, and a small
client that shares no code with the server. Python's standard library only. Ends only what it started."""

import base64
import hashlib
import http.client
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("HOLDFAST_BIN", ROOT / "build/release/bin")) / "holdfast"
PATIENCE_S = 20.0
SHOP = "https://shop.example"


def free_port(host):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, 0))
        return probe.getsockname()[1]


def until(reached, what, patience=PATIENCE_S):
    """Asks again and again; returns the first true answer."""
    end = time.monotonic() + patience
    while True:
        answer = reached()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {patience} s: {what}")
        time.sleep(0.02)


def run(*arguments, ok=True):
    """The program to its end; its output."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    if ok and done.returncode != 0:
        raise AssertionError(f"{arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Program:
    """`holdfast serve` or `moderate` as a process."""

    def __init__(self, name, command, config, host, port, scheme="http"):
        self.name, self.command, self.config = name, command, config
        self.host, self.port, self.scheme = host, port, scheme
        self.log_file = config.parent / f"{name}.log"
        self.process = None
        self.environment = None  # of the process; None: ours

    @property
    def url(self):
        return f"{self.scheme}://{self.host}:{self.port}"

    def start(self, ready=True):
        with open(self.log_file, "a") as log:
            self.process = subprocess.Popen([PROGRAM, self.command, "--config", self.config], stdout=log, stderr=log,
                                            env=self.environment)
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self):
        def look():
            if self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.log()}")
            try:
                return self.get("/readyz")[0] == 200
            except OSError:
                return False

        until(look, f"{self.name} is ready; its log:\n{self.log()}")

    def request(self, method, path, body=None, headers=None):
        """(status, headers, text)"""
        if self.scheme == "https":
            context = ssl._create_unverified_context()
            connection = http.client.HTTPSConnection(self.host, self.port, timeout=10, context=context)
        else:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.request("GET", path, headers=headers)

    def metric(self, name):
        for line in self.get("/metrics")[2].splitlines():
            if line.startswith(f"holdfast_{name} "):
                return int(line.split()[1])
        return None

    def log(self):
        return self.log_file.read_text() if self.log_file.exists() else ""

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Installation:
    """Both deployments and a moderator, as a new user makes them."""

    def __init__(self, *options, **urls):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-integration-"))
        self.home = self.dir / "home"
        self.places = {"primary": "127.0.1.1", "redundant": "127.0.2.1", "moderator": "127.0.3.1"}
        self.ports = {name: free_port(host) for name, host in self.places.items()}
        scheme = urls.get("scheme", "http")
        arguments = []
        for name, host in self.places.items():
            arguments += [f"--{name}-url", f"{scheme}://{host}:{self.ports[name]}"]
        run("init", self.home, "--site", "shop", "--origin", SHOP, "--operator", "ann", "--password", "correct-horse",
            "--profile", "demo", *arguments, *options)
        for name in ("primary", "redundant"):  # tests talk faster than people
            config = self.home / f"{name}.toml"
            config.write_text(config.read_text().replace("# [limits]\n", "[limits]\nevents_burst = 5000\nevents_per_s = 5000\n"))
        self.primary = self.program("primary", "serve", scheme)
        self.redundant = self.program("redundant", "serve", scheme)
        self.moderator = self.program("moderator", "moderate", scheme)

    def program(self, name, command, scheme):
        return Program(name, command, self.home / f"{name}.toml", self.places[name], self.ports[name], scheme)

    def start(self):
        """Both at once: the Redundant Deployment is ready when it has pulled the settings."""
        self.primary.start(ready=False)
        self.redundant.start(ready=False)
        self.primary.wait_ready()
        self.redundant.wait_ready()
        return self

    def verify(self):
        return run("verify", "--config", self.primary.config, "--config", self.redundant.config, ok=False)

    def close(self):
        """Ends everything; a sanitizer's complaint in a log is a failure."""
        programs = (self.primary, self.redundant, self.moderator)
        for program in programs:
            program.end()
        logs = {program.name: program.log() for program in programs}
        shutil.rmtree(self.dir, ignore_errors=True)
        for name, log in logs.items():
            if "Sanitizer" in log:
                raise AssertionError(f"{name}:\n{log[log.index('Sanitizer') - 200 :][:8000]}")


# ---- the protocol, from docs/protocol.md alone ----


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def digest(label, text):
    return b64(hashlib.sha256(f"holdfast:{label}:1\n{text}".encode()).digest())


def ulid():
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return "".join(alphabet[(number >> shift) & 31] for shift in range(125, -1, -5))


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Content:
    """An event as its author's client makes it."""

    def __init__(self, site, author, kind, fields, chat=None, audience="chat", after=()):
        self.id = ulid()
        self.chat = chat or digest("chat", f"{site}\n{author}\n{self.id}")
        self.body = compact({"nonce": b64(secrets.token_bytes(16)), **fields})
        self.head = compact({"v": 1, "site": site, "chat": self.chat, "author": author, "id": self.id, "kind": kind,
                             "audience": audience, "after": list(after), "body": digest("body", self.body)})
        self.digest = digest("head", self.head)

    def frame(self):
        return {"t": "send", "head": self.head, "body": self.body}


class Closed(Exception):
    def __init__(self, code, why):
        super().__init__(f"closed with {code} {why}")
        self.code, self.why = code, why


class Socket:
    """A WebSocket client of RFC 6455, blocking."""

    def __init__(self, program, path, subprotocol, origin=None):
        raw = socket.create_connection((program.host, program.port), timeout=PATIENCE_S)
        if program.scheme == "https":
            raw = ssl._create_unverified_context().wrap_socket(raw, server_hostname=program.host)
        self.raw, self.buffer = raw, b""
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {program.host}:{program.port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", f"Sec-WebSocket-Protocol: {subprotocol}"]
        if origin:
            lines.append(f"Origin: {origin}")
        self.raw.sendall("\r\n".join([*lines, "", ""]).encode())
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])
        if self.status != 101:
            raise Closed(self.status, head.decode())
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        assert accept in head, head

    def more(self):
        data = self.raw.recv(65536)
        if not data:
            raise Closed(1006, "the connection ended")
        self.buffer += data

    def take(self, count):
        while len(self.buffer) < count:
            self.more()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def send_frame(self, opcode, payload):
        mask = secrets.token_bytes(4)
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else struct.pack("!BH", 0xFE, size) if size < 65536 else struct.pack("!BQ", 0xFF, size)
        masked = bytes(byte ^ mask[i & 3] for i, byte in enumerate(payload))
        self.raw.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def send(self, text):
        self.send_frame(1, text.encode() if isinstance(text, str) else text)

    def receive(self):
        while True:
            first, second = self.take(2)
            size = second & 127
            if size == 126:
                size = struct.unpack("!H", self.take(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self.take(8))[0]
            payload = self.take(size)
            opcode = first & 15
            if opcode == 1:
                return payload.decode()
            if opcode == 8:
                code = struct.unpack("!H", payload[:2])[0] if payload else 1005
                raise Closed(code, payload[2:].decode())
            if opcode == 9:
                self.send_frame(10, payload)

    def close(self):
        self.raw.close()


class Link:
    """A client's link: hello and welcome, then frames."""

    def __init__(self, program, site, origin, role, auth, outbox=(), chats=()):
        self.site, self.socket, self.inbox = site, Socket(program, "/v1/link", "holdfast.v1", origin), []
        self.challenge = self.expect("challenge")
        self.send({"t": "hello", "versions": [1, 1], "as": role, "site": site, "auth": auth, "outbox": list(outbox),
                   "chats": list(chats), "warm": False})
        self.welcome = self.expect("welcome")
        self.author = self.welcome["author"]

    def send(self, frame):
        self.socket.send(compact(frame))

    def expect(self, kind, **fields):
        """The next frame of that type with these fields; others wait in the inbox."""
        def fits(frame):
            return frame["t"] == kind and all(frame.get(name) == value for name, value in fields.items())

        for frame in self.inbox:
            if fits(frame):
                self.inbox.remove(frame)
                return frame
        while True:
            frame = json.loads(self.socket.receive())
            if frame["t"] == "beat":
                self.send({"t": "beat"})
            if fits(frame):
                return frame
            if frame["t"] in ("error", "refused") and kind not in ("error", "refused", "nothing"):
                raise AssertionError(f"waiting for {kind}: {frame}")
            self.inbox.append(frame)

    def say(self, content):
        """Sends an event; returns the acceptance."""
        self.send(content.frame())
        return self.expect("accepted", digest=content.digest)["acc"]

    def text(self, chat, text, after=()):
        content = Content(self.site, self.author, "message", {"text": text}, chat, after=after)
        self.say(content)
        return content

    def heard(self, chat, text):
        """Waits until a message with this text arrives."""
        while True:
            frame = self.expect("event", chat=chat)
            if frame["body"] is not None and json.loads(frame["body"]).get("text") == text:
                return frame

    def closed(self):
        """Waits for the end; its code."""
        try:
            while True:
                self.expect("nothing")
        except Closed as end:
            return end.code

    def close(self):
        self.socket.close()


class Visitor(Link):
    def __init__(self, program, secret=None, origin=SHOP, **more):
        self.secret = secret or b64(secrets.token_bytes(32))
        super().__init__(program, "shop", origin, "visitor", {"type": "secret", "secret": self.secret}, **more)

    def open_chat(self):
        content = Content(self.site, self.author, "open", {"name": "Vera"})
        self.say(content)
        return content


def sign_in(program, operator="ann", password="correct-horse"):
    """(status, answer)"""
    body = compact({"site": "shop", "operator": operator, "password": password})
    status, _, text = program.request("POST", "/v1/signin", body, {"Content-Type": "application/json"})
    return status, json.loads(text)


class Operator(Link):
    def __init__(self, program, token=None, **more):
        if token is None:
            status, answer = sign_in(program)
            assert status == 200, answer
            token = answer["token"]
        self.token = token
        super().__init__(program, "shop", program.url, "operator", {"type": "token", "token": token}, **more)

    def accept(self, chat):
        rid = ulid()
        self.send({"t": "ask", "rid": rid, "chat": chat, "what": "accept"})
        answer = self.expect("decided", rid=rid)
        assert answer["ok"], answer
        return answer
