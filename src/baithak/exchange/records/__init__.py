"""The records of the library: practices, sources, cities, words, and how files become them."""

from baithak.exchange.records.city import City
from baithak.exchange.records.fields import FIELDS, LANGUAGES, SOURCE_FIELDS, Field
from baithak.exchange.records.library import Library, library
from baithak.exchange.records.practice import Practice, Source
from baithak.exchange.records.problems import Problems
from baithak.exchange.records.reading import (
    Practices,
    read_cities,
    read_practices,
    read_taxonomy,
    read_translation,
)
from baithak.exchange.records.taxonomy import KINDS, Taxonomy, Term
from baithak.exchange.records.translation import Rendering, Translation
from baithak.exchange.records.writing import cities_of, write_practices

__all__ = [
    "FIELDS",
    "KINDS",
    "LANGUAGES",
    "SOURCE_FIELDS",
    "City",
    "Field",
    "Library",
    "Practice",
    "Practices",
    "Problems",
    "Rendering",
    "Source",
    "Taxonomy",
    "Term",
    "Translation",
    "cities_of",
    "library",
    "read_cities",
    "read_practices",
    "read_taxonomy",
    "read_translation",
    "write_practices",
]
