"""The report of an evaluation: tables, workbook, charts, one page in two languages, and the record of the run."""

from popmodel.report.write import write_report

__all__ = ["write_report"]
