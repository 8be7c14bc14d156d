"""The form of a scenario file."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from popmodel.files.forms import FileForm, Form, Text

Carry = Annotated[
    Literal["last", "mean", "linear"], Field(description="how the observed values go on", examples=["mean"])
]
Year = Annotated[int, Field(ge=1800, le=2200, description="a year", examples=[2025])]
Share = Annotated[float, Field(ge=0, le=1, description="share, 0 … 1", examples=[0.01])]
ByDistrict = dict[str, float]


def _kind(value: Any) -> str:
    """Return the tag of the form that a driver takes."""
    if not isinstance(value, Mapping):
        return "‹a number›"
    for tag, keys in (
        ("observed", ("observed",)),
        ("solve", ("solve",)),
        ("toward", ("toward",)),
        ("a change", ("times", "plus", "after")),
    ):
        if any(key in value for key in keys):
            return f"‹{tag}›"
    return "‹dated values›"


def _simple(value: Any) -> str:
    return "‹table›" if isinstance(value, Mapping) else "‹list›" if isinstance(value, list) else "‹one›"


def _moves(value: Any) -> str:
    return "‹pool›" if isinstance(value, Mapping) and ("pool" in value or "shares" in value) else "‹origins›"


class DatedForm(Form):
    """Values by year, or by year and district."""

    model_config = ConfigDict(
        extra="allow", json_schema_extra={"propertyNames": {"pattern": "^([12][0-9]{3}|interpolation)$"}}
    )
    __pydantic_extra__: dict[
        str, Annotated[Annotated[float, Tag("‹one›")] | Annotated[ByDistrict, Tag("‹table›")], Discriminator(_simple)]
    ] = Field(init=False)
    interpolation: Annotated[
        Literal["linear", "step", "logistic"] | None, Field(description="how dates are joined", examples=["linear"])
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _years(cls, table: Any) -> Any:
        """Refuse keys that are no year."""
        bad = [key for key in table if key != "interpolation" and not _is_year(key)]
        if bad:
            raise ValueError(
                f"{', '.join(map(str, bad[:5]))} is not a year 1800 … 2200. Write {{ 2020 = 1.0, 2025 = 1.1 }}, with "
                'interpolation = "linear", "step" or "logistic" if wanted.'
            )
        if not set(table) - {"interpolation"}:
            raise ValueError("holds no year. Write { 2020 = 1.0, 2025 = 1.1 }.")
        return table


def _is_year(key: str) -> bool:
    return len(key) == 4 and key.isascii() and key.isdigit() and 1800 <= int(key) <= 2200


Number = Annotated[float, Tag("‹a number›")]
Dated = Annotated[DatedForm, Tag("‹dated values›")]
After = Annotated[
    Annotated[Year, Tag("‹year›")] | Annotated[Literal["observed"], Tag("‹text›")],
    Discriminator(lambda value: "‹text›" if isinstance(value, str) else "‹year›"),
]
Part = Annotated[Number | Dated, Discriminator(_kind)]


class ChangeForm(Form):
    """A change of the parent's values: times · value + plus."""

    times: Annotated[Part | None, Field(description="factor", examples=[0.8])] = None
    plus: Annotated[Part | None, Field(description="addition", examples=[0.1])] = None
    after: Annotated[
        After | None, Field(description="the parent's values are kept up to this year", examples=["observed"])
    ] = None

    @model_validator(mode="after")
    def _changes(self) -> "ChangeForm":
        """Refuse a change that changes nothing."""
        if self.times is None and self.plus is None:
            raise ValueError('holds neither times nor plus. Write { times = 0.8, plus = 0.1, after = "observed" }.')
        return self


class ImpliedForm(Form):
    """Fertility as the published births imply it."""

    observed: Annotated[Literal["implied"], Field(examples=["implied"])]
    carry: Carry = "mean"


class ResidualForm(Form):
    """What the published stocks, births and deaths leave."""

    observed: Annotated[Literal["residual"], Field(examples=["residual"])]
    carry: Carry = "mean"


class SolveForm(Form):
    """The even yearly value that takes the stock to so many persons at the end of a year."""

    solve: Annotated[float, Field(description="persons", examples=[1_000_000])]
    year: Year
    then: Annotated[
        Literal["solved", "observed"], Field(description="what goes on after the year", examples=["observed"])
    ] = "solved"


class TowardForm(Form):
    """Values reached from the last observed one."""

    toward: Annotated[DatedForm, Field(description="the years to be reached", examples=["{ 2030 = 1.5 }"])]
    interpolation: Annotated[
        Literal["linear", "logistic"], Field(description="the way to them", examples=["linear"])
    ] = "linear"

    @model_validator(mode="after")
    def _once(self) -> "TowardForm":
        """Refuse a second interpolation."""
        if self.toward.interpolation is not None:
            raise ValueError(
                'names interpolation among the years. Write { toward = { 2030 = 1.5 }, interpolation = "logistic" }.'
            )
        return self


