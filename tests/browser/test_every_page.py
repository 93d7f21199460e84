"""Every page of the portal is looked at: by axe, at the width of a phone, and in the pictures of `make shots`."""

import re

from django.urls import Resolver404, resolve

from tests.browser.pages import EVERYTHING
from tests.test_access import addresses

NO_PAGE = {
    *("documents:version_download", "meetings:minutes_pdf", "meetings:calendar_body", "meetings:calendar_own"),
    # Posted to by a button of another page:
    *("meetings:item_inspect", "meetings:item_move", "meetings:item_save", "meetings:meeting_open"),
    *("meetings:meeting_end_without_quorum", "meetings:meeting_take_up", "workinggroups:deliverable_accept"),
    *("workinggroups:proposal_confirm", "workinggroups:proposal_refuse"),
}


def _name(path: str) -> str:
    try:
        return resolve(re.sub(r"\{\w+\}", "1", path).split("?")[0]).view_name
    except Resolver404:
        return "what is missing"


def test_every_page_is_looked_at() -> None:
    looked_at = {_name(path) for _, _, path in EVERYTHING}
    assert set(dict(addresses())) - looked_at == NO_PAGE
    assert "what is missing" in looked_at
