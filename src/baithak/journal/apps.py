from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "baithak.journal"

    def ready(self) -> None:
        from baithak.journal import retention, rules  # noqa: F401  (they register on import)
