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
    .registered = { $where }pyramid of the registered population
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
    .ending = (?!)

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
    .title = Which targets each scenario's projected values meet
    .subtitle = projected values; the darker a cell, the farther from the target, in distances from the base
    .met = met
    .unmet = not met
    .none = not projected or not comparable

chart-effort =
    .title = Net migrants a year that would just meet each target
    .subtitle = thousand, the same every year from { $year } on; all other drivers as in the reference
    .holds = met by every number searched
    .upto = met up to { $number }
    .unmoved = the same for any number of migrants
    .beyond = not met by any number searched
    .times = { $number } ({ $times } × the best year)
    .reference = reference, mean of the open years
    .best = best year so far
    .floor = met by the reference; the bar is the least that still does
    .within = needs more than the reference, at most the best year
    .above = needs more than the best year so far

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
    .from = *: not published; estimated by the model ({ $scenario }), and not rated.
    .cuts = Way done ÷ time gone (inverted for ceilings): ahead ≥ { $ahead }, on track ≥ { $on_track }, nearly ≥ { $nearly }, behind ≥ { $behind }, moving away < { $behind }.

## Migration learned from counties

schedules-learned = Learned from { $units } units; { $left_out } left out because their area probably changed.
schedules-written = Written into { $folder }: { $files }.
migration-basis = Migration by age
    .own = Ages of migrants: learned from China's counties, and from each district's own last decade between two censuses.
    .types = Ages of migrants: learned from China's counties alone; no earlier census on the same units is at hand.
    .standard = Ages of migrants: the standard schedule of Rogers and Castro, the same for all districts; the reference brings no schedules learned from data.

districts-basis = Districts without published stocks
    .history = No stock of a district is published: they grow as their own last decade and their structure let expect.
    .types = No stock of a district is published: they grow as their structure lets expect; no earlier census is at hand.
    .share = No stock of a district is published: each keeps its share of the city.

prediction-errors = Errors
    .group = counties
    .n = n
    .no-migration = no migration
    .proportional = in proportion
    .rogers-castro = standard schedule
    .hamilton-perry = cohort-change ratios
    .learned = learned

## Where people live, and who is held apart

urban-basis = Urban shares
    .none = No urban shares are given: urbanisation is not assessable.
    .published = Urban shares go through every published figure and on with the pace since the census.
    .between = Nothing was published since the census of { $districts }: the pace between the two censuses is carried on.
    .between-all = No urban share of a district was published since the census: the pace between the two censuses is carried on.
    .once = The urban share of { $districts } is known once only, so it is not carried on.
    .once-all = Urban shares are known once only, so they are not carried on.
    .held = The urban share of { $districts } is held: it stands at its ceiling, has not changed, or the last figures turned.
    .held-all = Urban shares are held: they have not changed, or the last figures turned.
urban-gap = In { $year } the published urban share of the city differs from that of its districts together by { $points } points: theirs are kept.
centres-basis = Shares of the centres
    .none = No shares of districts in centres are given: the centres are not assessable.
    .moved = Shares of the centres are assumed to move with the urban shares of their districts.
    .held = Shares of the districts in the centres are held, as no urban shares are given.
centres-open = What is said of the centres hangs on assumed shares: { $districts }.
fixed-stock = Fixed stock
    .none = No students, soldiers or others are held apart: everybody ages.
    .some = { $persons } people who stay as many and as old are held apart: { $districts }.

## Faults of files

faults-count = { $count ->
    [one] { $count } fault
   *[other] { $count } faults
}
faults-none-folder = { $folder }: nothing wrong; use it with --city { $quoted }
faults-none-sheet = { $file }: nothing wrong; use it with: popmodel evaluate --add { $quoted }

## Report

report-title = { $area }: evaluation of the population plan, { $year }
report-made = Made on { $day } · uses only what was published by the end of { $until } · popmodel { $version }
report-contents = Contents
report-foot = Made by popmodel { $version }; report.html and report.docx say the same; all figures are in scorecard.csv, scorecard.xlsx and indicators.csv, the record of the run in run.json.
report-joiner = {"; "}
report-colon = {": "}
report-verdict =
    .yes = meets the target
    .no = does not
report-number = No
report-indicator = Indicator
report-year = Year
report-area = Area
report-driver = Driver
report-table = Table
report-figure = Figure
report-source = Sources: { $plan }; publications of observed values: see the report; projection: popmodel { $version }, { $day }.
report-status-observed = observed
report-status-derived = derived
report-status-assumed = assumed
report-status-projected = projected
report-status-missing = missing

report-findings = Findings
    .history = How ratings moved (targets for { $year })
    .history-caption = Each year is rated on what was published then; indicators without a rating in any year are left out.
report-scorecard = Scorecard
    .scenarios = Scenarios against targets
    .table = The scorecard as a table
    .caption = * projected, not observed. For each milestone: the target as printed, the rating, and below it what each scenario projects and whether that meets the target (✓ yes, ✗ no), and the outlook: told where all scenarios agree by more than the back-tested error, open otherwise (see Method). Only published and derived values are rated.
    .base = Base
    .evidence = Evidence
    .outlook = outlook:{" "}
    .latest = Latest
report-indicators = Indicator by indicator
    .menu = Indicators
    .observed = Observed:
    .derived = (derived)
    .assumed = (assumed)
    .nothing = Nothing has been published.
    .definition = · Definition:
report-change = Components of change
    .menu = Change
    .caption = { $scenario } (thousand; flows of the year)
report-structure = Age structure
report-districts = Districts
    .caption = Residents (thousand): { $first }, and projected for { $last } with the change in %
    .ageing = Ageing by district
    .centres = Residents in the centres
