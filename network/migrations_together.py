"""Migrate fast: steps that need not see each other become one, for Django renders every model anew after each."""

from itertools import groupby

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

ADDITIONS = (AddConstraint, AddField, AddIndex, AddTrigger)


class Together(Operation):
    """Operations of one kind, none of which asks for the models as they are between two of them.

    Applied, never taken back: a first migration is undone by dropping the database.
    """

    reversible = False

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the state of the models unrendered; they are rendered once, when somebody asks."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Change the database step by step."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """For `migrate --plan`."""
        return f"{len(self.operations)} steps, from: {self.operations[0].describe()}"


def together(operations: list[Operation]) -> list[Operation]:
    """The same operations, each run of new models and each run of additions to models as one.

    At the end of a large initial migration: `Migration.operations = together(Migration.operations)`.
    """
    folded: list[Operation] = []
    for kind, run in groupby(operations, _kind):
        steps = list(run)
        folded += [Together(steps)] if kind else steps
    return folded


def _kind(operation: Operation) -> str:
    if isinstance(operation, CreateModel):
        return "models"
    return "additions" if isinstance(operation, ADDITIONS) else ""
