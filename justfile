# What a developer runs; each line works on its own too.

# the fast tests
test *args:
    .venv/bin/python -m pytest {{args}}

# slow and browser tests
slow:
    .venv/bin/python -m pytest -m slow
    .venv/bin/python -m pytest -m browser

# lint, types, import contracts, dependencies, content
check:
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    .venv/bin/pyright --pythonpath .venv/bin/python
    PYTHONPATH=. .venv/bin/lint-imports
    .venv/bin/deptry .
    .venv/bin/assist kb check

# the demo
demo *args:
    .venv/bin/assist demo {{args}}

# everything CI runs
ci:
    bash .ci/run
