"""The command line: `halqa …`."""

import os
import sys

from bot.core.errors import Refused, SettingsError

RUN = ["run"]


def main() -> None:
    """Run a command; what is wrong with the settings, or keeps us from the database, is one line,
    not a traceback. Whatever it writes is its owner's alone."""
    os.umask(0o077)
    try:
        if sys.argv[1:] == RUN:
            # It runs for months: typer, which reads command lines by pydantic, would take 12 MB
            # and a sixth of a second of it to find no option there.
            from bot.service import run

            run()
        else:
            from bot.commands import command

            command()
    except SettingsError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    except Refused as refusal:
        print(refusal.text, file=sys.stderr)
        raise SystemExit(1) from None
    except Exception as error:
        # Loaded only where something is wrong: it brings half of SQLAlchemy along.
        from bot.storage.whereabouts import why_unusable

        told = why_unusable("", error)
        if not told:
            raise
        print(f"HALQA_DATABASE_URL: {told}", file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
