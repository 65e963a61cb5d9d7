"""The quiet map: land without borders, a projection that is honest about area, a dot for a place."""

from baithak.exchange.atlas.dots import Dot, dots
from baithak.exchange.atlas.land import land_path
from baithak.exchange.atlas.picture import Picture, picture
from baithak.exchange.atlas.places import Country, Place, by_country
from baithak.exchange.atlas.projection import equal_earth
from baithak.exchange.atlas.window import SOUTH_ASIA, WINDOWS, WORLD, Window

__all__ = [
    "SOUTH_ASIA",
    "WINDOWS",
    "WORLD",
    "Country",
    "Dot",
    "Picture",
    "Place",
    "Window",
    "by_country",
    "dots",
    "equal_earth",
    "land_path",
    "picture",
]
