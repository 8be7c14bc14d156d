"""The back-test: what the method would have said at an earlier census, against what came."""

from popmodel.backtesting.run import Backtest, backtest

__all__ = ["Backtest", "backtest"]
