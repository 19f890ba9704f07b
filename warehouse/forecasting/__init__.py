"""Forecasts of monthly amounts, many series at once, with bounds that past errors bear out.

Pure functions: ``frames`` takes rows of ``unique_id, ds, y``, ``intervals`` takes arrays. Bounds
come from a table of errors that is part of the release (``error_table``), learnt from many series
(``learning``); ``backtest`` says how wrong the forecaster has been on a series itself.
"""
