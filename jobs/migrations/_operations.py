"""An operation of our own."""

from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.state import ProjectState


class RewriteTable(SeparateDatabaseAndState):
    """One conversion of a whole table in SQL, and the many changes of its model that go with it.

    Django renders all related models anew after each change of a model, forty times here, in every migration run and
    every test database. Without rendered models there is nothing to renew: they are rendered once, when next needed.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # A cached property.
        super().state_forwards(app_label, state)
