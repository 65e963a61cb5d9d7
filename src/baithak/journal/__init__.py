"""Who did what, when, to which thing: strings only, hash-chained; everybody writes to it."""
