"""Addresses of the room. Everything under p/ is for residents."""

from django.urls import path

from baithak.panel.views import draws, resident, seats, setup

app_name = "panel"

urlpatterns = [
    path("panel/", setup.listing, name="list"),
    path("panel/new/", setup.begin, name="new"),
    path("panel/verify_draw.py", draws.verifier, name="verifier"),
    path("panel/<slug:code>/", setup.overview, name="overview"),
    path("panel/<slug:code>/edit/", setup.edit, name="edit"),
    path("panel/<slug:code>/categories/", setup.categories, name="categories"),
    path("panel/<slug:code>/categories/add/", setup.add_category, name="add_category"),
    path("panel/<slug:code>/categories/<int:category>/", setup.category, name="category"),
    path(
        "panel/<slug:code>/categories/<int:category>/remove/",
        setup.remove_category,
        name="remove_category",
    ),
    path("panel/<slug:code>/quotas/", setup.quotas, name="quotas"),
    path("panel/<slug:code>/quotas/fill/", setup.fill_quotas, name="fill_quotas"),
    path("panel/<slug:code>/chance/", setup.chance, name="chance"),
    path("panel/<slug:code>/opening/", setup.ask_to_open, name="ask_to_open"),
    path("panel/<slug:code>/opening/confirm/", setup.confirm_opening, name="confirm_opening"),
    path("panel/<slug:code>/pool/", setup.pool, name="pool"),
    path("panel/<slug:code>/register/", setup.register_for, name="register_for"),
    path("panel/<slug:code>/freezing/", setup.ask_to_freeze, name="ask_to_freeze"),
    path("panel/<slug:code>/freezing/confirm/", setup.confirm_freezing, name="confirm_freezing"),
    path("panel/<slug:code>/draw/", draws.write_down, name="write_down"),
    path("panel/<slug:code>/draw/confirm/", draws.confirm_draw, name="confirm_draw"),
    path("panel/<slug:code>/draw/again/", draws.again, name="again"),
    path("panel/<slug:code>/draw/again/confirm/", draws.confirm_again, name="confirm_again"),
    path("panel/<slug:code>/draw/try-again/", draws.try_again, name="try_again"),
    path("panel/<slug:code>/drawn/", seats.drawn, name="drawn"),
    path("panel/<slug:code>/drawn/contacts/", seats.contacts, name="contacts"),
    path("panel/<slug:code>/drawn/answer/", seats.answer_for, name="answer_for"),
    path("panel/<slug:code>/attendance/", seats.attendance, name="attendance"),
    path("panel/<slug:code>/seat/", seats.seat, name="seat"),
    path("p/<slug:code>/", resident.take_part, name="take_part"),
    path("p/<slug:code>/invitation/", resident.invitation, name="invitation"),
    path("p/<slug:code>/qr.svg", resident.qr, name="qr"),
    path("p/<slug:code>/notice/", resident.notice, name="notice"),
    path("p/<slug:code>/register/", resident.register, name="register"),
    path("p/<slug:code>/mine/", resident.mine, name="mine"),
    path("p/<slug:code>/mine/change/", resident.change, name="change"),
    path("p/<slug:code>/mine/withdraw/", resident.withdraw, name="withdraw"),
    path("p/<slug:code>/mine/answer/", resident.answer, name="answer"),
    path("p/<slug:code>/mine/data/", resident.export, name="export"),
    path("p/<slug:code>/mine/slip/", resident.slip, name="slip"),
    path("p/<slug:code>/draw/", draws.page, name="draw"),
    path("p/<slug:code>/draw/<int:number>/<slug:kind>/", draws.document, name="document"),
]
