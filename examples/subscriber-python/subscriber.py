#!/usr/bin/env python3
"""Keeps the newest snapshot of everything Huiyin tells, in a SQLite file: a beginning for a system of your own.

It pulls from the durable consumer the operator gave it, checks each body against the published JSON Schema, knows what it has heard
already, commits, and only then acknowledges. What it does is told on standard output, one JSON object per line.
"""

import argparse
import asyncio
import json
import pathlib
import signal
import sys

import nats
from nats.errors import Error as NatsError

from contract import Contract
from register import Register

BATCH = 100
# After a failure: the server is away, or the stream is being made anew. It comes back.
PAUSE_SECONDS = 1.0


def tell(**what):
    print(json.dumps(what, ensure_ascii=False), flush=True)


def take(register, contract, message):
    """Decides about one message and keeps what came of it; nothing is acknowledged before this has returned."""
    event = contract.read(message.headers or {}, message.data)
    verdict = register.keep(event)
    tell(verdict=verdict, type=event.type, subject=event.subject, sequence=event.sequence, id=event.id, why=event.fault)


async def hear(client, stream, durable, register, contract, stop):
    """One stream, for ever: fetch, commit, acknowledge."""
    subscription = None
    while not stop.is_set():
        try:
            if subscription is None:
                jetstream = client.jetstream()
                subscription = await jetstream.pull_subscribe_bind(durable=durable, stream=stream)
                tell(verdict="listening", stream=stream)
            messages = await subscription.fetch(BATCH, timeout=2)
        except (asyncio.TimeoutError, nats.errors.TimeoutError):
            continue  # nothing new, or nobody there to answer: ask again
        except (NatsError, OSError) as error:
            tell(verdict="waiting", stream=stream, why=str(error) or type(error).__name__)
            subscription = None
            try:
                await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
            except asyncio.TimeoutError:
                pass
            continue
        with register.transaction():
            for message in messages:
                take(register, contract, message)
        for message in messages:
            try:
                await message.ack()
            except (NatsError, OSError):
                break  # it comes again, and is known then


async def run(options):
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    contract = Contract(options.docs)
    register = Register(options.database)

    async def quiet(_error):
        pass

    client = await nats.connect(
        options.url,
        user=options.user,
        password=options.password_file.read_text().strip(),
        # Answers come under this prefix; the user may listen to nothing else.
        inbox_prefix=f"_INBOX_{options.user}".encode(),
        max_reconnect_attempts=-1,
        reconnect_time_wait=PAUSE_SECONDS,
        error_cb=quiet,
        name="subscriber-python",
    )
    streams = [hear(client, stream, options.user, register, contract, stop) for stream in options.stream]
    await asyncio.gather(*streams)
    await client.close()
    register.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="nats://127.0.0.1:4222")
    parser.add_argument("--user", required=True, help="outside_<name>, as the operator gave it; also the name of the durables")
    parser.add_argument("--password-file", required=True, type=pathlib.Path)
    parser.add_argument("--stream", required=True, action="append", help="such as HUIYIN_CASEWORK; again for more")
    parser.add_argument("--docs", required=True, type=pathlib.Path, help="the folder with asyncapi.json and schemas/")
    parser.add_argument("--database", required=True, type=pathlib.Path, help="a SQLite file, made if need be")
    asyncio.run(run(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
