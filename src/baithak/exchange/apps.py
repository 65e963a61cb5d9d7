from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "baithak.exchange"

    def ready(self) -> None:
        from baithak.exchange import (  # noqa: F401  (they register on import)
            journal_words,
            rules,
            services,
            tasks,
        )