report-scenarios = Scenarios and what drives them
    .menu = Scenarios
    .note = Scenarios are projections under assumptions and no forecasts. Values of every year are in run.json. Basis of total fertility:
report-driver-total_fertility = Total fertility [children per woman]
report-driver-life_expectancy = Life expectancy [years]
report-driver-sex_ratio_at_birth = Sex ratio at birth [boys per 100 girls]
report-driver-net_migration = Net migration [persons a year]
report-driver-registered_net_entries = Net entries into the register [persons a year]
report-method = Method and cut points
    .menu = Method
report-method-projection = Cohort-component by single age, sex and district, year by year; in every cell the stock at the end equals the stock at the start plus births less deaths plus net migration. Census age groups are split by the births of their years; mortality is a relational life table on a reference at the given life expectancy; fertility a reference age pattern at the given total fertility; net migration of the published years is the residual of year-end stocks, births and modelled deaths; its ages are learned from counties' change between two censuses where the reference has it, else the standard Rogers–Castro schedule; both are assumptions.
    .head = Projection.
report-method-fertility = The plan's is the health department's; what published births of residents imply with the census's women is lower and kept apart as implied total fertility.
    .head = Two total fertility rates that must not be mixed.
report-method-ratings = The even path: c = (value − base) / (target − base), τ = share of the time gone, pace = c / τ. A ceiling or floor that the base already keeps is a budget: u is the share of the room used, pace = τ / u. { $classes }. Past the milestone only met and not met remain; a target reached early is met. Cumulative targets are summed from their first year and need every year; yearly improvement counts the yearly changes; a level to be kept is that of the last numeric milestone; relative targets need a reference series, else they are not rated and nothing is guessed. Figures are compared at their published precision.
    .head = Ratings.
report-method-evidence = Only what is published or derived from published figures is rated, as the column on evidence says; a target without such a figure is not rated. The model's estimates (marked *) and assumed values are shown without a rating. A driver that scenarios assume (life expectancy, sex ratio at birth) is no evidence even where it meets its target. A rating speaks of the published years, not of those to come.
    .head = Evidence: what is rated, and what is not.
report-method-outlook = The outlook holds projected values against the targets; it is no forecast. Errors come from back-tests: a projection from an earlier year is compared with what was published since, which gives a relative error; between the spans tested it is read off a straight line, beyond the longest it grows in proportion, and a longer span is not taken to be surer than a shorter one. Where the distance from the target is greater than that error (and than half the last digit) and all scenarios that do not assume the value agree, the target is projected to be met or missed; all else is open, also indicators without a back-test and yearly improvement. What a scenario assumes or was solved for rests on the scenario's assumption. The error of a span mostly comes from a single test (such as one decade): one test is one error and no probability, and the actual error may be greater.
    .head = Outlook.
report-method-effort = The same number of net migrants every year from the first year not published on, such that the projected value just meets the target as printed; fertility, life expectancy and settlement as in the reference, ages and districts of the migrants added or left out as the model has them, their births and deaths counted. Only a range is searched: “met by none searched” speaks of these assumptions and this range alone. The best year is the one of the greatest net migration that the published stocks give (with births and deaths as published, else as modelled), for comparison and no limit; the number is a result of the projection, neither advice nor a sign that it could be had.
    .head = Net migration needed.
report-method-robustness = Whether one in the last printed digit would change the rating, and whether the other published methods (Eurostat, Statistics Canada, UN Statistics Division, ESCAP, SDSN, Destatis) see the same.
    .head = Robustness.
report-method-limits = A projection is no forecast: the ages of migrants, the course of the distribution within the city and the districts' shares in the centres are assumptions; the data's README files say what is source, derived or assumed.
    .head = Limits.
report-sources = Sources
    .targets = Targets:
    .publications = Publications of the observed values
    .publication = Publication
    .published = Published
    .years = Years
    .values = Values
    .inputs = Inputs of this run
    .input = Input
    .file = File

report-chart-scorecard = Scorecard: targets, progress and ratings
report-chart-slope = How the pace moved since the last evaluation
report-chart-heatmap = Which targets each scenario's projected values meet
report-chart-tracking = { $name }: observed, projected, and the plan's targets
report-chart-multiples = Residents aged 60 and over by district
report-chart-pyramid = { $scenario }: population pyramids of { $first } and { $last }
report-chart-structure = { $scenario }: age structure and dependency ratio
report-chart-lexis = { $scenario }: residents by age, { $first }–{ $last }
report-chart-components = { $scenario }: births, deaths and net migration, { $first }–{ $last }
report-chart-districts = { $scenario }: residents by district, { $first } and { $last }
report-chart-tiles = { $scenario }: residents aged 60 and over by district, { $last } (schematic map)
report-chart-centres = { $scenario }: residents of the main centre, the sub-centre and elsewhere

## Working of a rating

working-pace = pace
working-changes = share of yearly changes in the right direction k/n
working-room = room left a year
working-needed = change needed a year
working-observed = change observed a year
working-classes = classes: ahead ≥ { $ahead }, on track ≥ { $on_track }, nearly ≥ { $nearly }, behind ≥ { $behind }, moving away < { $behind }

## Workbook

workbook-title = Scorecard of the population plan, { $year }
    .scorecard = Scorecard { $year }
    .data = Data
    .key = Key
