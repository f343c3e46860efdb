"""
The first run: an installation without people, or without a region, guides whoever started it to one that works.

Whoever can read the server's terminal proves it by the one-time code that stands there, and becomes the first administrator;
a region is chosen or built; then the ordinary server opens, and a list of first steps stays with its administrators until
all of them are done.
"""
