### Every sentence that popmodel prints, in English. The same names with the same arguments stand in zh.ftl.

## Lists

list-joiner = {", "}

## Charts

chart-people = thousand
chart-lead = { $name }:{" "}
chart-titled = { $name } ({ $unit })

chart-target =
    .rising = rising every year
    .keep = to be kept
    .relative = relative to others
    .within = natural balance

chart-pyramid =
    .title = { $where }population pyramid
    .each = persons at each age
    .female = women
    .male = men
    .key = { $label }  { $total } { $unit }

chart-lexis =
    .title = { $where }residents by age and year ({ $unit } at each age)
    .subtitle = { $scenario }slanted lines follow a birth year
    .born = born { $year }

chart-components =
    .title = { $where }components of change
    .subtitle = { $scenario }births, deaths and net migration of each year
    .births = births
    .deaths = deaths
    .net_migration = net migration
    .net = net change

chart-structure =
    .title = { $where }age structure (%)
    .subtitle = { $scenario }shares of three age groups; above: dependency, (0–14 and 60+) over 15–59
    .share_0_14 = 0–14
    .share_15_59 = 15–59
    .share_60_plus = 60 and over
    .ratio = dependency ratio

chart-centres =
    .title = Residents in the two centres (%)
    .subtitle = { $scenario }shares of all residents of the city
    .main_centre_share = main centre
    .sub_centre_share = sub-centre
    .rest = elsewhere

chart-districts =
    .title = { $name } by district
    .subtitle = { $scenario }{ $first } (circle) to { $last } (arrow)
    .change = change

chart-multiples =
    .one-scale = one scale for all; figures are of the first and the last year
    .own-scales = each on its own scale; figures are of the first and the last year

chart-tiles =
    .title = { $name }, { $year }
    .subtitle = { $scenario }schematic; a tile for each district

chart-slope =
    .title = How the pace moved, from the { $before } to the { $now } evaluation
    .subtitle = targets for { $milestone }; 1 is an even pace, above 1 is ahead
    .even = even pace
    .none = no indicator is rated in both evaluations

chart-heatmap =
    .title = Which targets each scenario meets
    .subtitle = projected values; the darker a cell, the farther from the target, in distances from the base
    .met = met
    .unmet = not met
    .none = not projected or not comparable

chart-backtest =
    .place = Forecasts from { $start } for { $year }: error by place (%)
    .age = Forecasts from { $start } for { $year }: residents by age group ({ $unit })
    .place-subtitle = forecast less actual, relative to actual; the band is ±5 %
    .age-subtitle = bars: residents in { $year }; lines: forecasts
    .mean = { $name } (mean absolute error { $value } %)
    .actual = actual, { $year }

chart-tracking =
    .observed = observed
    .derived = derived or assumed
    .other = another source
    .break = change of statistical basis
    .path = path that the plan requires
    .budget = margin used up evenly
    .absent = no projection on this basis in { $names }
    .up = target: at least
    .down = target: at most
    .about = target: about
    .band = target: band
    .fan = 90% and 50% intervals
    .none = nothing published, and not projected
    .subtitle = { $area }observed, projected, and the plan's targets
    .no-goal = { $area }observed and projected
    .sum = cumulated from { $year }
    .gap = { $year } is not published, so the sum ends before it (yearly figures: { $known })
    .no-sum = no sum: { $year } is not published
    .semicolon = ;{" "}

chart-scorecard =
    .title = Scorecard of the plan, { $year }
    .plain = Scorecard of the plan
    .indicator = indicator (unit)
    .value = base / latest
    .count = targets for { $year }
    .met = meets the target
    .unmet = does not
    .by = projected by scenario:
    .bar = bar: from the base (left) to the target (right)
    .due = where an even pace would stand today
    .used = ceiling: share of the margin used up
    .before = The small grey sign after a rating is that of the last evaluation.
    .from = Hollow mark and *: rated on the projection ({ $scenario }), since nothing is observed.
    .cuts = Way done ÷ time gone (inverted for ceilings): ahead ≥ { $ahead }, on track ≥ { $on_track }, nearly ≥ { $nearly }, behind ≥ { $behind }, moving away < { $behind }.

## Migration learned from counties

schedules-learned = Learned from { $units } units; { $left_out } left out because their area probably changed.
schedules-written = Written into { $folder }: { $files }.

## Faults of files

faults-count = { $count ->
    [one] { $count } fault
   *[other] { $count } faults
}
faults-none-folder = { $folder }: nothing wrong; use it with --city { $quoted }
faults-none-sheet = { $file }: nothing wrong; use it with: popmodel evaluate --add { $quoted }
