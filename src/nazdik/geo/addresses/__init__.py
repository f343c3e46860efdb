"""
Addresses as people keep them: names that operators add for places (aliases), and addresses taken unverified that wait for repair.

It owns the words alias, flag (an address in doubt) and repair. It promises that every alias and every repair is a fact in the
province's log, with who and when, and can be taken back.
"""
