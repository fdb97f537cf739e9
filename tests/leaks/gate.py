"""Reads the program's own code: no text reaches a widget or a stream but through the gate.

In `ui` a `Content`, a `Text` or a `Segment` is made by the functions of `ui/text.py` alone, which
make visible what is in it. So whatever is of such a type is safe, mypy sees to the types, and
this check has to look only at the places that take a plain string as well: there it wants a
literal, a call of the gate, or a value of such a type.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

GATE = {
    "plain",
    "plain_line",
    "assemble",
    "shown",
    "shown_line",
    "segment",
    "typed_line",
    "last_words",
    "markdown",
}
"""The functions of `ui/text.py` that make text fit to be shown."""
MADE_THERE = {"Content", "Text", "Segment", "Markdown"}
"""What only they may make."""
SAFE_TYPES = MADE_THERE | {"VisualType", "Strip", "Dressed"}
WIDGETS = {
    *("Static", "Label", "Button", "Option", "Hit", "DiscoveryHit", "Link", "Digits", "Pretty"),
    *("Checkbox", "RadioButton", "Collapsible", "TabPane", "Tooltip", "Toast", "Header"),
}
METHODS = {"update", "notify", "exit", "add_option", "add_row", "write_line", "set_title"}
METHODS |= {"panic", "append_renderable", "set_content"}
NAMES = {"border_title", "border_subtitle", "title", "sub_title", "placeholder", "tooltip"}
NAMES |= {"message", "label", "prompt", "help", "content", "description"}
SHOWN_NAMES = {"border_title", "border_subtitle", "sub_title", "placeholder", "tooltip"}
"""Attributes whose setting shows a text."""
FORBIDDEN_CALLS = {"print", "eval", "exec", "compile", "__import__", "breakpoint", "input"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "yaml", "dill", "cloudpickle", "code", "pdb"}
FORBIDDEN_METHODS = {("os", "system"), ("os", "popen"), ("os", "execvp"), ("os", "spawnl")}
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}
EXCEPTIONS = {
    ("cli/output.py", "stream"),  # the command line's own gate
    ("cli/output.py", "put"),
    ("cli/parsing.py", "stream"),  # asks for the width
    ("ui/actions.py", "raw"),  # bindings, of the literals in the same module
    ("ui/text.py", "made"),  # the gate
    ("cli/progress.py", "rich"),  # draws a bar; its words go through `shown` without markup
    ("cli/commands/export.py", "put"),  # data, and only where nobody watches
    ("cli/commands/completion.py", "put"),  # a script of the program's own words
}
"""Each with why it may."""


Function = ast.FunctionDef | ast.AsyncFunctionDef


class Finding(NamedTuple):
    """One place that the check does not like."""

    file: str
    line: int
    kind: str
    said: str


def examine(package: Path) -> list[Finding]:
    """Look through all modules of the package."""
    trees = {
        path.relative_to(package).as_posix(): ast.parse(path.read_text())
        for path in sorted(package.rglob("*.py"))
    }
    ours = {name: tree for name, tree in trees.items() if name.startswith("ui/")}
    returning = _returning(ours.values())
    return [
        finding
        for name, tree in trees.items()
        for finding in _module(name, tree, returning)
        if (name, finding.kind) not in EXCEPTIONS
    ]


def examine_source(source: str, name: str = "ui/sample.py") -> list[Finding]:
    """Look through one module."""
    tree = ast.parse(source)
    return list(_module(name, tree, _returning([tree])))


def _returning(trees: Iterable[ast.Module]) -> tuple[set[str], set[str]]:
    """The functions that return what only the gate makes, and those that return something else."""
    good: set[str] = set()
    bad: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, Function):
                (good if _is_safe_type(node.returns) else bad).add(node.name)
    return good, bad


def _is_safe_type(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    if isinstance(annotation, ast.BinOp):
        sides = (annotation.left, annotation.right)
        return all(_is_safe_type(side) or _is_none(side) for side in sides)
    return isinstance(annotation, ast.Name) and annotation.id in SAFE_TYPES


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _module(
    name: str, tree: ast.Module, everywhere: tuple[set[str], set[str]]
) -> Iterator[Finding]:
    # A name means the function of its own module, if there is one.
    good, bad = _returning([tree])
    returning = (good - bad) | (everywhere[0] - everywhere[1] - bad)
    asked = _only_asked(tree)
    for node in ast.walk(tree):
        for kind, said in _anywhere(node):
            if kind == "stream" and node in asked:
                continue
            yield Finding(name, node.lineno, kind, said)
        if name.startswith(("cli/", "ui/")):
            for kind, said in _faces(node, name):
                yield Finding(name, node.lineno, kind, said)
    if name.startswith("ui/") and name != "ui/text.py":
        for function in _functions(tree):
            for line, said in _shows(function, returning):
                yield Finding(name, line, "raw", said)


def _only_asked(tree: ast.Module) -> set[ast.AST]:
    """The streams that are only asked what they are, or flushed."""
    asked: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("isatty", "fileno", "flush"):
            asked.add(node.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr":
            asked.update(node.args)
    return asked


def _anywhere(node: ast.AST) -> Iterator[tuple[str, str]]:
    """What no module may do: print by itself, run what is data, hand a line to a shell."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for module in modules:
            if module.split(".")[0] in FORBIDDEN_MODULES:
                yield "run", f"imports {module}"
        if isinstance(node, ast.ImportFrom) and node.module == "rich":
            if any(alias.name in ("print", "inspect") for alias in node.names):
                yield "print", "imports rich.print"
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id == "sys" and node.attr in STREAMS:
            yield "stream", f"sys.{node.attr}"
        if (node.value.id, node.attr) in FORBIDDEN_METHODS:
            yield "run", f"{node.value.id}.{node.attr}"
        if node.value.id == "rich" and node.attr == "print":
            yield "print", "rich.print"
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            yield "print" if node.func.id == "print" else "run", f"{node.func.id}()"
        for keyword in node.keywords:
            if keyword.arg == "shell" and not _is_false(keyword.value):
                yield "run", "shell="


