"""Every address of the hub."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from baithak.exchange.views import feeds
from baithak.web import views

handler400 = "baithak.web.views.bad_request"
handler403 = "baithak.web.views.forbidden"
handler404 = "baithak.web.views.not_found"
handler500 = "baithak.web.views.broken"

urlpatterns = [
    path("health", views.health, name="health"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("robots.txt", feeds.robots, name="robots"),
    *i18n_patterns(
        path("", include("baithak.dialogue.urls")),  # asked for most, so looked at first
        path("", include("baithak.home.urls")),
        path("", include("baithak.network.urls")),
        path("", include("baithak.exchange.urls")),
        path("", include("baithak.plan.urls")),
        path("", include("baithak.coordination.urls")),
        path("", include("baithak.budget.urls")),
        path("", include("baithak.panel.urls")),
        path("", include("baithak.journal.urls")),
    ),
]
