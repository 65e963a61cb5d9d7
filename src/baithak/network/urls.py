"""Addresses of the room, and of sign-in."""

from allauth.account import views as sign_in
from django.urls import include, path, re_path

from baithak.network import demands, witnesses
from baithak.network.views import account, election, organisations, people, places, requests

own = [
    path("places/", places.places, name="places"),
    path("places/<slug:place>/", places.place, name="place"),
    path("places/<slug:place>/add/", places.add_place, name="add_place"),
    path("places/<slug:place>/people/", people.people, name="people"),
    path("places/<slug:place>/people/invite/", people.invite, name="invite"),
    path("places/<slug:place>/people/first/", people.found, name="found"),
    path("places/<slug:place>/organisations/", organisations.organisations, name="organisations"),
    path(
        "places/<slug:place>/organisations/add/",
        organisations.add_organisation,
        name="add_organisation",
    ),
    path("places/<slug:place>/requests/", requests.requests, name="requests"),
    path("places/<slug:place>/election/", election.page, name="election"),
    path("places/<slug:place>/election/begin/", election.begin, name="begin_election"),
    path("elections/<int:period>/end/", election.end, name="end_election"),
    path("places/<slug:place>/demands/", demands.place_demands, name="place_demands"),
    path("places/<slug:place>/demands/write/", demands.write_demand, name="write_demand"),
    path("places/<slug:place>/witnesses/add/", witnesses.ask_witness, name="ask_witness"),
    path(
        "places/<slug:place>/witnesses/<int:witness>/go/",
        witnesses.ask_to_let_witness_go,
        name="ask_to_let_witness_go",
    ),
    path("demands/", demands.demands, name="demands"),
    path("demands/<int:demand>/answer/", demands.answer_demand, name="answer_demand"),
    path("roles/<int:membership>/end/", people.end_membership, name="end_membership"),
    path(
        "invitations/<int:invitation>/revoke/", people.revoke_invitation, name="revoke_invitation"
    ),
    path("invitation/<str:token>/", people.accept, name="accept"),
    path("requests/<int:act>/confirm/", requests.confirm, name="confirm"),
    path("requests/<int:act>/withdraw/", requests.withdraw, name="withdraw"),
    path("me/", account.account, name="account"),
    path("me/language/", account.choose_language, name="choose_language"),
    path("me/sign-out-everywhere/", account.sign_out_everywhere, name="sign_out_everywhere"),
]

#: Of allauth's pages only those this hub has a use for: nobody signs up, addresses do not change.
entrance = [
    path("login/", sign_in.login, name="account_login"),
    path("logout/", sign_in.logout, name="account_logout"),
    path("inactive/", sign_in.account_inactive, name="account_inactive"),
    path("reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.password_change, name="account_change_password"),
    path("password/set/", sign_in.password_set, name="account_set_password"),
    path("password/reset/", sign_in.password_reset, name="account_reset_password"),
    path("password/reset/done/", sign_in.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        sign_in.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-step/", include("allauth.mfa.urls")),
]

urlpatterns = [
    path("", include((own, "network"))),
    path("account/", include(entrance)),
]
