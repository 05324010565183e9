"""Takes every letter on port 1025 and lists them on port 8025 as Mailpit does: GET /api/v1/messages."""

import email
import email.policy
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller

LETTERS = []


class Keep:
    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        LETTERS.append({"To": [{"Address": to} for to in envelope.rcpt_tos], "Subject": letter["subject"]})
        print("letter", len(LETTERS), "to", ", ".join(envelope.rcpt_tos))
        return "250 kept"


class Listing(BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path.split("?")[0] == "/api/v1/messages"
        body = json.dumps({"total": len(LETTERS), "messages": LETTERS[-50:][::-1]}).encode() if known else b""
        self.send_response(200 if known else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    Controller(Keep(), hostname="0.0.0.0", port=1025).start()
    print("listening on 1025 and 8025")
    ThreadingHTTPServer(("0.0.0.0", 8025), Listing).serve_forever()
