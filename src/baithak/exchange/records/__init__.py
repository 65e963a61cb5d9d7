"""The records of the library: practices, sources, cities, words, and how files become them."""

from baithak.exchange.records.city import City
from baithak.exchange.records.fields import FIELDS, LANGUAGES, SOURCE_FIELDS, Field
from baithak.exchange.records.library import Library, library
from baithak.exchange.records.link import LINK_KINDS, STEPS, Link
from baithak.exchange.records.practice import Practice, Source
from baithak.exchange.records.problems import Problems
from baithak.exchange.records.reading import (
    Practices,
    read_cities,
    read_practices,
    read_shelf,
    read_taxonomy,
    read_traits,
    read_translation,
)
from baithak.exchange.records.taxonomy import KINDS, Taxonomy, Term
from baithak.exchange.records.traits import Character, Traits
from baithak.exchange.records.translation import Rendering, Translation
from baithak.exchange.records.writing import cities_of, write_practices

__all__ = [
    "FIELDS",
    "KINDS",
    "LANGUAGES",
    "LINK_KINDS",
    "SOURCE_FIELDS",
    "STEPS",
    "Character",
    "City",
    "Field",
    "Library",
    "Link",
    "Practice",
    "Practices",
    "Problems",
    "Rendering",
    "Source",
    "Taxonomy",
    "Term",
    "Traits",
    "Translation",
    "cities_of",
    "library",
    "read_cities",
    "read_practices",
    "read_shelf",
    "read_taxonomy",
    "read_traits",
    "read_translation",
    "write_practices",
]
