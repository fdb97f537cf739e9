"""The filter of the task list: every word of the query must occur in the row."""

from collections.abc import Sequence
from enum import Enum

from trainer_tui.services.tasks import Row


class Filter:
    """Rows with one prepared, case-folded column to search in.

    A query that grows narrows the result before it, so that each further letter
    searches less.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._haystack: list[str] | None = None
        self._query = ""
        self._matching: Sequence[int] = range(len(rows))

    def narrow(self, query: str) -> list[Row]:
        """Return the rows that match, in their order."""
        terms = query.casefold().split()
        if not terms:
            self._query, self._matching = "", range(len(self._rows))
            return list(self._rows)
        haystack = self.prepare()
        grown = query.casefold()
        matching = (
            self._matching
            if self._query and grown.startswith(self._query)
            else range(len(self._rows))
        )
        for term in terms:
            matching = [i for i in matching if term in haystack[i]]
        self._query, self._matching = grown, matching
        return [self._rows[i] for i in matching]

    def prepare(self) -> list[str]:
        """Make the column that is searched, so that the first letter need not; return it."""
        if self._haystack is None:
            names: dict[tuple[Enum, ...], str] = {}
            column = []
            for task, state in self._rows:
                key = (task.category, task.kind, state)
                if key not in names:
                    category, *rest = (str(name.value) for name in key)
                    names[key] = " ".join([category, category.replace("_", " "), *rest])
                column.append(f"{task.title} {names[key]} {task.id}".casefold())
            self._haystack = column
        return self._haystack
