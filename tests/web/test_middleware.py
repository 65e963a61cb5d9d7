"""What no person asks for is answered calmly, whatever stores the rows."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/en/plan/?place=%00",
        "/en/plan/because/?practice=%00",
        "/en/coordination/workshops/?place=a%00b",
        "/en/exchange/?q=%00",
    ],
)
def test_nul_in_a_query_is_left_out(path):
    assert Client().get(path).status_code == 200


def test_a_path_with_nul_is_refused_with_a_page():
    answer = Client().get("/en/invitation/a%00b/")
    assert answer.status_code == 400
    assert "Nothing was changed." in answer.text
    assert answer["Content-Security-Policy"]