workbook-column-number = No
workbook-column-indicator = Indicator
workbook-column-unit = Unit
workbook-column-target_year = Target year
workbook-column-target_text = Target
workbook-column-target = Target value
workbook-column-base_year = Base year
workbook-column-base_value = Base value
workbook-column-value_year = Year of value
workbook-column-value = Value
workbook-column-status = Status
workbook-column-c = Way done c
workbook-column-tau = Time gone τ
workbook-column-pace = Pace
workbook-column-rating = Rating
workbook-column-needed = Needed a year
workbook-column-observed = Observed a year
workbook-column-projected = { $scenario }{"\u000A"}projected
workbook-column-met = { $scenario }{"\u000A"}projected met
workbook-column-robustness = Robustness
workbook-column-reason = Reason
workbook-column-probability = Probability (range over the declared variants)
workbook-met-yes = yes
workbook-met-no = no
workbook-term = Term
workbook-meaning = Meaning
workbook-key-c = (value − base) / (target − base); for a ceiling or floor that the base keeps, the share of the room used
    .term = c
workbook-key-tau = (year of value − base year) / (target year − base year)
    .term = τ
workbook-key-pace = c / τ; for such a ceiling or floor τ / c
    .term = pace
workbook-key-rating = { $classes }; past the milestone met or not met
    .term = rating
workbook-key-formulas = c, τ, pace and the yearly changes follow a changed target or value; the rating does not
    .term = formulas
workbook-key-data = the sheet Data is scorecard.csv
    .term = data
workbook-key-fixed = they rest on a start, a term or yearly values that are not on the sheet; written as rated, they follow no change. By column: { $rows }
    .term = figures without a formula
workbook-rows = { $column }: rows { $numbers }
workbook-joiner = {", "}

## Terminal

terminal-indicator = Indicator (unit)
terminal-base = base
terminal-latest = latest
terminal-year = year
terminal-target = target { $year }
terminal-rating = rating
terminal-unit = { $name } ({ $unit })
terminal-legend = Scenarios: { $scenarios }. Targets of { $years }: { $yes } met, { $no } not, - unknown. * projected value
terminal-more = +{ $count } more in the files
terminal-files = Files:{" "}
terminal-backtest = From { $year } (errors in %)

## Ratings and reasons (scoring)

rating-pace-met = met
rating-pace-ahead = ahead
rating-pace-on_track = on track
rating-pace-nearly = nearly on track
rating-pace-behind = behind
rating-pace-moving_away = moving away
rating-pace-not_met = not met
rating-pace-not_assessable = not rated
rating-eurostat-significant_progress = significant progress
rating-eurostat-moderate_progress = moderate progress
rating-eurostat-insufficient_progress = insufficient progress
rating-eurostat-movement_away = movement away
rating-eurostat-not_available = not rated
rating-statcan-target_achieved = target achieved
rating-statcan-substantial_progress = substantial progress
rating-statcan-moderate_progress = moderate progress
rating-statcan-limited_progress = limited progress
rating-statcan-deterioration = deterioration
rating-statcan-not_available = not rated
rating-unsd-on_track = on track
rating-unsd-fair_progress = fair progress
rating-unsd-stagnation = stagnation
rating-unsd-regression = regression
rating-unsd-not_available = not rated
rating-escap-on_track = on track
rating-escap-accelerate = accelerate
rating-escap-reverse = reverse
rating-escap-not_available = not rated
rating-sdsn-on_track = on track
rating-sdsn-moderately_improving = moderately improving
rating-sdsn-stagnating = stagnating
rating-sdsn-decreasing = decreasing
rating-sdsn-not_available = not rated
rating-destatis-sun = sun
rating-destatis-sun_cloud = sun behind cloud
rating-destatis-cloud = cloud
rating-destatis-storm = storm
rating-destatis-none = not rated

figure-per_100k = {$figure} per 100,000
amount-percent = {$figure} points
amount-per_mille = {$figure} per mille
years-run = {$first}–{$last}
history-joiner = {" → "}

reason = {$body}.
reason-noted = {$body} ({$notes}).
note-joiner = {"; "}
said = {$value} in {$year}
said-sum = {$value} in total over {$first}–{$year}
said-none = no value
speeds = ; { $need_up ->
    [yes] {""}
   *[no] −
 }{$need} a year needed, { $way ->
    [down] −
   *[up] {""}
 }{$observed} observed
reason-climb = {$said} against {$even} on { $path ->
    [milestones] the path through the milestones
    [reference] the path that the cohorts of the base imply
   *[linear] an even path
 } from {$start} to {$level} in {$end}: { $away ->
    [yes] it has moved away from the target, {$time} % of the time gone
   *[no] {$done} % of the way { $up ->
        [yes] up
       *[no] down
     } after {$time} % of the time
 }{$speeds}
reason-budget = {$said}, with a { $up ->
    [yes] ceiling
   *[no] floor
 } of {$level} for {$end}{ $path ->
    [linear] {""}
    [reference] {" "}(the path that the cohorts of the base imply asks for {$even} by now)
   *[milestones] {" "}(the path through the milestones asks for {$even} by now)
 }: { $use ->
    [none] none of the { $up ->
        [yes] room to rise
       *[no] room to fall
     } used after {$time} % of the time
    [broken] the { $up ->
        [yes] ceiling is broken, {$done} % of the room to rise used
       *[no] floor is broken, {$done} % of the room to fall used
     }
   *[part] {$done} % of the { $up ->
        [yes] room to rise
       *[no] room to fall
     } used after {$time} % of the time
 }
reason-verdict = {$said}, which { $met ->
    [yes] meets
   *[no] does not meet
 } the {$target_year} target of {$text}{$lost}{$once}
