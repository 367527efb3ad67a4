"""What the log of a Postfix says of the mail it was given; see relay.sh."""

import re

TROUBLE = re.compile(r"warning:|reject:|status=(deferred|bounced)|fatal:|error:")
# Postfix compares the clock of the file system with the machine's, which in some containers run a second apart.
CLOCK = re.compile(r"warning: (file system clock is \d+ seconds ahead of local clock|resetting file time stamps)")


def trouble(log):
    """The lines in which it complains of a message, a client or itself."""
    return [line for line in log.splitlines() if TROUBLE.search(line) and not CLOCK.search(line)]
