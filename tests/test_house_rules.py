"""House rules: what the architecture asks of every module, model, view and template, asked of all of them."""

import ast
import inspect
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
ORDER = ["network", "meetings", "documents", "serviceareas", "workinggroups"]

PUBLIC = {  # what a visitor opens without a login; adding one is a decision
    "healthz",
    "network:home",
    "network:page",
    "network:leadership",
    "network:staff",
    "network:department_list",
    "network:department_detail",
    "network:representation",
    "network:body_detail",
    "network:body_roster",
    "network:person_detail",
    "network:search",
    "serviceareas:area_list",
    "serviceareas:area_detail",
    "workinggroups:group_list",
    "workinggroups:group_detail",
    "meetings:meeting_list",
    "meetings:meeting_detail",
    "meetings:minutes_pdf",
    "meetings:decision_list",
    "meetings:calendar_body",
    "meetings:calendar_own",  # asks no login: the address itself is the key
    "documents:document_list",
    "documents:document_detail",
    "documents:version_download",
    "account_login",
    "account_logout",
    "account_signup",  # says that accounts are opened by the secretariat
    "account_inactive",
    *(f"account_reset_password{step}" for step in ("", "_done", "_from_key", "_from_key_done")),
    "admin:login",  # sends to the portal's own login
}

# The rows that are parts of a whole and go with it; everything else is kept for as long as something points at it.
PARTS = {
    "network.FormerName.body",
    "network.Substitution.term",
    "network.Funding.term",
    "network.Envelope.letter",
    "meetings.Item.meeting",
    "meetings.Attendance.meeting",
    "meetings.Review.minutes",
    "meetings.Signature.minutes",
    "documents.Version.document",
    "documents.Attachment.item",
    "documents.Extract.version",
    "workinggroups.Mandate.group",
    "workinggroups.Deliverable.mandate",
}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    return tuple(sorted(ROOT / name for name in set(listed) if name and (ROOT / name).is_file()))


def python(*under: str) -> list[Path]:
    """Our Python files, migrations left out; of these folders, or all."""
    return [
        path
        for path in files()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and (not under or path.relative_to(ROOT).parts[0] in under)
    ]


def templates() -> list[Path]:
    """Our templates."""
    return [path for path in files() if path.suffix == ".html" and path.is_relative_to(ROOT / "templates")]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(), filename=str(path))


def name(path: Path, node: ast.AST | None = None) -> str:
    """A place in the tree, to be read in a failure."""
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions and methods of a file."""
    return (n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def finds(pattern: str, paths: list[Path]) -> list[str]:
    """The lines where the pattern stands."""
    found = re.compile(pattern)
    return [
        f"{name(path)}:{number}: {line.strip()[:80]}"
        for path in paths
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if found.search(line)
    ]


def own_models() -> list[type[models.Model]]:
    """Our models, without the views of the database and without the event tables."""
    return [
        model
        for app in ORDER
        for model in apps.get_app_config(app).get_models()
        if model._meta.managed and not issubclass(model, pghistory.models.Event)
    ]


def label(field: models.Field) -> str:
    """The field's full name."""
    return f"{field.model._meta.label}.{field.name}"


# ── modules ──


def imported_apps(path: Path) -> set[str]:
    """Our apps that a file imports, wherever in it."""
    imports = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [node.module or "" for node in imports if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names]
    return {imported.split(".")[0] for imported in names} & set(ORDER)


@pytest.mark.parametrize("app", ORDER)
def test_imports_point_left_and_at_nothing_of_anothers_own(app: str) -> None:
    allowed = set(ORDER[: ORDER.index(app) + 1])
    domain = [path for path in python(app) if "management" not in path.parts]
    assert finds(r"^from \S+\.management\b|import .*\b_[a-z]", domain) == []
    assert [(name(path), far) for path in python(app) if (far := imported_apps(path) - allowed)] == []


def test_functions_are_40_lines_at_most() -> None:
    long = [
        (name(path, node), node.name, length)
        for path in python()
        for node in functions(path)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > 40
    ]
    assert long == []