verdict-lost = ; but {$value} in {$year}: met and then lost
verdict-once = ; met in {$year} and then lost
reason-early = {$said}, which already meets the {$target_year} target of {$text}
reason-beyond = {$said}, beyond the far end of the target band ({$text})
level-of-target = the target level ({$text})
level-of-year = the level of {$year} ({$text})
reason-kept = {$said}; {$kept} holds so far
reason-was_kept = {$said}; {$kept} was kept
reason-lost = {$said}; {$kept} does not hold
reason-sum = {$said}, {$done} % of the {$level} wanted by {$target_year} after {$time} % of the time{$speeds}
reason-gaps = the sum lacks {$unknown}
reason-rising = {$right} of the {$count} yearly changes over {$first}–{$last} { $higher ->
    [yes] rose
   *[no] fell
 }{ $wrong ->
    [none] {""}
   *[other] , not in {$wrong}
 }{ $unknown ->
    [none] {""}
   *[other] , unknown for {$unknown}
 }
reason-not_begun = “{$text}” is asked for year by year from {$begin} on
reason-relative = {$said}, { $met ->
    [yes] better
   *[no] not better
 } than the reference, {$other}
reason-rank = rank {$rank} in {$year}, wanted {$wanted} or better
reason-after-value = {$said}; {$body}
reason-no_reference = there is no reference to compare with, and none is guessed
reason-no_rank = the plan names no rank to be reached, and none is guessed
reason-no_number = the plan prints no number to compare with
reason-no_value = { $known ->
    [none] nothing has been published
   *[year] {$missing} not published, {$known} is the last year known
 }
reason-no_value_at_milestone = there is no value for the milestone year
reason-estimated = not published: the model's estimate, which is not rated
reason-assumed = an assumption, which is not rated
reason-no_time = no time has passed since the base year
reason-base_missing = the base is missing, so progress cannot be told
reason-break = the basis has changed since the base year, so they cannot be compared
note-stands-in = {$year} stands in for the missing {$wanted}
note-assumed-value = assumed by the scenario, not a result
note-median = projected value, median of the draws
note-projected = projected value
note-assumed-ahead = the projected value is assumed by the scenario, not a result
note-assumption = the value is an assumption
note-break = the basis has changed since the base year, so there is no pace
note-base_missing = without a base there is no pace
note-former = the target of version {$version} was {$text}

robustness = {$grade}: one in the last digit { $same ->
    [yes] changes nothing
   *[no] changes the rating
 }{$others}
robustness-robust = robust
robustness-fairly_robust = fairly robust
robustness-too_close = too close to call
robustness-fragile = fragile
robustness-others = , {$agreeing} of {$methods} other methods agree

target-rising = rising yearly
target-keep = to be kept
target-relative = relative
target-within = natural balance
target-about = about {$figure}

## Derivations (explain)

derivation-evaluated = evaluated for {$year}
derivation-scenario = scenario
derivation-unit = unit
derivation-known = known
derivation-cuts = cuts
derivation-target = target
derivation-base = base
derivation-value = value
derivation-formula = formula
derivation-rating = rating
derivation-method = method
derivation-robustness = robustness
derivation-reason = reason
derivation-version = version {$version}
derivation-plan = plan
derivation-used = used: {$figure} in {$year}
status-observed = observed
status-derived = derived
status-projected = projected
status-assumed = assumed

## Findings

phrase-joiner = {", "}
detail-joiner = {", "}
sentence-list = {"; "}
finding-position = Evaluation of {$year}: of the {$count} targets for {$milestone}, { $rated ->
    [0] none has a published figure to be rated by.
   *[other] {$rated} can be rated by published figures: {$ratings}.
 }
finding-position-count = {$count} {$word}
finding-all-hold = Under “{$scenario}” { $told ->
    [one] the one target that can be projected is not missed
   *[other] none of the {$told} targets that can be projected is missed
 }{ $open ->
    [0] {""}
   *[other] {" "}by more than the back-tested error ({$open} open)
 }.
finding-fail = Under “{$scenario}” {$failing} of the { $told ->
    [one] one target
   *[other] {$told} targets
 } that can be projected { $failing ->
    [one] is missed
   *[other] are missed
 } by more than the back-tested error{ $open ->
    [0] {""}
   *[other] {" "}and {$open} are open
 }; missed are targets of { $indicators ->
    [one] one indicator
   *[other] {$indicators} indicators
 }:
finding-own-fail = With the plan's own fertility, life expectancy and total (“{$scenario}”) these targets are missed by more than the back-tested error:
finding-placed-fail = Under “{$scenario}”, if the distribution within the city goes on as of late, these are missed by more than the back-tested error:
finding-failing = {$name}: {$values}
finding-failing-value = {$value} in {$year} (target {$target})
finding-hold-all = Met in every scenario by more than the back-tested error: {$names}.
finding-hold-one = Met by more than the back-tested error: {$names}.
finding-given = Met because the scenarios assume or were solved for it, so no evidence: {$names}.
finding-name-years = {$name} ({$years})
finding-late = Behind the plan on published figures:
finding-late-line = {$name}: { $need_up ->
    [yes] +
   *[no] −
 }{$need} a year needed to {$year}, { $up ->
    [yes] +
   *[no] −
 }{$observed} a year observed
finding-unknown = {$count} are not rated (published figures are lacking; nothing is guessed): {$names}.
change-percent = {$figure} points
change-per_mille = {$figure} per mille points
name-with-unit = {$name} ({$unit})

## Confidence of an observation

confidence-medium = (in a copy)
confidence-low = (source unclear)
note-confidence-medium = the figure is from a copy or the press
note-confidence-low = the figure is from a source that names none
## Effort

effort-title = Net migrants a year from { $year } on that would just meet each target (thousand)
effort-head =
    .indicator = indicator
    .target = target
    .needed = needed
    .reference = reference
    .best = best year
    .times = × best
    .residents = residents
