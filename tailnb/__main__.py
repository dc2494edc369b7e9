"""`python -m tailnb`, the same as the command `tailnb`."""

from tailnb.cli import main

if __name__ == "__main__":
    main()
