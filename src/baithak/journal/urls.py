"""Addresses of the journal."""

from django.urls import path, re_path

from baithak.journal import views

app_name = "journal"
urlpatterns = [
    path("journal/heads/", views.heads, name="heads"),
    path("journal/heads.json", views.feed, name="feed"),
    path("journal/verify_journal.py", views.verifier, name="verifier"),
    path("journal/<slug:place>/", views.place, name="place"),
    path("journal/<slug:place>/lines.csv", views.table, name="table"),
    path("journal/<slug:place>/journal.jsonl", views.export, name="export"),
    path("journal/<slug:place>/check/", views.check, name="check"),
    path("journal/<slug:place>/check/ask/", views.ask_for_check, name="ask_for_check"),
    path("journal/<slug:place>/witnesses/", views.witnesses, name="witnesses"),
    path("journal/<slug:place>/witnesses/receipt/", views.receive, name="receive"),
    path("journal/<slug:place>/head.pdf", views.printed_head, name="printed_head"),
    path("journal/<slug:place>/kept/", views.kept, name="kept"),
    re_path(
        r"^journal/(?P<place>[-a-zA-Z0-9_]+)/(?P<thing>[a-z_]+:[^/]{1,120})/$",
        views.thing,
        name="thing",
    ),
]