def _faces(node: ast.AST, name: str) -> Iterator[tuple[str, str]]:
    """What the two faces may not do: make what the gate makes, or ask for markup."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        module = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
        if module.split(".")[0] in ("rich", "textual"):
            if any(alias.asname and alias.name in MADE_THERE for alias in node.names):
                yield "made", f"another name for something of {module}"
            if isinstance(node, ast.Import):
                yield "made", f"import {module}"
            if name.startswith("cli/") and module.startswith("rich"):
                yield "rich", f"imports {module}"
            if module.endswith("markup"):
                yield "made", f"imports {module}"
    if not isinstance(node, ast.Call):
        return
    function = node.func
    if isinstance(function, ast.Name) and function.id in MADE_THERE:
        yield "made", f"{function.id}()"
    if isinstance(function, ast.Attribute):
        if isinstance(function.value, ast.Name) and function.value.id in MADE_THERE:
            yield "made", f"{function.value.id}.{function.attr}()"
        if function.attr in ("from_markup", "from_ansi", "print", "log"):
            yield "made", f".{function.attr}()"
    if name.startswith("cli/") and isinstance(function, ast.Name) and function.id == "put":
        yield "put", "put()"
    for keyword in node.keywords:
        if keyword.arg == "markup" and not _is_false(keyword.value):
            yield "made", "markup="


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _functions(tree: ast.Module) -> Iterator[Function | ast.Module]:
    yield tree
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def _within(scope: Function | ast.Module) -> Iterator[ast.AST]:
    """Walk a function without the functions inside it."""
    waiting: list[ast.AST] = list(scope.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function):
            waiting += ast.iter_child_nodes(node)


def _shows(scope: Function | ast.Module, returning: set[str]) -> Iterator[tuple[int, str]]:
    """The places of a function where a text is shown that is not known to be safe."""
    safe = _Safe(scope, returning)
    if isinstance(scope, Function) and scope.name in ("render", "__rich__", "render_line"):
        if not _is_safe_type(scope.returns):
            yield scope.lineno, f"{scope.name}() may return a string"
    for node in _within(scope):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Attribute) and target.attr in SHOWN_NAMES:
                    if not safe(node.value):
                        yield node.lineno, f".{target.attr} = {ast.unparse(node.value)}"
        if isinstance(node, ast.Call):
            yield from ((node.lineno, said) for said in _called(node, safe))


def _called(node: ast.Call, safe: "_Safe") -> Iterator[str]:
    function = node.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    shows = name in WIDGETS if isinstance(function, ast.Name) else name in METHODS
    if isinstance(function, ast.Attribute) and name == "append":
        shows = "renderables" in ast.unparse(function.value)
    said = ast.unparse(node)[:100]
    if shows:
        first = node.args[1:2] if name == "Hit" else node.args[:1]
        if not all(map(safe, first)):
            yield said
        if name == "notify" and not any(
            keyword.arg == "markup" and _is_false(keyword.value) for keyword in node.keywords
        ):
            yield f"{said} reads markup"
    for keyword in node.keywords:
        wanted = keyword.arg in (NAMES if shows else {"placeholder", "tooltip"})
        if wanted and not safe(keyword.value):
            yield f"{said}: {keyword.arg}"


class _Safe:
    """Whether an expression of a function is a literal or comes from the gate."""

    def __init__(self, scope: Function | ast.Module, returning: set[str]) -> None:
        self._returning = returning
        self._assigned: dict[str, list[ast.expr]] = {}
        self._typed: set[str] = set()
        self._asking: set[str] = set()
        self._taken: set[str] = set()
        if isinstance(scope, Function):
            arguments = [*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs]
            self._typed = {a.arg for a in arguments if _is_safe_type(a.annotation)}
            self._taken = {a.arg for a in arguments} - self._typed
        for node in _within(scope):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._note(target, node.value)
            elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
                if node.value is not None:
                    self._note(node.target, node.value)
            elif isinstance(node, ast.For | ast.comprehension):
                self._note(node.target, node.iter)
        if isinstance(scope, Function):
            # A parameter that is made safe before anything else is done.
            for statement in scope.body:
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                    self._taken.discard(statement.targets[0].id)

    def _note(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._assigned.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple | ast.List):
            for element in target.elts:
                self._note(element, ast.Name("", ast.Load()))

    def __call__(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                if name in self._typed:
                    return True
                if name in self._asking:  # cut from itself: the other values decide
                    return True
                values = self._assigned.get(name, [])
                self._asking.add(name)
                try:
                    return name not in self._taken and bool(values) and all(map(self, values))
                finally:
                    self._asking.discard(name)
            case ast.Call(func=ast.Name(id=name)):
                return name in GATE or name in self._returning or name == "Dressed"
            case ast.Call(func=ast.Attribute(value=value, attr=name), args=words):
                made = isinstance(value, ast.Call | ast.Name | ast.Subscript) and self(value)
                return name in self._returning or (made and all(map(self, words)))
            case ast.IfExp(body=body, orelse=other):
                return self(body) and self(other)
            case ast.BoolOp(values=values):
                return all(map(self, values))
            case ast.Starred(value=value) | ast.Subscript(value=value) | ast.Await(value=value):
                return self(value)
            case ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner):
                return self(inner)
            case ast.BinOp(right=ast.Constant(value=int())):
                return True
            case ast.JoinedStr(values=values):
                return all(isinstance(value, ast.Constant) for value in values)
        return False
