from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "baithak.dialogue"
