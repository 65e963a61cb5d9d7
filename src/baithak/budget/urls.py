"""Addresses of the room. Everything under b/ is for residents."""

from django.urls import path

from baithak.budget.views import entry, imports, projects, resident, results, slips, team, voting

app_name = "budget"

urlpatterns = [
    path("budget/", team.listing, name="list"),
    path("budget/new/", team.begin, name="new"),
    path("budget/import/", imports.upload, name="import"),
    path("budget/<slug:code>/", team.overview, name="overview"),
    path("budget/<slug:code>/edit/", team.edit, name="edit"),
    path("budget/<slug:code>/opening/", team.ask, name="ask"),
    path("budget/<slug:code>/opening/confirm/", team.confirm, name="confirm"),
    path("budget/<slug:code>/proposals/end/", team.end_proposals, name="end_proposals"),
    path("budget/<slug:code>/vote/", team.ask_vote, name="ask_vote"),
    path("budget/<slug:code>/vote/confirm/", team.confirm_vote, name="confirm_vote"),
    path("budget/<slug:code>/publish/", imports.publish, name="publish"),
    path("budget/<slug:code>/close/", team.close, name="close"),
    path("budget/<slug:code>/recount/", team.recount, name="recount"),
    path("budget/<slug:code>/proposals/", projects.queue, name="queue"),
    path("budget/<slug:code>/proposals/new/", projects.add, name="add"),
    path("budget/<slug:code>/proposals/<int:project>/show/", projects.show, name="show"),
    path("budget/<slug:code>/proposals/<int:project>/reject/", projects.reject, name="reject"),
    path("budget/<slug:code>/proposals/<int:project>/undo/", projects.undo, name="undo"),
    path("budget/<slug:code>/proposals/<int:project>/decide/", projects.decide, name="decide"),
    path(
        "budget/<slug:code>/proposals/<int:project>/words/<slug:language>/",
        projects.translate,
        name="translate",
    ),
    path("budget/<slug:code>/slips/", slips.page, name="slips"),
    path("budget/<slug:code>/slips/<int:batch>/void/", slips.void, name="void"),
    path("budget/<slug:code>/entry/", entry.page, name="entry"),
    path("budget/<slug:code>/result/", results.page, name="outcome"),
    path("budget/<slug:code>/count.json", results.file, name="file"),
    path("budget/<slug:code>/election.pb", results.election, name="election"),
    path("b/<slug:code>/", resident.front, name="take_part"),
    path("b/<slug:code>/projects/", resident.listing, name="projects"),
    path("b/<slug:code>/projects/<int:number>/", resident.project, name="project"),
    path("b/<slug:code>/propose/", resident.propose, name="propose"),
    path("b/<slug:code>/about/", resident.about, name="about"),
    path("b/<slug:code>/slip/", voting.slip, name="slip"),
    path("b/<slug:code>/ballot/", voting.ballot, name="ballot"),
    path("b/<slug:code>/ballot/send/", voting.cast, name="cast"),
    path("b/<slug:code>/ballot/done/", voting.done, name="done"),
    path("b/<slug:code>/leave/", voting.leave, name="leave"),
    path("b/<slug:code>/result/", resident.result, name="result"),
    path("b/<slug:code>/check/", resident.check, name="check"),
]
