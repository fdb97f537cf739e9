"""Regular expressions that cost nothing until they are used: most starts need few of them."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class Expression:
    """A regular expression that is compiled at its first use."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern, self._flags = pattern, flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern of the standard library."""
        return re.compile(self._pattern, self._flags)

    @cached_property
    def finditer(self) -> Callable[..., Iterator[re.Match[str]]]:
        """As `re.Pattern.finditer`; so are the others."""
        return self.compiled.finditer

    @cached_property
    def findall(self) -> Callable[..., list[str]]:
        """Only for patterns with one group at most."""
        return self.compiled.findall

    @cached_property
    def search(self) -> Callable[..., re.Match[str] | None]:
        """Find the first match."""
        return self.compiled.search

    @cached_property
    def match(self) -> Callable[..., re.Match[str] | None]:
        """Match at a place."""
        return self.compiled.match

    @cached_property
    def fullmatch(self) -> Callable[..., re.Match[str] | None]:
        """Match all of it."""
        return self.compiled.fullmatch

    @cached_property
    def sub(self) -> Callable[..., str]:
        """Replace all matches."""
        return self.compiled.sub
