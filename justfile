# The everyday commands; `./run setup` makes them work.
set shell := ["bash", "-euc"]
export PATH := justfile_directory() + "/.venv/bin:" + env("PATH")

# Format, lint, types, import contracts: what review expects, without the tests
check:
    ruff format -q src tests benchmarks
    ruff check .
    mypy
    lint-imports --no-cache

# The Python tests; `just test tests/unit/dispatch` runs some of them
test *paths:
    python -m pytest {{ paths }}

# Every parser of a door, fed with bent messages for some minutes; what breaks one is kept in tests/fuzz/cases
fuzz minutes="5":
    python -m tests.fuzz --minutes {{ minutes }}

# The whole API attacked from its own description, as every role; what is found is printed
attack minutes="5":
    python -m tests.attack --minutes {{ minutes }}

# Secrets and weak packages; `just scan --online` also asks the registries
scan *words:
    python -m tests.scan {{ words }}

# The front end: lint, types, unit tests
web:
    cd web && npm run --silent check

# The living demo
demo *words:
    ./run demo {{ words }}

# The pictures of README.md and docs, taken anew from a demo of its own
screenshots *words:
    ./run screenshots {{ words }}

# A simulated day; `just simulate --seed 7` repeats one
simulate *words:
    nazdik simulate {{ words }}

# Every benchmark; results go to benchmarks/results. The rivals of road_engine.py are installed apart (install_rivals.py)
bench:
    for file in benchmarks/*.py; do case "$file" in */facts.py|*/install_rivals.py|*/road_pictures.py) ;; *) python "$file" ;; esac; done
