"""Results made ready for people: pictures, pages, papers and tables under the small-cell rule."""
