from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "baithak.panel"

    def ready(self) -> None:
        from baithak.panel import rules  # noqa: F401  (its permissions register on import)
