"""A relay by aiosmtpd. Its only argument is a JSON object:

`folder` where each message is put as it came (`0001.eml`, …) and what happened is written (`log.jsonl`);
`tls`: null, "starttls" (required before MAIL) or "implicit", with `certificate` and `key` (PEM files);
`mechanisms`: what AUTH offers, with `user` and `password`; null asks for no credentials;
`refuse`: {address: reply to its RCPT};
`refuse_content`: {address: reply to the message for it};
`size`: the most bytes of a message, or null.

It chooses a free port, prints its number once it listens, and ends when its standard input does.
"""

import asyncio
import json
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

ALL_MECHANISMS = {"PLAIN", "LOGIN"}


class Relay:
    """What happens, written down."""

    def __init__(self, settings):
        self.settings = settings
        self.folder = Path(settings["folder"])
        self.log = (self.folder / "log.jsonl").open("a", buffering=1, encoding="utf-8")
        self.count = 0

    def note(self, **what):
        self.log.write(json.dumps(what) + "\n")

    def authenticate(self, server, session, envelope, mechanism, data):
        wanted = (self.settings["user"].encode(), self.settings["password"].encode())
        accepted = (data.login, data.password) == wanted
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.note(event="auth", mechanism=mechanism, accepted=accepted, encrypted=encrypted)
        return AuthResult(success=accepted, handled=accepted)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.note(event="ehlo", name=hostname, encrypted=server.transport.get_extra_info("ssl_object") is not None)
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = self.settings["refuse"].get(address)
        if refusal:
            self.note(event="refused", address=address)
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            refusal = self.settings["refuse_content"].get(address)
            if refusal:
                self.note(event="refused", address=address)
                return refusal
        self.count += 1
        name = f"{self.count:04}.eml"
        (self.folder / name).write_bytes(envelope.content)
        self.note(
            event="message",
            file=name,
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            encrypted=server.transport.get_extra_info("ssl_object") is not None,
            authenticated=bool(session.authenticated),
        )
        return "250 2.0.0 taken"


async def main(settings):
    relay = Relay(settings)
    context = None
    if settings["tls"]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(settings["certificate"], settings["key"])
    starttls = context if settings["tls"] == "starttls" else None
    mechanisms = settings["mechanisms"]

    def protocol():
        return SMTP(
            relay,
            hostname="relay.test",
            data_size_limit=settings["size"],
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=relay.authenticate if mechanisms else None,
            auth_required=bool(mechanisms),
            # It does not count TLS from the first byte on as TLS.
            auth_require_tls=settings["tls"] != "implicit",
            auth_exclude_mechanism=ALL_MECHANISMS - set(mechanisms or ()),
            loop=asyncio.get_running_loop(),
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context if settings["tls"] == "implicit" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main(json.loads(sys.argv[1])))
