"""The filter of the task list: every word of the query must occur in the row."""

from collections.abc import Sequence

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
        haystack = self._prepared()
        grown = query.casefold()
        among = (
            self._matching
            if self._query and grown.startswith(self._query)
            else range(len(self._rows))
        )
        self._matching = [i for i in among if all(term in haystack[i] for term in terms)]
        self._query = grown
        return [self._rows[i] for i in self._matching]

    def _prepared(self) -> list[str]:
        if self._haystack is None:
            self._haystack = [
                f"{task.title} {task.category.value} {task.category.value.replace('_', ' ')}"
                f" {task.kind.value} {state.value} {task.id}".casefold()
                for task, state in self._rows
            ]
        return self._haystack
