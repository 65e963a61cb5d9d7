from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "baithak.panel"

    def ready(self) -> None:
        from baithak.panel import journal_words, rules, tasks  # noqa: F401  (they register on import)
