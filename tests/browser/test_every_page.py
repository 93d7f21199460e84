"""Every page of the portal is looked at: by axe, at the width of a phone, and in the pictures of `make shots`."""

import pytest

from tests.browser.pages import EVERYTHING, one_of_each, view_of
from tests.test_access import addresses

NO_PAGE = {
    *("documents:version_download", "meetings:minutes_pdf", "meetings:calendar_body", "meetings:calendar_own"),
    # Posted to by a button of another page:
    *("meetings:item_inspect", "meetings:item_move", "meetings:item_save", "meetings:meeting_open"),
    *("meetings:meeting_end_without_quorum", "meetings:meeting_take_up", "workinggroups:deliverable_accept"),
    *("workinggroups:proposal_confirm", "workinggroups:proposal_refuse"),
}


@pytest.mark.parametrize("pages", [EVERYTHING, one_of_each()], ids=["in full", "one of each view"])
def test_every_page_is_looked_at(pages: list[tuple[str, str, str]]) -> None:
    looked_at = {view_of(path) for _, _, path in pages}
    assert set(dict(addresses())) - looked_at == NO_PAGE
    assert "what is missing" in looked_at
