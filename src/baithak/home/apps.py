from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "baithak.home"

    def ready(self) -> None:
        from baithak.home import rules  # noqa: F401  (its permissions register on import)