effort-caption = The same number every year; fertility, life expectancy and settlement as in “{ $scenario }”. Migrants above or below the reference's: { $schedule }. Searched: { $low } to { $high } thousand a year. Reference: its mean to the milestone; best year so far: the greatest that the published stocks give. + : met by the reference, the number is the least (or the most) that still meets it. A scenario with other fertility or life expectancy needs another number.
effort-schedule =
    .model = by age and district as the model settles one more
    .under_60 = as the model settles one more, nobody aged 60 and over
    .residents = in proportion to the residents
effort-none =
    .met_without = + met by all searched
    .unmoved = not moved by migration
    .beyond_range = met by none searched
effort-number =
    .least = { $holds ->
        [1] + ≥ { $number }
       *[other] ≥ { $number }
    }
    .most = { $holds ->
        [1] + ≤ { $number }
       *[other] ≤ { $number }
    }
effort-sentence =
    .met_without = { $name } { $year } ({ $target }): met with any number of net migrants searched from { $start } on.
    .unmoved = { $name } { $year } ({ $target }): the number of net migrants from { $start } on does not move it.
    .beyond_range = { $name } { $year } ({ $target }): not met by any number of net migrants searched from { $start } on.
    .found_least = { $name } { $year } ({ $target }): at least { $number } thousand net migrants a year from { $start } on, { $times } times the best year so far ({ $best }); the reference has { $reference }.
    .found_most = { $name } { $year } ({ $target }): at most { $number } thousand net migrants a year from { $start } on ({ $times } times the best year so far, { $best }); the reference has { $reference }.
    .met_without_least = { $name } { $year } ({ $target }): the reference meets it; at least { $number } thousand net migrants a year from { $start } on are needed, { $times } times the best year so far ({ $best }); the reference has { $reference }.
    .met_without_most = { $name } { $year } ({ $target }): the reference meets it, and so does any number up to { $number } thousand net migrants a year from { $start } on ({ $times } times the best year so far, { $best }); the reference has { $reference }.


## Can it hold together (feasibility)

limit-city_rate = net migration rate of the city
limit-district_rate = net migration rates of districts
limit-class_share = ages of net migration
limit-class_loss = rates of leaving by age group
limit-yearly_change = change of net migration from year to year
limit-register_entries = net entries into the register
limit-centre_drift = change of districts' shares in the centre
limit-no_cell_below_zero = no age below zero persons
limit-nobody_aged_60_and_over_sent_away = nobody aged 60 and over is sent away
feasible-joiner = {" "}
feasible-and = { $first } and { $last }
feasible-or = {", or "}
feasible-target = { $name } { $year } ({ $target }{ $unit ->
    [none] {""}
    [follows] { $sign }
   *[other] , in { $sign }
 })
feasible-best = { $name } { $year } { $bound ->
    [most] at least
   *[least] at most
 } { $best }
feasible-single = Within “{ $limits }”, { $target } cannot be met: { $bound ->
    [most] the least is
   *[least] the most is
 } { $best }.
feasible-several = Within “{ $limits }”, { $targets } cannot hold together: with the { $count ->
    [2] other
   *[other] others
 } met, { $best }. { $count ->
    [2] Each alone can be met.
   *[other] Without any one of them the rest of this set can hold together.
 }
feasible-because = Binding: { $limits }.
feasible-ways = What would lift it: { $given_up ->
    [one] the target at that level
   *[any] one of them at that level
 }{ $wider ->
    [none] ; no limit alone suffices, not even ten times as wide.
   *[other] ; or { $wider }.
 }
feasible-wider = { $limit } { $times } times as wide
feasible-need = Beyond the limits it takes { $number } thousand net migrants a year from { $start } on, { $times } times the best year so far (further migrants { $schedule }).
feasible-schedule =
    .model = aged as the model settles one more
    .under_60 = with nobody aged 60 and over
    .residents = aged like the residents
feasible-fragile = This is fragile: { $limits } a hundredth wider lifts it.
feasible-assumed = It rests on assumed shares of districts in the centre.
feasible-floor = { $targets } counted from the milestone before, taken as met.
feasible-none = Within “{ $limits }” the { $targets } targets that are projected can hold together; it takes at least { $number } thousand net migrants up to { $year }.
feasible-summary = { $count ->
    [0] Within “{ $limits }” the { $targets } targets that are projected can hold together.
   *[other] Within “{ $limits }”, of { $targets } targets that are projected, { $alone ->
        [0] {""}
        [one] 1 is out of reach alone
       *[other] { $alone } are out of reach alone
     }{ $joined ->
        [1] {" "}and{" "}
       *[other] {""}
     }{ $several ->
        [0] {""}
        [one] 1 set cannot hold together
       *[other] { $several } sets cannot hold together
     }{ $complete ->
        [1] {""}
       *[other] {" "}(there may be more)
     }.
 }
feasible-head =
    .indicator = indicator
    .target = target
    .reference = reference
    .model = aged as the model
    .under_60 = nobody 60 and over
    .residents = aged as residents
    .best = best year
    .relaxed = together
    .share = of the way
feasible-ranges = What each target can come to alone within the limits
    .caption = Each target alone; both ends were projected. ✓ attainable, ✗ not within these limits.
feasible-required = Net migrants a year from { $start } on that would just meet the targets (thousand)
    .caption = The same number every year, whatever the limits; in brackets times the best year so far. By the ages of the migrants beside the reference's. + : met by the reference, the number is the least (or the most) that still meets it.
feasible-relaxed = What the targets can come to together within “{ $limits }”
    .attainment = All go the same share of the way from the reference to the target, as far as it goes, then the least sum of what is left; ✓ as planned.
    .sum = The least sum of shortfalls, each in its own unit; ✓ as planned.
    .priority = In their order, each as good as those before it allow; ✓ as planned.
