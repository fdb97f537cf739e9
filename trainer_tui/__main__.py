"""Lets `python -m trainer_tui` do what `trainer-tui` does."""

from trainer_tui.cli.main import run

if __name__ == "__main__":
    run()
