"""The way in for the application server."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baithak.settings")

application = get_wsgi_application()


def _warm() -> None:
    """The indexes of both searches, before anybody asks: known only after the settings are."""
    from baithak.exchange import finding as library
    from baithak.home import finding as everything

    library.warm()
    everything.warm()


# A little later: who waits for a hub that comes back wants its pages first.
_later = threading.Timer(5, _warm)
_later.daemon = True
_later.start()
