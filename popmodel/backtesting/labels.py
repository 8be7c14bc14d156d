"""Names of forecasts and levels, and reasons why one is not assessable, in Chinese and English."""

from collections.abc import Mapping

FORECASTS: Mapping[str, tuple[str, str]] = {
    "no_migration": ("模型：无迁移", "model: no migration"),
    "past_migration": ("模型：延续前期迁移", "model: past migration carried on"),
    "residual": ("模型：已知迁移总量（上限）", "model: total migration known (upper bound)"),
    "no_change": ("简单推算：不变", "naive: no change"),
    "constant_growth": ("简单推算：增速不变", "naive: constant growth"),
}
LEVELS: Mapping[str, tuple[str, str]] = {
    "city": ("全市", "city"),
    "district": ("县（市、区）", "districts"),
    "sex": ("性别", "sexes"),
    "age_group": ("年龄组", "age groups"),
    "sex_age_group": ("性别×年龄组", "sex × age group"),
    "cell": ("县（市、区）×性别×年龄组", "district × sex × age group"),
}
REASONS: Mapping[str, tuple[str, str]] = {
    "no_earlier": (
        "起始年以前没有可比的存量数据（各县、市、区的前期增长未公布）",
        "no earlier stock on comparable units is at hand: the growth of the districts before the start is unknown",
    ),
    "totals_only": (
        "只公布了总量，而按定义余额迁移必与总量一致",
        "nothing but totals is published, and these the residual meets by definition",
    ),
}
