"""Addresses of the room, and of sign-in."""

from allauth.account import views as sign_in
from django.urls import include, path, re_path

from baithak.network import views

own = [
    path("places/", views.places, name="places"),
    path("places/<slug:place>/", views.place, name="place"),
    path("places/<slug:place>/add/", views.add_place, name="add_place"),
    path("places/<slug:place>/people/", views.people, name="people"),
    path("places/<slug:place>/people/invite/", views.invite, name="invite"),
    path("places/<slug:place>/people/first/", views.found, name="found"),
    path("places/<slug:place>/organisations/", views.organisations, name="organisations"),
    path("places/<slug:place>/organisations/add/", views.add_organisation, name="add_organisation"),
    path("places/<slug:place>/requests/", views.requests, name="requests"),
    path("roles/<int:membership>/end/", views.end_membership, name="end_membership"),
    path("invitations/<int:invitation>/revoke/", views.revoke_invitation, name="revoke_invitation"),
    path("invitation/<str:token>/", views.accept, name="accept"),
    path("requests/<int:act>/confirm/", views.confirm, name="confirm"),
    path("requests/<int:act>/withdraw/", views.withdraw, name="withdraw"),
    path("me/", views.account, name="account"),
    path("me/language/", views.choose_language, name="choose_language"),
    path("me/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
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
