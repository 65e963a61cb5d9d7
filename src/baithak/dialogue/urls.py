"""Addresses of the room. Everything under d/ is for residents."""

from django.urls import path

from baithak.dialogue.views import imports, maps, moderation, resident, team

app_name = "dialogue"

urlpatterns = [
    path("dialogue/", team.listing, name="list"),
    path("dialogue/new/", team.begin, name="new"),
    path("dialogue/import/", imports.upload, name="import"),
    path("dialogue/<slug:code>/", team.overview, name="overview"),
    path("dialogue/<slug:code>/edit/", team.edit, name="edit"),
    path("dialogue/<slug:code>/opening/", team.ask, name="ask"),
    path("dialogue/<slug:code>/opening/confirm/", team.confirm, name="confirm"),
    path("dialogue/<slug:code>/link/", team.link, name="link"),
    path("dialogue/<slug:code>/publish/", team.publish, name="publish"),
    path("dialogue/<slug:code>/close/", team.close, name="close"),
    path("dialogue/<slug:code>/queue/", moderation.queue, name="queue"),
    path("dialogue/<slug:code>/queue/<int:statement>/accept/", moderation.accept, name="accept"),
    path("dialogue/<slug:code>/queue/<int:statement>/reject/", moderation.reject, name="reject"),
    path("dialogue/<slug:code>/queue/<int:statement>/undo/", moderation.undo, name="undo"),
    path("dialogue/<slug:code>/map/", maps.page, name="map"),
    path("dialogue/<slug:code>/report/<slug:kind>/", maps.report, name="report"),
    path("d/<slug:code>/", resident.card, name="take_part"),
    path("d/<slug:code>/vote/", resident.vote, name="vote"),
    path("d/<slug:code>/statement/<int:number>/", resident.change, name="change"),
    path("d/<slug:code>/add/", resident.add, name="add"),
    path("d/<slug:code>/result/", resident.result, name="result"),
    path("d/<slug:code>/about/", resident.about, name="about"),
]
