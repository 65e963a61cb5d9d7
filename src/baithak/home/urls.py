"""Addresses of the room."""

from django.urls import path

from baithak.home.views import desk, handover, hub, letters, mayor, news, reports, search, start

app_name = "home"
urlpatterns = [
    # --- the front door (views/start.py)
    path("", start.start, name="start"),
    path("about/", start.about, name="about"),
    # --- what waits for me, what is new, letters about it (views/desk.py, news.py, letters.py)
    path("desk/", desk.page, name="desk"),
    path("news/", news.page, name="news"),
    path("news/letters/", letters.page, name="letters"),
    path("news/letters/stop/<str:token>/", letters.stop, name="stop_letters"),
    # --- one search over all rooms (views/search.py)
    path("search/", search.page, name="search"),
    # --- one printed page of a city; what cities share with their hub (views/mayor.py, hub.py)
    path("mayor/<slug:place>/", mayor.page, name="mayor"),
    path("mayor/<slug:place>/as/<slug:kind>/", mayor.paper, name="mayor_paper"),
    path("hub/<slug:place>/", hub.page, name="hub"),
    # --- a place is handed over (views/handover.py)
    path("handover/at/<slug:place>/", handover.listing, name="handovers"),
    path("handover/at/<slug:place>/ask/", handover.ask, name="hand_over"),
    path("handover/<int:handover>/", handover.page, name="handover"),
    path("handover/<int:handover>/fetch/", handover.fetch, name="fetch_pack"),
    path("handover/<int:handover>/tick/", handover.tick, name="tick"),
    path("handover/role/<int:reapproval>/", handover.decide, name="reapprove"),
    # --- quarterly and yearly reports (views/reports.py)
    path("reports/<slug:place>/", reports.listing, name="reports"),
    path("reports/<slug:place>/<slug:period>/", reports.page, name="report"),
    path("reports/<slug:place>/<slug:period>/as/<slug:kind>/", reports.paper, name="report_paper"),
    path(
        "reports/<slug:place>/<slug:period>/counted/<slug:figure>/",
        reports.figure,
        name="report_counted",
    ),
]
