"""Addresses of the room. Everything under p/ is for residents."""

from django.urls import URLPattern

app_name = "panel"

urlpatterns: list[URLPattern] = []
