"""The oversight server: a process, a folder, two origins; nothing of it is part of the dispatch server."""
