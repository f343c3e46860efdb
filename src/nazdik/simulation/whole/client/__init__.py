"""
The faces' own machinery, after `web/src/live/client.ts`, `web/src/api/client.ts` and `web/src/features/field/outbox.ts`.

Statement by statement the same rules in Python, so that they run under virtual time; shared vectors hold the two to one another.
"""
