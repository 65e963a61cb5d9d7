from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "baithak.network"

    def ready(self) -> None:
        from baithak.network import (  # noqa: F401  (they register on import)
            checks,
            journal_words,
            rules,
            signals,
            tasks,
        )
