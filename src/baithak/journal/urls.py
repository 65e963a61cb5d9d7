"""Addresses of the journal."""

from django.urls import path

from baithak.journal import views

app_name = "journal"
urlpatterns = [path("journal/<slug:place>/", views.place, name="place")]
