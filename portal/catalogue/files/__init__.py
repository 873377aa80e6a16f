"""Products as a file: written out, edited in a spreadsheet, read in again."""
