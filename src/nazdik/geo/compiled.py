"""The decorator that compiles geo's searches. All may call `heap`: a change of it makes everything here compile anew."""

from pathlib import Path

from nazdik.platform.compiled import door

compiled = door(Path(__file__).with_name("heap.py"))
