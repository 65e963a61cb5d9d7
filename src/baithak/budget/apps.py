from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "baithak.budget"

    def ready(self) -> None:
        from baithak.budget import journal_words, tasks  # noqa: F401  (they register on import)