feasible-span = { $least }–{ $most } { $attainable ->
    [1] ✓
   *[other] ✗
 }
feasible-status =
    .met_without = + met by all
    .none = met by none
    .undecided = undecided
    .beyond_limits = beyond limits
    .found = –
feasible-number =
    .least = { $holds ->
        [1] + ≥ { $number }
       *[other] ≥ { $number }
    }{ $times ->
        [none] {""}
       *[other] {" "}({ $times })
    }
    .most = { $holds ->
        [1] + ≤ { $number }
       *[other] ≤ { $number }
    }{ $times ->
        [none] {""}
       *[other] {" "}({ $times })
    }
feasible-by-schedule = { $bound ->
    [most] at most
   *[least] at least
 } { $number } thousand{ $times ->
    [none] {""}
   *[other] {" "}({ $times } times)
 } { $schedule }
feasible-requires = { $target }: { $numbers }.
feasible-semicolon = {"; "}
feasible-group =
    .size_and_age = all of size and age
    .places = all of places
    .all = all targets
feasible-left-out = Left out: { $parts }.
feasible-left-entry = { $names } ({ $reason })
feasible-left =
    .not_projected = not modelled
    .assumed = assumed by the scenario
    .register = of the household register
    .past = milestone past
    .no_number = no number in the plan
    .rising = from year to year
    .not_linear = no count and no ratio of counts
feasible-scenario = path within “{ $limits }”
feasible-give-up = Within “{ $limits }”, giving up { $count ->
    [one] one target
   *[other] { $count } targets
 } lets all the others hold: { $targets }{ $others ->
    [0] .
    [one] {" "}(1 other choice).
   *[other] {" "}({ $others } other choices).
 }

chart-attainable =
    .one = Within "{ $wide }", { $most } of { $total } targets can be met, each alone
    .several = Targets that can be met alone: { $fewest } within "{ $narrow }", { $most } within "{ $wide }", of { $total }
    .subtitle = bars: from the least to the most within the limits, each target alone; each indicator has its own scale
    .alone = out of reach within "{ $limits }"
    .none = out of reach within each of the limits
    .outside = out of reach within "{ $limits }"
    .key-met = target, attainable
    .key-missed = target, out of reach within some limits
    .reference = reference
chart-conflicts =
    .title = Within "{ $limits }", { $several ->
        [0] {""}
        [one] 1 set of targets cannot hold together
       *[other] { $several } sets of targets cannot hold together
    }{ $joined ->
        [1] ;{" "}
       *[other] {""}
    }{ $alone ->
        [0] {""}
        [one] 1 target is out of reach alone
       *[other] { $alone } targets are out of reach alone
    }
    .subtitle = a column a set: the targets marked exclude each other, without any one of them the rest can hold; ×: a least choice of targets to give up
    .number = { $number }
    .give_up = give up
    .member = exclude each other
    .alone = out of reach alone
    .fragile = lifted by limits a hundredth wider
    .given = least to give up
    .wider = One limit alone that lifts a set, times as wide:{" "}
    .wider-entry = set { $number }: { $limit } { $times }
chart-required =
    .title = { $name } { $year } ({ $target }) takes { $number } thousand net migrants a year, { $times } times the best year so far
    .within = No target shown takes more net migrants than came in the best year so far
    .subtitle = net migrants a year that would just meet the target (thousand), the same from { $start } on, by the ages of the migrants
    .model = aged as the model settles one more
    .under_60 = as the model, but nobody aged 60 and over
    .residents = aged like the residents
    .best = best year so far
    .times = { $number } ({ $times } ×)
    .holds = met by the reference
    .beyond = not met by any number searched
    .left_out = Left out (met by the reference, or by no number searched): { $names }
chart-frontier =
    .met = { $name } { $year } ({ $target }) is met from a cap of about { $number } thousand net migrants a year on
    .missed = Even with a cap of { $number } thousand net migrants a year, { $name } { $year } comes to { $best } at best (target { $target })
    .subtitle = best value of { $what } under each cap, other limits as in "{ $limits }"
    .x = cap on the city's net migration (thousand a year)
    .goal = target: { $target }
    .best = best value
    .cap = cap in each set of limits
