from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "baithak.journal"

    def ready(self) -> None:
        from baithak.journal import rules  # noqa: F401  (its permissions register on import)
