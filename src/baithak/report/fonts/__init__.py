"""The letters of the PDF reports: subsets of the Noto fonts, under the SIL Open Font License."""