chart-isoquants =
    .both = More births: fewer migrants for { $falls }, more for { $rises }
    .falls = More births: fewer migrants for { $falls }
    .rises = More births: more migrants for { $rises }
    .subtitle = fertility and net migrants a year (thousand) that would just meet each target, the same from { $start } on
    .x = fertility (times the reference's)
    .reference = reference
    .key = lines with filled marks: met with more migrants than that; with hollow marks: met with fewer
limits-set = { $name }: { $parts }.
limits-entry = { $limit } { $what }{ $assumed ->
    [1] {" "}(assumed)
   *[other] {""}
 }
limits-span =
    .rate = { $least }–{ $most } ‰
    .change = at most { $most } ‰
    .people = { $least }–{ $most } thousand
    .drift = at most { $most } points a year
    .held = none (the shares are held)
limits-class =
    .closed = aged { $name } { $figure }
    .open = { $name } and over { $figure }
    .other = other ages { $figure }
feasible-report = Can the targets hold together?
    .menu = together
    .limits = Limits
    .limits-caption = Net migration is sought within these limits (rates of the residents of the start, a year); where they come from stands in the file of limits. Nobody aged 60 and over is sent away to mend a share, and no age falls below zero.
    .ranges = What can each target come to alone?
    .required = What migration does each target take?
feasible-finding-required = Net migrants a year from { $start } on that would just meet the targets of size and age that the reference misses (the same number every year, by the ages of the migrants{ $best ->
    [none] {""}
   *[other] ; in brackets times the best year so far, { $best } thousand
 }):
report-chart-attainable = What each target can come to alone within the limits
report-chart-required = The net migration a year that each target takes, by the ages of the migrants, beside the best year so far
report-chart-conflicts = Which targets exclude each other within the limits, and the least to give up

## Back-test

backtest-forecast =
    .no_migration = model: no migration
    .past_migration = model: past migration carried on
    .residual = model: total migration known (upper bound)
    .no_change = naive: no change
    .constant_growth = naive: constant growth

backtest-level =
    .city = city
    .district = districts
    .sex = sexes
    .age_group = age groups
    .sex_age_group = sex × age group
    .cell = district × sex × age group

backtest-reason =
    .none = not assessable: { $reason }
    .no_earlier = no earlier stock on comparable units is at hand: the growth of the districts before the start is unknown
    .totals_only = nothing but totals is published, and these the residual meets by definition

backtest-head =
    .year = year
    .forecast = forecast
    .level = compared
    .n = n
    .mape = MAPE
    .wmape = WMAPE
    .malpe = MALPE
    .mdape = median
    .within_1 = ≤1 %
    .within_5 = ≤5 %

## Explorer

explorer =
    .fertility = Total fertility, ± children per woman
    .life = Life expectancy in { $last }, ± years
    .migration = Net migration, ± %
    .concentration = Other gains sent to the centre, %
    .districts = Net migration by district, ± persons a year
    .start = Start from
    .indicators = Charts
    .reset = Reset
    .name = Name of the scenario
    .file = File
    .save = Save as scenario
    .after = all from { $year } on
    .saved = Saved in { $file }: scenario { $name }, based on { $start }.
    .exists = { $file } is there already and was left as it is. Choose another name.
    .changed = Changed
    .key = The red line (＋) is the changed scenario, the others are the start.
    .time = { $ms } ms

explorer-card =
    .indicator = Indicator
    .start = start
    .changed = changed
    .none = No targets to hold this against.
    .yes = meets the target
    .no = does not

## Targets of the text, and departments

target-sum = {$figure} in total
target-qualitative = no number printed
report-texts = Targets of the plan's text and boxes
    .menu = Text
    .caption = Published or derived figures and their ratings only; “–” where there is none.
    .place = Place
    .name = Target
    .year = Year
    .target = As printed
    .value = Latest
    .rating = Rating
    .index = Targets by department
    .index-caption = Targets of Table 6 and of the text, each milestone once; where the text names no department, the one that leads the plan's implementation.
    .department = Department
    .targets = Targets
    .leads = of these leading
    .indicators = Indicators

report-effort = What would it take?
    .menu = effort
report-chart-effort = The net migration a year that would just meet each target, beside the best year so far

## Evidence and outlook

evidence-observed = published
evidence-derived = derived from published figures
evidence-estimated = estimated by the model
evidence-assumed = assumed
evidence-none = none
outlook-will_hold = projected to be met
outlook-open = open
outlook-will_fail = projected to be missed
outlook-assumed = rests on the scenario's assumption
outlook-not_modelled = not modelled
outlook-past = milestone past

## What scenarios were solved for

solved-net_migration = { $scenario }: { $each } thousand net migrants { $years ->
    [one] in { $year }
   *[other] a year from { $first } to { $year }
 } bring the residents to { $stock } thousand at the end of { $year }; then { $then }.
solved-registered_net_entries = { $scenario }: { $each } thousand net entries { $years ->
    [one] in { $year }
   *[other] a year from { $first } to { $year }
 } bring the registered population to { $stock } thousand at the end of { $year }; then { $then }.
solved-then = then
    .solved = they go on
    .observed = the mean of the published years
report-basis =
    .residents = births of residents over the census's women
    .plan = the plan's (health department)
finding-effort = Net migration that would just meet the targets the reference misses (the same number every year, all else as in the reference):

## The sheet to fill in

form-sheet = Explanations
    .column = Column
    .how = What to fill in
    .rows = Fill in the yellow columns only; delete rows for which nothing is published.
form-column =
    .indicator = id of the indicator (leave as it is)
    .area = code of the area
    .year = year observed
    .value = the figure in the unit given, no thousands separators
    .unit = key of the unit
    .decimals = digits printed after the point
    .basis = statistical basis; another word marks a break
    .status = source as published; derived; assumed
    .confidence = high: in the official publication; medium: in a copy or the press quoting it; low: neither
    .published = when it was published: YYYY, YYYY-MM or YYYY-MM-DD
    .publication = title of the publication, issuing body
    .chosen = yes on the row that counts where there are two sources
    .note = anything worth knowing

## How sure: probabilities in words

attained-very_unlikely = very unlikely
attained-unlikely = unlikely
attained-even = about as likely as not
attained-likely = likely
attained-very_likely = very likely
attained-cannot_tell = cannot be told
attained-met = met
attained-not_met = not met
attained-see_card = see the scorecard
attained-not_assessable =
    .other_basis = the target is on a basis that nothing here is drawn on
    .not_modelled = not modelled
    .no_number = the plan prints no number to compare with
    .beyond = after the last year drawn
attained-untouched = none touches it
attained-same = the same in each
attained-reading = { $word } (rests on an assumed reading)
attained-whole = { $share } ({ $spread } over the variants): { $word }
driver-decade = net migration between two censuses
driver-peers = the pace of other cities
driver-country_fertility = the country's fertility
driver-city_fertility = the city's fertility
driver-life_expectancy = the country's life expectancy
driver-life_expectancy_gap = the city's gap in life expectancy
driver-sex_ratio_at_birth = sex ratio at birth
driver-net_migration = the city's net migration
driver-district_migration = migration by district
driver-district_stock = districts' unpublished stocks
driver-migration_schedule = ages of the migrants
driver-own_residual = how much of the districts' own past lasts
driver-register = transfers into the register
driver-urban_share = urban share

variant-old_stay = nobody of 60 and over moves
variant-old_come = those of 70 and over move with the total as those of 65–69 do
variant-own_past_gone = nothing of the districts' own last decade lasts
variant-own_past_lasts = all of the districts' own last decade that their size warrants lasts
variant-level_low = long-run net migration expected at 0 a year
variant-level_high = long-run net migration expected at 8‰ a year
variant-spread_low = s.d. of long-run net migration 3‰ a year
variant-spread_high = s.d. of long-run net migration 7‰ a year
variant-districts_alike = districts' long-run differences half as large
variant-districts_apart = districts' long-run differences twice as large
variant-main = the forecast itself

chart-fan =
    .level = forecast, { $level }% of the draws
    .until = published stocks met up to { $year }
    .subtitle = { $area }published, and where { $draws } draws of the forecast lie year by year; the plan's targets
chart-attainment =
    .title = Of { $targets } targets { $likely } are very likely and { $unlikely } very unlikely
    .subtitle = Share of { $draws } draws of the forecast in which the target holds (%), and its range over the declared variants; { $others } targets without a probability are left out
    .row = { $figure }, { $word }
    .point = share of the draws
    .range = lowest to highest over the variants
    .open = the variants lie on both sides of a half
    .assumed = rests on an assumed reading
chart-shares =
    .title = What does the spread hang on?
    .subtitle = Part of the variance that each driver explains by itself (%); { $draws } pairs of draws, standard errors up to { $noise } points
    .rest = other drivers, drivers together, and noise

## The section on how sure

report-sure =
    .cell = { $share } of the draws ({ $spread })
    .title = How sure: the probability of each target
    .menu = how sure
    .said = { $draws } futures were drawn (seed { $seed }), from models of fertility, mortality, the sex ratio at birth, migration and its ages, the register and the urban share. Each meets the stocks published up to { $until }. A probability is the share of these futures in which the target holds on the value rounded as published; beside it stands the range over the declared variants, which no number of draws makes narrower. It is conditional on the models: a break that none of them knows, or a revision by the next census, is not in it. A forecast is no scenario, and a probability is no part of a rating. The outlook of a drawn target follows from it: to be met where every variant finds it very likely (above 95%), to be missed where every one finds it very unlikely (below 5%), else open.
    .missing = Not drawn, for lack of data: { $names }. The spread is too narrow by what they would add.
    .joint = The { $count } drawn targets of { $year } hold together in { $share } of the futures ({ $spread } over the variants).
    .table = Share of the futures in which each target holds (Monte Carlo standard error { $error } points at most), and its range over the declared variants.
    .ends = lowest: { $low }; highest: { $high }
    .without = Without a probability ({ $reason }): { $names }.
    .variants = What the probabilities hang on: the declared variants
    .variants-caption = Each column has the lowest and the highest probability over its variants, from the same random numbers. Variants: { $names }.
    .risk = How likely is the rating of { $year } worse?
    .risk-caption = Share of the futures in which the rating of { $year } is worse than the present one, if the value is published then; order of the ratings: met, ahead, on track, nearly, behind, moving away, not met. At a milestone behind becomes met or not met.
report-sure-head =
    .target = Target
    .share = Share of futures
    .spread = Over the variants
    .word = In words
    .ends = Which variants
    .rating = Rating now
    .worse = Worse next year
    .likeliest = Likeliest next
    .likeliest_share = Its share
report-sure-group =
    .old = Treatment of the old
    .weight = Districts' own past
    .level = Long-run migration
    .spread = Its spread
    .districts = Districts' differences
report-chart-attainment = The probability of each target, with its range over the declared variants
terminal-sure = How likely each target is ({ $draws } futures): share in which it holds, range over the declared variants, word
    .assumed = * rests on an assumed reading

## The register as people

register-none = No registered population of { $year } is published: there is no ledger of the registered.
register-ages = Ages of the registered
    .learned = Ages of the registered in { $year }: those of the residents, shifted as in China's counties whose registered are known (assumed); their sum is the published one.
    .proportional = Ages of the registered in { $year }: those of the residents (assumed; the reference brings nothing learned); their sum is the published one.
register-fertility = Fertility of the registered
    .converted = Fertility of the registered: the residents' times the ratio last published; that it holds is assumed.
    .residents = Fertility of the registered: the residents' (assumed; none of their own is published).
register-entries = Who enters the register
    .rules = Who enters the register: at the ages of the city's rules (register_entries.csv); how many by each window is assumed.
    .pool = Who enters the register: at the ages of those who live here and are registered elsewhere (assumed; no rules are given).

## Calibration of draws

chart-calibration =
    .title = Where what came fell in its forecast: { $n } counties, 2010 → 2020 (%)
    .subtitle = counties in each tenth of forecasts learned elsewhere; { $held }
    .held = { $coverage } % in the { $level } % interval
    .join = ,{" "}
    .place = place in the forecast, percent of it below
    .band = within { $percent } % of even
    .age = age
    .city = the city
    .response = what 10 ‰ more arrivals add
    .schedules = Who migrates: net rate by age at a total of zero (‰ a year)
    .schedules-subtitle = above zero more come than go; below more go; dashed: the response to a greater total

## National runs

nation-chunks = Chunks of counties
nation-done = { $store }: { $unit } counties, { $draw } futures, { $year } years of { $names }. Futures that could not be run, as more would leave a county than may: { $refused } (missing).
