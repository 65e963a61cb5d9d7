from django.apps import AppConfig
from django.conf import settings
from django.conf.locale import LANG_INFO


class WebConfig(AppConfig):
    name = "baithak.web"

    def ready(self) -> None:
        from baithak.web import gate, health  # noqa: F401  (their checks register on import)

        # Django has never heard of Dhivehi and Sinhala.
        for code, name in settings.LANGUAGES:
            LANG_INFO.setdefault(
                code,
                {
                    "bidi": code in settings.RIGHT_TO_LEFT,
                    "code": code,
                    "name": name,
                    "name_local": name,
                },
            )
