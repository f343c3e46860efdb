"""
What is known of a place before anybody goes there: notes of hazards, who wrote them, until when they hold, when they are read
again.

It owns the words premise note, hazard and severe. It promises that a note is a fact in the province's log, that one past its time
is shown to nobody, and that it warns and never keeps anybody from being sent.
"""
