from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "baithak.plan"

    def ready(self) -> None:
        from baithak.plan import journal_words, rules, services  # noqa: F401  (they register)
