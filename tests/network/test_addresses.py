"""Addresses of records: what `reverse` answers, in each language, whatever was asked before."""

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from network.addresses import address_of, in_language

ASKED = (
    ("network:person_detail", 7), ("network:person_detail", 987654321), ("network:body_detail", "hallitus"),
    ("workinggroups:group_detail", "sija"), ("documents:version_download", 3, 12),
)  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_address_is_what_reverse_answers(language: str) -> None:
    with translation.override(language):
        for name, *keys in ASKED * 2:
            assert address_of(str(name), *keys) == reverse(str(name), args=keys)


def test_unknown_name_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        address_of("network:nowhere", 1)


@pytest.mark.parametrize("path", ["//evil.example/x/", "/sv//evil.example/x/", "/en///evil.example/x/"])
def test_no_path_leads_to_another_host(path: str) -> None:
    assert {code: in_language(path, code) for code in ("fi", "sv", "en")} == {
        "fi": "/evil.example/x/", "sv": "/sv/evil.example/x/", "en": "/en/evil.example/x/",
    }  # fmt: skip
