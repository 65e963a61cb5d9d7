"""Addresses of the start page and the desk."""

from django.urls import path

from baithak.home import views

app_name = "home"
urlpatterns = [
    path("", views.start, name="start"),
    path("desk/", views.desk, name="desk"),
    path("about/", views.about, name="about"),
]
