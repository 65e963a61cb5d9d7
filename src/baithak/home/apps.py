from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "baithak.home"

    def ready(self) -> None:
        from baithak.home import journal_words, rules, services  # noqa: F401  (they register on import)