@pytest.mark.parametrize(("paths", "limit"), [(python, 400), (templates, 120)])
def test_modules_are_400_and_templates_120_lines_at_most(paths: Callable[[], list[Path]], limit: int) -> None:
    assert [(name(p), n) for p in paths() if (n := len(p.read_text().splitlines())) > limit] == []


def documented(path: Path) -> Iterator[ast.AST]:
    """What needs a docstring: the module, its public classes and functions, their public methods."""
    if path.name != "__init__.py" or tree(path).body:
        yield tree(path)
    queue: list[ast.AST] = [tree(path)]
    while queue:
        for node in ast.iter_child_nodes(queue.pop()):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name not in ("Meta", "Media"):
                yield node
                queue.append(node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                yield node


def test_what_is_public_has_a_docstring() -> None:
    bare = [
        (name(path, node), getattr(node, "name", "module"))
        for path in python(*ORDER, "bootstrap.py", "manage.py")
        for node in documented(path)
        if not ast.get_docstring(node)  # type: ignore[arg-type]
    ]
    assert bare == []


def test_every_function_is_annotated() -> None:
    loose = []
    for path in python():
        for node in functions(path):
            given = [a for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if not a.annotation]
            bare = [a.arg for a in given if a.arg not in ("self", "cls", "mcs")]
            if bare or (node.returns is None and node.name != "decorate" and "no-untyped-def" not in _line(path, node)):
                loose.append((name(path, node), node.name, bare))
    assert loose == []


def _line(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return path.read_text().splitlines()[node.lineno - 1]


def test_a_safe_string_is_made_in_one_place_only() -> None:
    spots = finds(r"\bmark_safe\(|\.safe\b|\|\s*safe\b|\bautoescape\s+off|\bsafeseq\b", [*python(*ORDER), *templates()])
    assert [spot for spot in spots if not spot.startswith("network/text.py:")] == []


def test_forms_read_what_was_posted() -> None:
    assert finds(r"request\.POST\s*(\[|\.get\b)", python(*ORDER)) == []


def test_sql_never_asks_the_day_of_the_database() -> None:
    sources = [path for path in files() if path.suffix in (".py", ".sql") and path.relative_to(ROOT).parts[0] in ORDER]
    assert finds(r"(?i)\bcurrent_date\b|\bnow\(\)\s*::\s*date|\bcurrent_timestamp\s*::\s*date", sources) == []


# Every public host that our files name: any other may be an index of packages, or somebody's files loaded from afar.
HOSTS = r"(?:[\w-]+\.)*example\.org|www\.(?:w3|aiim)\.org|scripts\.sil\.org|schemas\.openxmlformats\.org"
HOSTS = rf"(?:{HOSTS}|github\.com|getbootstrap\.com)(?![\w-]|\.\w)"
FOREIGN = rf"(?i)(?<![\w.-])(?!{HOSTS})[\w.-]+\.(?:org|com|io|net|dev)(?![\w-]|\.\w)"
MACHINE = r"(?<![\w.-])/(?:work|root|home/[a-z]\w*|Users/\w+|tmp/\w+)/"


@pytest.mark.parametrize("pattern", [FOREIGN, MACHINE])
def test_no_file_names_a_package_index_or_a_machine(pattern: str) -> None:
    binary = {".woff2", ".png", ".ico", ".mo", ".pdf", ".jpg", ".webp"}
    text = [path for path in files() if path.suffix not in binary]
    assert finds(pattern, text) == []


# ── models ──


def choices_fields() -> list[Any]:
    """Every field of ours with choices."""
    return [f for model in own_models() for f in model._meta.get_fields() if getattr(f, "choices", None)]


@pytest.mark.django_db
@pytest.mark.parametrize("field", choices_fields(), ids=label)
def test_every_choice_is_checked_by_the_database(field: models.Field) -> None:
    """A check constraint whose condition, read by Postgres, names this column and each of its values."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass",
            [field.model._meta.db_table],
        )
        checks = [text for (text,) in cursor.fetchall()]
    values = [value for value, _ in field.flatchoices if value not in ("", None)]
    assert any(field.column in check and all(f"'{v}'" in check for v in values) for check in checks), checks


def test_every_text_has_a_length() -> None:
    texts = [
        f
        for model in own_models()
        for f in model._meta.get_fields()
        if isinstance(f, models.CharField | models.TextField)
    ]
    assert [label(field) for field in texts if not field.max_length] == []


def test_every_constraint_says_something_to_the_reader() -> None:
    mute = [
        constraint.name
        for model in own_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
    ]
    assert mute == []


def test_every_constraint_is_named_after_its_model() -> None:
    strangers = [
        constraint.name
        for model in own_models()
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{model._meta.model_name}_")
    ]
    assert strangers == []


def test_what_is_pointed_at_is_kept_but_for_the_parts_of_a_whole() -> None:
    pointers = [
        f for m in own_models() for f in m._meta.get_fields() if isinstance(f, models.ForeignKey) and f.model is m
    ]
    unkept = {label(f) for f in pointers if f.remote_field.on_delete is not models.PROTECT}
    cascading = {label(f) for f in pointers if f.remote_field.on_delete is models.CASCADE}
    assert unkept == cascading
    assert unkept <= PARTS


def test_every_model_and_field_is_called_something_that_can_be_translated() -> None:
    plain = [
        label(field)
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.Field) and field.model is model and not field.primary_key
        and isinstance(field.verbose_name, str)
    ]  # fmt: skip
    inherited = {"network.Person.password", "network.Person.last_login"}
    assert set(plain) - inherited == set()


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# ── views and templates ──


def views() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every address: namespace, name, view."""

    def walk(patterns: list[Any], namespace: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, pattern.namespace or namespace)
            elif isinstance(pattern, URLPattern):
                yield namespace, pattern.name or "", pattern.callback

    yield from walk(get_resolver().url_patterns, "")


def own_views() -> list[tuple[str, str, Callable[..., Any]]]:
    """The addresses whose views are ours."""
    return [
        (app, name, view) for app, name, view in views() if view.__module__.split(".")[0] in ORDER and app != "admin"
    ]


def test_public_views_are_the_listed_ones() -> None:
    public = {
        f"{app}:{name}" if app else name for app, name, view in views() if not getattr(view, "login_required", True)
    }
    assert public == PUBLIC


def test_a_view_and_its_address_share_a_name() -> None:
    assert [(app, name, view.__name__) for app, name, view in own_views() if name != view.__name__] == []


def rendered(view: Callable[..., Any]) -> set[str]:
    """The templates that the view's own code names."""
    source = ast.parse(inspect.getsource(inspect.unwrap(view)).lstrip())
    texts = {node.value for node in ast.walk(source) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if text.endswith(".html")}


def test_a_view_and_its_template_share_a_name() -> None:
    strangers = [
        (f"{app}:{name}", template)
        for app, name, view in own_views()
        for template in rendered(view)
        if "/" in template and template != f"{app}/{name}.html" and not template.startswith(f"{app}/_")
    ]
    assert strangers == []


def test_every_page_template_has_its_view() -> None:
    names = {f"{app}/{name}.html" for app, name, _ in own_views()}
    pages = {str(p.relative_to(ROOT / "templates")) for p in templates()}
    extra = {p for p in pages if p.split("/")[0] in ORDER and "/_" not in p and not p.endswith("_print.html")}
    assert extra - names == set()


INLINE = (
    r"(?i)\sstyle\s*=|<style\b|<script\b(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"'{]|javascript:|"
    r"\{%\s*(?:block|with)[^%]*style="
)


def test_templates_have_no_inline_style_or_script() -> None:
    assert finds(INLINE, templates()) == []


def test_templates_show_and_do_not_ask() -> None:
    assert finds(r"\.(filter|exclude|objects|visible_to|managed_by|governed_by)\b", templates()) == []


def test_views_fetch_through_the_reader() -> None:
    """Pages, departments and bodies are public; any other single record is fetched through who asks."""
    lookups = r"\bobjects\.get\(|get_object_or_404\(\s*(?!Page\b|Department\b|Body\b)[A-Z]\w+\s*,"
    assert finds(lookups, [path for path in python(*ORDER) if "views" in str(path)]) == []
