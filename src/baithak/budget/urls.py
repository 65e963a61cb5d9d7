"""Addresses of the room. Everything under b/ is for residents."""

from django.urls import URLPattern

app_name = "budget"

urlpatterns: list[URLPattern] = []
