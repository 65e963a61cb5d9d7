from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "baithak.network"

    def ready(self) -> None:
        from baithak.network import checks, rules, signals  # noqa: F401  (they register on import)
