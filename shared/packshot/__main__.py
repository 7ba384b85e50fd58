"""`python -m packshot`: the same as the command `packshot`."""

from packshot.cli.main import main

if __name__ == "__main__":
    main()
