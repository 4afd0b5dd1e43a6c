"""The words that dates and times are made of."""
