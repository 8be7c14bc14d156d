"""Draw README's pictures with the present code and data: `make images`."""

from io import BytesIO
from pathlib import Path

from PIL import Image

import popmodel as pm
from popmodel.plots import blank_axes, figure_bytes

IMAGES = Path(__file__).resolve().parent / "images"
SOURCE = (
    "Sources: the plan of 2022, Table 6; communiques to 2024; censuses 2010, 2020; UN WPP 2024; projection: popmodel."
)


def main() -> None:
    """Write the pictures into docs/images; those of docs/backtest.md are written by its test."""
    ev = pm.evaluate()
    charts = {
        "scorecard": pm.plot_scorecard(ev, lang="en", ax=blank_axes(), source=SOURCE),
        "effort": pm.plot_effort(pm.effort(ev), lang="en", ax=blank_axes(), source=SOURCE),
    }
    for name, ax in charts.items():
        figure = ax.get_figure(root=True)
        assert figure is not None
        picture = Image.open(BytesIO(figure_bytes(figure, dpi=150))).convert("RGB")
        picture.quantize(128).save(IMAGES / f"{name}.png", optimize=True)  # a third of the bytes


if __name__ == "__main__":
    main()
