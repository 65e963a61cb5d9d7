from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "baithak.coordination"

    def ready(self) -> None:
        from baithak.coordination import journal_words, rules, services, tasks  # noqa: F401  (on import)
