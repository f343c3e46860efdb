"""
Who somebody is: ways in, how long a session may be left alone, and what has to be proved once more.

It promises that a wrong guess is slow and never keeps a dispatcher out of their own desk, that what a desk left alone shows ends by
itself, and that acts on which safety rests are done by the person who signed in.
"""
