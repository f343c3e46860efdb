"""An exchange that tells of its calls by manager events: rings, ends, and a line that breaks."""

import asyncio

from nazdik.intake.ami import Manager, ManagerLine
from nazdik.intake.sip.agent import Ended, Rang
from nazdik.kernel import Instant

OURS = frozenset({"110"})


def event(name: str, **fields: str) -> bytes:
    lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def rings(linked: str = "1.1", exten: str = "110") -> bytes:
    return event(
        "Newchannel", Uniqueid=linked, Linkedid=linked, Exten=exten, CallerIDNum="09161112233", CallerIDName="<unknown>"
    )


def test_a_call_rings_once_and_ends_once() -> None:
    manager = Manager(OURS)
    (rang,) = manager.take(rings())
    assert isinstance(rang, Rang)
    assert (rang.ring.number, rang.ring.name, rang.ring.called) == ("+989161112233", "", "110")
    assert manager.take(event("Newexten", Uniqueid="1.1", Linkedid="1.1", Exten="110")) == []
    assert manager.take(event("Hangup", Uniqueid="1.2", Linkedid="1.1")) == [], "a leg that was tried is not the caller"
    (ended,) = manager.take(event("Hangup", Uniqueid="1.1", Linkedid="1.1", **{"Cause-txt": "Normal Clearing"}))
    assert (ended.handle, ended.elsewhere, ended.reason) == ("1.1", False, "Normal Clearing")  # type: ignore[union-attr]
    assert manager.take(event("Hangup", Uniqueid="1.1", Linkedid="1.1")) == []


def test_answered_at_the_exchange_is_not_given_up() -> None:
    for how in (
        event("BridgeEnter", Uniqueid="1.2", Linkedid="1.1", BridgeNumChannels="2"),
        event("DialEnd", DestUniqueid="1.2", Linkedid="1.1", DialStatus="ANSWER"),
    ):
        manager = Manager(OURS)
        manager.take(rings())
        assert manager.take(event("BridgeEnter", Linkedid="1.1", BridgeNumChannels="1")) == [], (
            "alone in a bridge is music"
        )
        (ended,) = manager.take(how)
        assert isinstance(ended, Ended)
        assert ended.elsewhere
        assert manager.take(event("Hangup", Uniqueid="1.1", Linkedid="1.1")) == [], "hanging up later is no giving up"


def test_who_speaks_with_somebody_already_when_the_line_is_made_again_does_not_ring() -> None:
    manager = Manager(OURS)

    def up(channel: str, linked: str, bridge: str, exten: str = "110") -> list[Rang | Ended]:
        return manager.take(event("CoreShowChannel", Uniqueid=channel, Linkedid=linked, Exten=exten, BridgeId=bridge))

    assert [type(thing) for thing in up("1.1", "1.1", "b1")] == [Rang], "alone in a bridge is music"
    assert [type(thing) for thing in up("2.1", "2.1", "")] == [Rang]
    (ended,) = up("1.2", "1.1", "b1", exten="")
    assert isinstance(ended, Ended) and (ended.handle, ended.elsewhere) == ("1.1", True)
    assert manager.take(event("CoreShowChannelsComplete")) == []
    assert manager.ask().startswith(b"Action: CoreShowChannels")
    assert up("3.1", "3.1", "b1")[1:] == [], "another list, another bridge"
    (gone,) = manager.take(event("CoreShowChannelsComplete"))
    assert (gone.handle, gone.elsewhere) == ("2.1", False), "whose end nobody heard is called back"  # type: ignore[union-attr]


def test_calls_to_other_numbers_are_not_ours() -> None:
    manager = Manager(OURS)
    assert manager.take(rings(exten="200")) == []
    assert manager.take(event("Hangup", Uniqueid="1.1", Linkedid="1.1")) == []
    assert manager.take(b"\xff\xfe nonsense\r\n\r\n") == []


async def test_a_line_that_breaks_is_made_again_and_asks_what_rings() -> None:
    heard: list[Rang | Ended] = []
    got_both = asyncio.Event()
    logins: list[bytes] = []

    async def hear(thing: Rang | Ended) -> bool:
        heard.append(thing)
        if len(heard) == 2:
            got_both.set()
        return True

    async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/7.0.3\r\n")
        logins.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"Response: Success\r\n\r\n")
        asked = await reader.readuntil(b"\r\n\r\n")
        assert asked.startswith(b"Action: CoreShowChannels")
        if len(logins) == 1:
            writer.write(rings("1.1"))
        else:
            up = event("CoreShowChannel", Uniqueid="1.1", Linkedid="1.1", Exten="110", CallerIDNum="1")
            writer.write(up + event("CoreShowChannel", Uniqueid="2.1", Linkedid="2.1", Exten="110", CallerIDNum="2"))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(exchange, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    line = ManagerLine("127.0.0.1", port, user="nazdik", secret="word", numbers=OURS, hear=hear, now=lambda: Instant(1))
    line.open()
    async with asyncio.timeout(20):
        await got_both.wait()
    await line.close()
    server.close()
    assert [thing.handle for thing in heard] == ["1.1", "2.1"], (
        "what rang while the line was down rings now, and only that"
    )
    assert b"Secret: word" in logins[0]
