from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "baithak.dialogue"

    def ready(self) -> None:
        # The exchange asks for findings by name; words of the journal and classes of data register.
        from baithak.dialogue import findings, journal_words, tasks  # noqa: F401  (on import)
