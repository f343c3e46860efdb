"""
The telephone exchange's signalling: a SIP endpoint that rings and never answers.

`message` reads and writes SIP, `body` takes multipart bodies apart, `location` reads PIDF-LO, `call` says what an INVITE tells
about its caller, `agent` is the protocol without input or output, `endpoint` puts it on UDP, TCP and TLS.
"""
