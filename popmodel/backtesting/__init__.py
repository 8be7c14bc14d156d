"""The back-test: what the method would have said at an earlier census, against what came."""

from popmodel.backtesting.errors import indicator_errors
from popmodel.backtesting.run import Backtest, backtest
from popmodel.backtesting.table import backtests, error_markdown, error_rows

__all__ = ["Backtest", "backtest", "backtests", "error_markdown", "error_rows", "indicator_errors"]
