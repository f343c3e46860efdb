"""What a server says of itself on its terminal has nothing of anybody in it, whatever it was sent and wherever."""

from tests.server import HERE, PROVINCE, Seat, Server

NUMBER, NAME, WORDS = "+989120007431", "Canary-Nightingale", "canary-behind-the-third-door"


def test_no_line_of_the_server_has_a_number_a_name_or_a_word_of_anybody(server: Server) -> None:
    taker, desk = server.seat(f"call_taker:{PROVINCE}"), server.seat(f"dispatcher:{PROVINCE}")
    call = taker.done("/v1/calls", {"number": NUMBER, "name": NAME, "narrative": WORDS, "point": HERE})["call_id"]
    # Sent rightly, and in every wrong way: in addresses, queries, bodies, keys, headers, names and passphrases.
    taker.post(f"/v1/calls/{call}/classification", {"kind": WORDS, "priority": 9})
    taker.post(f"/v1/calls/{NAME}/answer", {"number": NUMBER})
    taker.post("/v1/calls", f'{{"number": "{NUMBER}", "name": "{NAME}'.encode())
    taker.post("/v1/search", {"q": NUMBER, "purpose": WORDS, "no": NAME}, key=WORDS)
    desk.post(f"/v1/incidents/{WORDS}/notes", {"text": NAME}, key=NUMBER)
    desk.get("/v1/places", params={"q": WORDS, "near": NAME})
    desk.get(f"/v1/{NAME}/{NUMBER}?{WORDS}", headers={"user-agent": NAME, "accept-language": WORDS})
    Seat(server.address, None).post("/v1/sessions", {"name": NAME, "password": WORDS})
    server.seat(f"officer:{PROVINCE}.u.A01").get("/v1/people", params={"office": NAME})
    said = server.said()
    assert "refused: 422" in said and "refused: 401" in said, "these lines are not looked at"
    assert [word for word in (NUMBER, NUMBER[3:], NAME, NAME.lower(), WORDS) if word in said] == []
