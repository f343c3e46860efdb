"""
The living demo: made-up callers, call-takers, crews and dispatchers who use a running server as real ones would.

Everything goes through the public doors, over HTTP and WebSocket on this machine; nothing here reaches into the server. Where
a person takes a seat, the simulated one stands back: a car goes where that person's acts say, a ringing call waits for them.
Run by `nazdik demo`; see `python -m nazdik.simulation.demo --help`.
"""
