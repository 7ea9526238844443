"""`python -m assist` is the `assist` command."""

from assist.cli import main

if __name__ == "__main__":
    main()
