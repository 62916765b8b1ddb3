"""``python -m algosmith``."""

from algosmith.cli import main

if __name__ == "__main__":
    main()