class PoolForm(Form):
    """Moves through one pool."""

    pool: Share
    shares: Annotated[dict[str, Share], Field(default_factory=dict, description="of those who leave the pool")]


Change = Annotated[ChangeForm, Tag("‹a change›")]
Residual = Annotated[ResidualForm, Tag("‹observed›")]
Solved = Annotated[SolveForm, Tag("‹solve›")]
Toward = Annotated[TowardForm, Tag("‹toward›")]
Values = Annotated[Number | Dated | Change, Discriminator(_kind)]
Length = Annotated[Number | Dated | Change | Toward, Discriminator(_kind)]
Fertility = Annotated[
    Number | Dated | Change | Toward | Annotated[ImpliedForm, Tag("‹observed›")], Discriminator(_kind)
]
Arrivals = Annotated[Number | Dated | Change | Solved, Discriminator(_kind)]
Flow = Annotated[Number | Dated | Change | Residual | Solved, Discriminator(_kind)]
Net = Annotated[Number | Dated | Change | Toward | Residual | Solved, Discriminator(_kind)]
Moves = Annotated[
    Annotated[dict[str, dict[str, Share]], Field(min_length=1), Tag("‹origins›")] | Annotated[PoolForm, Tag("‹pool›")],
    Discriminator(_moves),
]


class ScenarioForm(Form):
    """One scenario."""

    based_on: Annotated[Text | None, Field(description="name of the parent", examples=["trend"])] = None
    zh: Annotated[str, Field(description="name in Chinese")] = ""
    en: Annotated[str, Field(description="name in English")] = ""
    note_zh: Annotated[str, Field(description="a sentence in Chinese")] = ""
    note: Annotated[str, Field(description="a sentence in English")] = ""
    counterfactual: Annotated[bool, Field(description="whether it may change what is published", examples=[True])] = (
        False
    )
    total_fertility: Annotated[Fertility | None, Field(description="children per woman", examples=[1.1])] = None
    total_fertility_basis: Annotated[str, Field(description="whose births and women it comes from")] = ""
    total_fertility_conversion: Annotated[
        Literal["none", "observed_ratio"] | None,
        Field(description="whether it is converted to the residents' by the ratio observed", examples=["none"]),
    ] = None
    life_expectancy: Annotated[
        Length | None, Field(description="years, mean of the sexes", examples=["{ 2020 = 81.0, 2030 = 82.0 }"])
    ] = None
    sex_ratio_at_birth: Annotated[Values | None, Field(description="males per female", examples=[1.06])] = None
    net_migration: Annotated[
        Net | None, Field(description="persons a year", examples=['{ observed = "residual", carry = "mean" }'])
    ] = None
    arrivals: Annotated[Arrivals | None, Field(description="persons a year", examples=[50000])] = None
    departure_rate: Annotated[
        Values | None, Field(description="share of a district's residents a year", examples=[0.01])
    ] = None
    moves: Annotated[
        Moves | None,
        Field(description="share of the origin's residents a year", examples=["{ ORIGIN = { DESTINATION = 0.01 } }"]),
    ] = None
    losses: Annotated[Literal["count", "rate"] | None, Field(description="what a net loss is", examples=["rate"])] = (
        None
    )
    registered_net_entries: Annotated[Flow | None, Field(description="persons a year", examples=[0])] = None
    registered_entries: Annotated[
        dict[str, Flow] | None, Field(min_length=1, description="by class", examples=["{ CLASS = 5000 }"])
    ] = None
    registered_departures: Annotated[Flow | None, Field(description="persons a year", examples=[0])] = None
    registered_natural_rate: Annotated[Values | None, Field(description="per year", examples=[0.001])] = None
    centre_shift: Annotated[
        dict[str, float] | None, Field(min_length=1, description="per year", examples=["{ main = 0.01 }"])
    ] = None


class ScenarioFile(FileForm):
    """Scenarios."""

    include: Annotated[
        Annotated[Text, Tag("‹one›")] | Annotated[list[Text], Tag("‹list›")],
        Discriminator(lambda value: "‹list›" if isinstance(value, list) else "‹one›"),
        Field(default_factory=list, description="files whose scenarios may be parents", examples=["FILE.toml"]),
    ]
    parent: Annotated[
        dict[str, ScenarioForm], Field(default_factory=dict, description="scenarios that are parents only")
    ]
    scenario: Annotated[
        dict[str, ScenarioForm], Field(min_length=1, description="one table [scenario.NAME] a scenario")
    ]
