"""
Dispatch decides who is sent: incidents, the offices they are given to, the units they are given to, and the alarms that climb.

It owns the words incident, tasking, assignment, offer, recommendation, escalation and disposition. It promises that a unit has at
most one active assignment, that every offer is accepted, escalated or cancelled within its limit, and that each choice can be
explained later from what is stored with it. It never looks: the road, the offices and the catalogue of kinds come in as queries.
"""
