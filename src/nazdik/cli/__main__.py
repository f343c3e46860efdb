"""`python -m nazdik.cli`, where the program `nazdik` is not installed."""

from nazdik.cli import main

main()
