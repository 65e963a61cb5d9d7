from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "baithak.web"

    def ready(self) -> None:
        from baithak.web import gate, health  # noqa: F401  (their checks register on import)
