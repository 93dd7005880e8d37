"""Where webhooks and mail arrive in the tests: an HTTP server that fails in every way, and a real SMTP server."""

import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import pathlib
import subprocess
import tempfile
import threading
import time

from holdfast import free_port

SECRET_BYTES = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(SECRET_BYTES).decode()
HERE = pathlib.Path(__file__).resolve().parent


class Call:
    """One POST as it came, its signature checked as Standard Webhooks says."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.id = headers["webhook-id"]
        self.json = json.loads(body)
        self.type, self.data = self.json["type"], self.json["data"]
        signed = f"{self.id}.{headers['webhook-timestamp']}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.new(SECRET_BYTES, signed, hashlib.sha256).digest()).decode()
        self.genuine = expected in headers["webhook-signature"].split() and abs(time.time() - int(headers["webhook-timestamp"])) < 300


class WebReceiver:
    """What it answers stands in `answers`, by path: a status, or "hang", "huge", ("redirect", URL). 204 for others."""

    def __init__(self, host="127.0.9.1"):
        self.calls, self.answers, self.changed, self.ended = [], {}, threading.Condition(), threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.changed:
                    receiver.calls.append(Call(self.path, self.headers, body))
                    receiver.changed.notify_all()
                    answer = receiver.answers.get(self.path, 204)
                    if isinstance(answer, list):
                        answer = answer.pop(0) if len(answer) > 1 else answer[0]
                receiver.answer(self, answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((host, 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://{host}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler, answer):
        try:
            if answer == "hang":
                self.ended.wait(60)
            elif answer == "huge":
                handler.send_response(200)
                handler.send_header("Content-Length", str(10 * 1024 * 1024))
                handler.end_headers()
                for _ in range(160):
                    handler.wfile.write(b"x" * 65536)
            elif isinstance(answer, tuple):
                handler.send_response(302)
                handler.send_header("Location", answer[1])
                handler.send_header("Content-Length", "0")
                handler.end_headers()
            else:
                handler.send_response(answer)
                handler.send_header("Content-Length", "0") if answer != 204 else None
                handler.end_headers()
        except OSError:
            handler.close_connection = True  # the caller went

    def of(self, path):
        with self.changed:
            return [call for call in self.calls if call.path == path]

    def close(self):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()


class MailServer:
    """The process of mail_server.py; start() and stop() as a machine that comes and goes, on one port."""

    def __init__(self, host="127.0.9.2"):
        self.folder = tempfile.TemporaryDirectory(prefix="holdfast-mail-")
        self.host, self.port, self.process = host, free_port(host), None

    @property
    def url(self):
        return f"smtp://{self.host}:{self.port}"

    def start(self):
        self.process = subprocess.Popen(["/usr/bin/python3", HERE / "mail_server.py", self.host, str(self.port), self.folder.name],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"
        return self

    def stop(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait(timeout=20)
            self.process.stdout.close()
            self.process = None

    def mails(self):
        """Each as (envelope's recipients, parsed message)."""
        all_of_them = []
        for file in sorted(pathlib.Path(self.folder.name).glob("*.json")):
            kept = json.loads(file.read_text())
            all_of_them.append((kept["to"], email.message_from_string(kept["data"], policy=email.policy.default)))
        return all_of_them

    def close(self):
        self.stop()
        self.folder.cleanup()
