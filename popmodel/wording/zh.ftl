### popmodel 输出的全部中文语句。每条消息在 en.ftl 中有同名、同参数的英文。

## 列举

list-joiner = 、


## 图表

chart-people = 万人
chart-lead = { $name }：
chart-titled = { $name }（{ $unit }）

chart-target =
    .rising = 逐年提高
    .keep = 保持
    .relative = 相对他处
    .within = 自然平衡

chart-pyramid =
    .title = { $where }人口金字塔
    .registered = { $where }户籍人口金字塔
    .each = 每一岁人数
    .female = 女
    .male = 男
    .key = { $label }  { $total }{ $unit }

chart-lexis =
    .title = { $where }人口年龄与年份（每一岁人数，{ $unit }）
    .subtitle = { $scenario }斜线为同一年出生的人
    .born = { $year }年出生

chart-components =
    .title = { $where }人口变动构成
    .subtitle = { $scenario }每年出生、死亡与净迁移
    .births = 出生
    .deaths = 死亡
    .net_migration = 净迁移
    .net = 净增

chart-structure =
    .title = { $where }年龄结构（%）
    .subtitle = { $scenario }三个年龄组的比重；上方为抚养比：0–14岁与60岁及以上之和比15–59岁
    .share_0_14 = 0–14岁
    .share_15_59 = 15–59岁
    .share_60_plus = 60岁及以上
    .ratio = 抚养比

chart-centres =
    .title = 常住人口在两个中心的分布（%）
    .subtitle = { $scenario }占全市常住人口的比重
    .main_centre_share = 主中心
    .sub_centre_share = 副中心
    .rest = 其他地区
    .ending = (常住)?人口(占比|比重)$

chart-districts =
    .title = 各县（市、区）{ $name }
    .subtitle = { $scenario }{ $first }年（圆圈）至{ $last }年（箭头）
    .change = 变化

chart-multiples =
    .one-scale = 各图同一比例尺；数字为首末年的值
    .own-scales = 各图比例尺不同；数字为首末年的值

chart-tiles =
    .title = { $name }，{ $year }年
    .subtitle = { $scenario }示意图，每格一个县（市、区）

chart-slope =
    .title = 进度比的变化：{ $before }年评估至{ $now }年评估
    .subtitle = { $milestone }年目标；1为按均匀进度，大于1为快于预期
    .even = 均匀进度
    .none = 两次评估均可评定的指标：无

chart-heatmap =
    .title = 各情景推算值是否达到规划目标
    .subtitle = 推算值；方格越深，离目标越远（以基期至目标的距离为单位）
    .met = 达到
    .unmet = 未达到
    .none = 无推算值或不可比较

chart-effort =
    .title = 恰好达到各项目标所需的年净迁入
    .subtitle = 万人，自{ $year }年起每年相同；其他因素同参照情景
    .holds = 搜索范围内推算均达标
    .upto = 净迁入不超过{ $number }时推算均达标
    .unmoved = 不随净迁入变化
    .beyond = 搜索范围内推算均未达标
    .times = { $number }（为最好年份的{ $times }倍）
    .reference = 参照情景（今后各年平均）
    .best = 迄今最好年份
    .floor = 参照情景已达标，条形为仍达标的最低值
    .within = 高于参照情景，不超过最好年份
    .above = 高于迄今最好年份

chart-backtest =
    .place = 从{ $start }年推算的{ $year }年人口：各地误差（%）
    .age = 从{ $start }年推算的{ $year }年人口：各年龄组（{ $unit }）
    .place-subtitle = 推算值减实际值，占实际值的比重；浅色带为±5%
    .age-subtitle = 柱为{ $year }年实际人口，线为推算
    .mean = { $name }（平均绝对误差{ $value }%）
    .actual = { $year }年实际

chart-tracking =
    .observed = 观测值
    .derived = 推得或假定值
    .other = 另一来源
    .break = 统计口径变化
    .path = 按规划要求的路径
    .budget = 余量匀速用尽的路径
    .absent = { $names }无同口径推算值
    .up = 目标：不低于
    .down = 目标：不高于
    .about = 目标：左右
    .band = 目标：区间
    .fan = 90% 与 50% 区间
    .none = 尚无公布数据，模型亦不推算
    .subtitle = { $area }观测值、情景推算与规划目标
    .no-goal = { $area }观测值与情景推算
    .sum = 自{ $year }年起累计
    .gap = { $year }年未公布，累计至此为止（已公布的年度值：{ $known }）
    .no-sum = { $year }年未公布，不能累计
    .semicolon = ；

chart-scorecard =
    .title = 规划目标记分卡（{ $year }年）
    .plain = 规划目标记分卡
    .indicator = 指标（单位）
    .value = 基期 / 最新值
    .count = { $year }年目标
    .met = 达到目标
    .unmet = 未达到
    .by = 各情景推算值：
    .bar = 进度：左端为基期值，右端为目标值
    .due = 按均匀进度此时应到的位置
    .used = 上限型目标：已用去的余量
    .before = 评级后的灰色小标记为上一次评估的评级。
    .from = *：尚无公布数据，为模型推算值（{ $scenario }），不评级。
    .cuts = 进度 ÷ 已过时间（上限型取倒数）：快于预期 ≥ { $ahead }，符合预期 ≥ { $on_track }，基本符合预期 ≥ { $nearly }，滞后 ≥ { $behind }，背离 < { $behind }。

## 从各县学得的迁移

schedules-learned = 依据{ $units }个单位学得；另有{ $left_out }个因辖区可能变动而未采用。
schedules-written = 已写入{ $folder }：{ $files }。
migration-basis = 分年龄迁移
    .own = 迁移人口的年龄：依据全国各县学得，并计入各区县上一个十年两次普查之间自身的变化。
    .types = 迁移人口的年龄：仅依据全国各县学得；没有同口径的上一次普查。
    .standard = 迁移人口的年龄：各区县统一采用罗杰斯—卡斯特罗标准年龄型；参考数据未附学得的年龄型。

districts-basis = 未公布年末人口的区县
    .history = 未公布各区县年末人口：按各自上一个十年的变化和人口结构推算增长。
    .types = 未公布各区县年末人口：按人口结构推算增长；没有上一次普查。
    .share = 未公布各区县年末人口：各自占全市的比重保持不变。

prediction-errors = 误差
    .group = 县
    .n = 个数
    .no-migration = 无迁移
    .proportional = 按比例
    .rogers-castro = 标准年龄型
    .hamilton-perry = 队列变化率
    .learned = 学得的年龄型

## 居住分布与单列人口

urban-basis = 城镇化率
    .none = 未给出城镇人口比重：城镇化率无法评估。
    .published = 城镇化率经过每个已公布的数值，此后按普查以来的速度延续。
    .between = { $districts }自普查以来未公布城镇化率：沿用两次普查之间的速度。
    .between-all = 各区县自普查以来均未公布城镇化率：沿用两次普查之间的速度。
    .once = { $districts }的城镇化率仅有一个数值，不再延续。
    .once-all = 城镇化率仅有一个数值，不再延续。
    .held = { $districts }的城镇化率保持不变：已达上限、没有变化，或最近公布的数值方向相反。
    .held-all = 各区县城镇化率保持不变：没有变化，或最近公布的数值方向相反。
urban-gap = { $year }年全市公布的城镇化率与各区县合计相差{ $points }个百分点：保留各区县数值。
centres-basis = 中心的人口比重
    .none = 未给出区县在各中心的人口比重：各中心无法评估。
    .moved = 假定各中心的人口比重随所在区县的城镇化率变动。
    .held = 未给出城镇人口比重，区县在各中心的人口比重保持不变。
centres-open = 关于各中心的结论取决于假定的比重：{ $districts }。
fixed-stock = 单列人口
    .none = 没有单列学生、军人等人口：所有人都随年龄推移。
    .some = 单列{ $persons }名数量和年龄构成不变的人口：{ $districts }。

## Faults of files

faults-count = 共{ $count }处错误
faults-none-folder = { $folder }：没有错误；使用方法：--city { $quoted }
faults-none-sheet = { $file }：没有错误；使用方法：popmodel evaluate --add { $quoted }

## 报告

report-title = { $area }人口规划实施评估（{ $year }年）
report-made = 编制日期 { $day } · 只使用截至 { $until } 年底已公布的数据 · popmodel { $version }
report-contents = 目录
report-foot = 由 popmodel { $version } 生成；report.html 与 report.docx 内容相同，全部数值见 scorecard.csv、scorecard.xlsx、indicators.csv，运行记录见 run.json。
report-joiner = ；
report-colon = ：
report-verdict =
    .yes = 达标
    .no = 不达标
report-number = 编号
report-indicator = 指标
report-year = 年份
report-area = 地区
report-driver = 驱动因素
report-table = 表
report-figure = 图
report-source = 来源：{ $plan }；观测值的出处见报告“资料来源”；推算：popmodel { $version }，{ $day }。
report-status-observed = 观测
report-status-derived = 由观测推得
report-status-assumed = 假定
report-status-projected = 推算
report-status-missing = 缺数据

report-findings = 主要结论
    .history = 评级的变化（对照{ $year }年目标）
    .history-caption = 每年的评级只用当时已公布的数据；未列出的指标各年均不评级。
report-scorecard = 记分卡
    .scenarios = 各情景与各项目标
    .table = 记分卡（表）
    .caption = * 推算值，尚无观测值。每个目标年：规划目标、评级；其下为各情景推算值及是否达标（✓ 达标，✗ 未达标），以及前景：各情景推算一致且超出回测误差才写“推算达标”或“推算不达标”，其余为尚难断定（见“方法”）。评级只依据已公布或由公布数推得的值。
    .base = 基期值
    .evidence = 依据
    .outlook = 前景：
    .latest = 最新值
report-indicators = 各项指标
    .menu = 各项指标
    .observed = 观测值：
    .derived = （推得）
    .assumed = （假定）
    .nothing = 尚无已公布的观测值。
    .definition = · 定义：
report-change = 人口变动的构成
    .menu = 人口变动
    .caption = { $scenario }（万人；流量为当年数）
report-structure = 年龄结构
report-districts = 各县（市、区）
    .caption = 常住人口（万人）：{ $first }年，及各情景{ $last }年推算值与变化（%）
    .ageing = 各县（市、区）的老龄化
    .centres = 人口在各中心的分布
report-scenarios = 情景及其驱动因素
    .menu = 情景
    .note = 各情景是假定下的推算，不是预测。逐年数值见 run.json。总和生育率的口径：
report-driver-total_fertility = 总和生育率
report-driver-life_expectancy = 平均预期寿命（岁）
report-driver-sex_ratio_at_birth = 出生人口性别比（女=100）
report-driver-net_migration = 净迁入（人/年）
report-driver-registered_net_entries = 户籍净迁入（人/年）
report-method = 方法与分级标准
    .menu = 方法
report-method-projection = 按年龄、性别和县（市、区）的队列要素法，单岁、逐年；每个县（市、区）、性别、年龄的人口变动均满足“期末 = 期初 + 出生 − 死亡 + 净迁移”。普查年龄组按历年出生数拆分为单岁；死亡率按给定的预期寿命由参考生命表作关系型调整；生育率为参考年龄模式乘以总和生育率；已公布年份的净迁移由年末人口、出生与推算的死亡反推；迁移的年龄分布依据参考资料中各县两次普查之间的变化学得，没有此项资料时采用罗杰斯—卡斯特罗标准模式，两者都是假定。
    .head = 推算。
report-method-fertility = 规划的总和生育率为卫生健康部门口径；由已公布的常住人口出生数与普查妇女数推得的数值较低，另列为“隐含总和生育率”。
    .head = 两种总和生育率不可混用。
report-method-ratings = 匀速路径：c =（最新值 − 基期值）/（目标值 − 基期值），τ = 已过时间所占份额，进度比 = c / τ。基期已满足的上限（下限）型目标视为“余量”：u 为已用去的余量份额，进度比 = τ / u。{ $classes }。到期后只评“已实现”或“未实现”；提前达到即为“已实现”。“累计”指标自起算年加总，缺任一年即不评级；“逐年提高”看逐年变化；“保持”不劣于上一个有数值的目标；“优于全省”等相对目标须有参照数据，否则不评级，不作推测。比较均按公布的小数位。
    .head = 进度评级。
report-method-evidence = 只对已公布或由公布数推得的数值评级，“依据”一栏写明；没有这类数值的目标不评级。模型推算值（标 *）、假定值只列出，不评级。情景假设的驱动因素（如预期寿命、出生人口性别比）即使“达标”也不是依据。评级只说明已公布年份的进度，不说明将来。
    .head = 依据（评什么，不评什么）。
report-method-outlook = 前景以情景推算值对照目标，不是预测。误差来自回溯检验：从以往年份起推算，与此后公布的数值比较，得相对误差；检验年限之间按直线取值，超出最长年限按比例放大，年限较长的误差不小于年限较短的。推算值与目标的距离大于该误差（至少为末位的一半），且不以该值为假定的各情景看法一致，写“推算达标”或“推算不达标”；其余写“尚难断定”，包括未作回溯检验的指标和“逐年提高”。情景直接假定或反推的数值写“取决于情景的假定”。每个年限的误差往往只来自一次检验（如一个十年）：一次检验只是一个误差，不是概率，实际误差可能更大。
    .head = 前景。
report-method-effort = 自首个未公布年份起每年净迁入人数相同，求推算值恰好达到目标（按公布的小数位）的人数；生育、寿命和市内分布同参照情景，增减的迁入者的年龄和所到县（市、区）由模型给定，其出生与死亡一并计入。只在给定范围内搜索，“范围内均未达标”只就这些假定和这一范围而言。“最好年份”为由公布的常住人口推得净迁入最多的一年（出生、死亡有公布数的用公布数，否则用模型值），用于对照，不是上限；所需人数是推算结果，不是建议，也不表示能够做到。
    .head = 所需净迁入。
report-method-robustness = 最新值末位±1是否改变评级，以及其他已发表方法（欧盟统计局、加拿大统计局、联合国统计司、亚太经社会、可持续发展解决方案网络、德国联邦统计局）是否看法相同。
    .head = 稳固性。
report-method-limits = 推算不是预测：迁移的年龄结构、人口在市内分布的延续、各县（市、区）在中心内的比例均为假定；数据的状态（原始、推得、假定）见数据文件夹中的说明。
    .head = 局限。
report-sources = 资料来源
    .targets = 规划目标：
    .publications = 观测值的出处
    .publication = 出版物
    .published = 公布日期
    .years = 数据年份
    .values = 数值个数
    .inputs = 本次运行的输入
    .input = 输入
    .file = 文件

report-chart-scorecard = 记分卡：各项指标的目标、进度与评级
report-chart-slope = 进度比的变化：上一次评估至本次评估
report-chart-heatmap = 各情景推算值是否达到规划目标
report-chart-tracking = { $name }：观测值、情景推算与规划目标
report-chart-multiples = 各县（市、区）60岁及以上人口占比
report-chart-pyramid = “{ $scenario }”：{ $first }年与{ $last }年人口金字塔
report-chart-structure = “{ $scenario }”：年龄结构与抚养比
report-chart-lexis = “{ $scenario }”：{ $first }—{ $last }年各年龄人口
report-chart-components = “{ $scenario }”：{ $first }—{ $last }年出生、死亡与净迁移
report-chart-districts = “{ $scenario }”：各县（市、区）{ $first }年与{ $last }年常住人口
report-chart-tiles = “{ $scenario }”：{ $last }年各县（市、区）60岁及以上人口占比（示意图）
report-chart-centres = “{ $scenario }”：主中心、副中心与其他地区常住人口占比

## 计算过程

working-pace = 进度比
working-changes = 向好的年度变化所占份额 k/n
working-room = 今后每年的余量
working-needed = 今后每年需变化
working-observed = 此前年均变化
working-classes = 分级：快于预期 ≥ { $ahead }，符合预期 ≥ { $on_track }，基本符合预期 ≥ { $nearly }，滞后 ≥ { $behind }，背离 < { $behind }

## 工作簿

workbook-title = 人口规划记分卡（{ $year }年）
    .scorecard = 记分卡{ $year }
    .data = 数据
    .key = 说明
workbook-column-number = 编号
workbook-column-indicator = 指标
workbook-column-unit = 单位
workbook-column-target_year = 目标年
workbook-column-target_text = 目标
workbook-column-target = 目标值
workbook-column-base_year = 基期年
workbook-column-base_value = 基期值
workbook-column-value_year = 数据年
workbook-column-value = 最新值
workbook-column-status = 数据性质
workbook-column-c = 进度 c
workbook-column-tau = 时间 τ
workbook-column-pace = 进度比
workbook-column-rating = 评级
workbook-column-needed = 今后每年需变化
workbook-column-observed = 此前年均变化
workbook-column-projected = { $scenario }{"\u000A"}推算值
workbook-column-met = { $scenario }{"\u000A"}推算值是否达标
workbook-column-robustness = 稳固性
workbook-column-reason = 说明
workbook-column-probability = 概率（各种备选假定下的范围）
workbook-met-yes = 达标
workbook-met-no = 未达标
workbook-term = 项目
workbook-meaning = 说明
workbook-key-c = （最新值 − 基期值）/（目标值 − 基期值）；基期已满足的上限（下限）型目标，表示余量已用去的份额
    .term = 进度 c
workbook-key-tau = （数据年 − 基期年）/（目标年 − 基期年）
    .term = 时间 τ
workbook-key-pace = c / τ；上限（下限）型目标为 τ / c
    .term = 进度比
workbook-key-rating = { $classes }；到期后只有已实现与未实现
    .term = 评级
workbook-key-formulas = c、τ、进度比与年均变化为公式，改动目标值或最新值即重新计算；评级按原值给出，不随之改变
    .term = 公式
workbook-key-data = “数据”工作表与 scorecard.csv 相同
    .term = 数据
workbook-key-fixed = 所依据的起点、期限或逐年数不在本表，照评估结果填写，不随之改变：（按列）{ $rows }
    .term = 非公式的数值
workbook-rows = { $column }：第{ $numbers }行
workbook-joiner = 、

## 终端

terminal-indicator = 指标（单位）
terminal-base = 基期
terminal-latest = 最新
terminal-year = 年份
terminal-target = 目标{ $year }
terminal-rating = 评级
terminal-unit = { $name }（{ $unit }）
terminal-legend = 情景：{ $scenarios }。{ $years }年目标：{ $yes } 达标，{ $no } 未达标，- 不推算。* 推算值
terminal-more = 另{ $count }个情景见文件
terminal-files = 结果{" "}
terminal-backtest = 从{ $year }年推算（误差，%）

## 评级与理由（scoring）

rating-pace-met = 已实现
rating-pace-ahead = 快于预期
rating-pace-on_track = 符合预期
rating-pace-nearly = 基本符合预期
rating-pace-behind = 滞后
rating-pace-moving_away = 背离
rating-pace-not_met = 未实现
rating-pace-not_assessable = 不评级
rating-eurostat-significant_progress = 显著进展
rating-eurostat-moderate_progress = 中等进展
rating-eurostat-insufficient_progress = 进展不足
rating-eurostat-movement_away = 偏离目标
rating-eurostat-not_available = 不评级
rating-statcan-target_achieved = 目标已实现
rating-statcan-substantial_progress = 进展显著
rating-statcan-moderate_progress = 进展中等
rating-statcan-limited_progress = 进展有限
rating-statcan-deterioration = 恶化
rating-statcan-not_available = 不评级
rating-unsd-on_track = 步入正轨
rating-unsd-fair_progress = 有进展但需加快
rating-unsd-stagnation = 停滞
rating-unsd-regression = 倒退
rating-unsd-not_available = 不评级
rating-escap-on_track = 保持
rating-escap-accelerate = 需加快
rating-escap-reverse = 需扭转
rating-escap-not_available = 不评级
rating-sdsn-on_track = 步入正轨
rating-sdsn-moderately_improving = 适度改善
rating-sdsn-stagnating = 停滞
rating-sdsn-decreasing = 下降
rating-sdsn-not_available = 不评级
rating-destatis-sun = 晴
rating-destatis-sun_cloud = 晴间多云
rating-destatis-cloud = 多云
rating-destatis-storm = 雷雨
rating-destatis-none = 不评级

figure-per_100k = 每10万人{$figure}人
amount-percent = {$figure}个百分点
amount-per_mille = {$figure}个千分点
years-run = {$first}—{$last}
history-joiner = {" → "}

reason = {$body}。
reason-noted = {$body}（{$notes}）。
note-joiner = ；
said = {$year}年为{$value}
said-sum = {$first}—{$year}年累计{$value}
said-none = 尚无数据
speeds = ，今后每年需{ $need_up ->
    [yes] 增加
   *[no] 减少
 }{$need}，{ $way ->
    [flat] 此前基本未变
    [up] 此前年均增加{$observed}
   *[down] 此前年均减少{$observed}
 }
reason-climb = {$said}，按{$start}—{$end}年{ $path ->
    [milestones] 经各阶段目标
    [reference] 由基期人口年龄结构决定的路径
   *[linear] 匀速
 }推进至{$level}，应为{$even}；{ $away ->
    [yes] 与目标方向相反，时间已过{$time}%
   *[no] 已完成计划{ $up ->
        [yes] 增
       *[no] 降
     }幅的{$done}%，时间已过{$time}%
 }{$speeds}
reason-budget = {$said}，{$end}年{ $up ->
    [yes] 上限
   *[no] 下限
 }为{$level}{ $path ->
    [linear] {""}
    [reference] ，按由基期人口年龄结构决定的路径此时为{$even}
   *[milestones] ，按各阶段目标的路径此时为{$even}
 }：{ $use ->
    [none] 未占用{ $up ->
        [yes] 上升空间
       *[no] 下降空间
     }，时间已过{$time}%
    [broken] 已突破{ $up ->
        [yes] 上限，用去上升空间
       *[no] 下限，用去下降空间
     }的{$done}%
   *[part] 已用去{ $up ->
        [yes] 上升空间
       *[no] 下降空间
     }的{$done}%，时间已过{$time}%
 }
reason-verdict = {$said}，{ $met ->
    [yes] {""}
   *[no] 未
 }达到{$target_year}年目标（{$text}）{$lost}{$once}
verdict-lost = ；但{$year}年为{$value}，此后又未达标
verdict-once = ；{$year}年曾达标，此后又未达标
reason-early = {$said}，已提前达到{$target_year}年目标（{$text}）
reason-beyond = {$said}，已越过目标区间（{$text}）
level-of-target = 目标水平（{$text}）
level-of-year = {$year}年的水平（{$text}）
reason-kept = {$said}，{$kept}目前得到保持
reason-was_kept = {$said}，{$kept}得到保持
reason-lost = {$said}，{$kept}未能保持
reason-sum = {$said}，已完成{$target_year}年累计目标{$level}的{$done}%，时间已过{$time}%{$speeds}
reason-gaps = 累计指标缺少{$unknown}年数据，无法求和
reason-rising = {$first}—{$last}年的{$count}个年度变化中，{$right}个{ $higher ->
    [yes] 上升
   *[no] 下降
 }{ $wrong ->
    [none] {""}
   *[other] ，{$wrong}年未{ $higher ->
        [yes] 上升
       *[no] 下降
     }
 }{ $unknown ->
    [none] {""}
   *[other] ，{$unknown}年无可比数据
 }
reason-not_begun = “{$text}”自{$begin}年起逐年考核，尚未开始
reason-relative = {$said}，{ $met ->
    [yes] 优于
   *[no] 未优于
 }参照值{$other}
reason-rank = {$year}年列第{$rank}位，目标为前{$wanted}位
reason-after-value = {$said}；{$body}
reason-no_reference = 没有可比的参照数据，不作推断
reason-no_rank = 规划未载明位次要求，不作推断
reason-no_number = 规划未载明可比的数值，不作推断
reason-no_value = { $known ->
    [none] 尚无公布数据
   *[year] {$missing}年数据尚未公布，最近已知的是{$known}年
 }
reason-no_value_at_milestone = 缺少目标年份的数据
reason-estimated = 该年数据尚未公布，此为模型推算值，不评级
reason-assumed = 该值为假定值，不作评级依据
reason-no_time = 基期之后尚无数据，暂不评级
reason-base_missing = 缺少基期数据，无法评估进度
reason-break = 与基期统计口径不同，不可比
note-stands-in = {$wanted}年数据尚缺，以{$year}年代替
note-assumed-value = 该值为情景假设，并非推算结果
note-median = 该值为各次模拟的中位数
note-projected = 该值为推算值
note-assumed-ahead = 推算值为情景假设，并非推算结果
note-assumption = 该值为假定值
note-break = 与基期口径不同，不评进度
note-base_missing = 缺少基期数据，不评进度
note-former = {$version}年版目标为{$text}

robustness = {$grade}：末位±1{ $same ->
    [yes] 不改变评级
   *[no] 会改变评级
 }{$others}
robustness-robust = 稳固
robustness-fairly_robust = 较稳
robustness-too_close = 过于接近，难以断定
robustness-fragile = 不稳
robustness-others = ，另{$methods}种方法中{$agreeing}种看法相同

target-rising = 逐年提高
target-keep = 保持
target-relative = 相对目标
target-within = 自然平衡
target-about = {$figure}左右

## 推导（explain）

derivation-evaluated = {$year}年评估
derivation-scenario = 情景
derivation-unit = 单位
derivation-known = 数据
derivation-cuts = 阈值
derivation-target = 目标
derivation-base = 基期
derivation-value = 数值
derivation-formula = 公式
derivation-rating = 评级
derivation-method = 方法
derivation-robustness = 稳健
derivation-reason = 理由
derivation-version = {$version}年版
derivation-plan = 规划
derivation-used = 采用{$year}年的{$figure}
status-observed = 已公布
status-derived = 由公布数推得
status-projected = 模型推算
status-assumed = 假定

## 结论（findings）

phrase-joiner = {"、"}
detail-joiner = ，
sentence-list = {"、"}
finding-position = {$year}年评估：{$milestone}年的{$count}项目标中，{ $rated ->
    [0] 没有一项有已公布的数据可评。
   *[other] {$rated}项有已公布的数据可评：{$ratings}。
 }
finding-position-count = {$word}{$count}项
finding-all-hold = “{$scenario}”下，可推算的{$told}个目标值{ $open ->
    [0] 全部达标
   *[other] 中，{$open}个尚难断定，没有超出回测误差而不达标的
 }。
finding-fail = “{$scenario}”下，可推算的{$told}个目标值中有{$failing}个不达标且超出回测误差{ $open ->
    [0] {""}
   *[other] 、{$open}个尚难断定
 }；不达标的涉及{$indicators}项指标：
finding-own-fail = 按规划自己的生育、寿命和人口总量（“{$scenario}”）推算，下列目标不达标，且超出回测误差：
finding-placed-fail = “{$scenario}”下，若人口在市内的分布沿近年趋势变化，下列空间布局目标不达标，且超出回测误差：
finding-failing = {$name}：{$values}
finding-failing-value = {$year}年{$value}（目标{$target}）
finding-hold-all = 各情景推算均达标，且超出回测误差：{$names}。
finding-hold-one = 推算达标，且超出回测误差：{$names}。
finding-given = 达标但由情景直接假设或反推得出，不作为判断依据：{$names}。
finding-name-years = {$name}（{$years}年）
finding-late = 按已公布数据，进度落后于规划要求：
finding-late-line = {$name}：到{$year}年每年需{ $need_up ->
    [yes] 增加
   *[no] 减少
 }{$need}，此前年均{ $up ->
    [yes] 增加
   *[no] 减少
 }{$observed}
finding-unknown = {$count}项不评级（没有可供评级的已公布数据，不作推测）：{$names}。
change-percent = {$figure}个百分点
change-per_mille = {$figure}个千分点
name-with-unit = {$name}（{$unit}）

## 可信度

confidence-medium = （据转载）
confidence-low = （来源不明）
note-confidence-medium = 该值据转载或媒体引用
note-confidence-low = 该值来源不明
## 所需净迁入

effort-title = 自{ $year }年起恰好达到各项目标所需的年净迁入（万人）
effort-head =
    .indicator = 指标
    .target = 目标
    .needed = 所需
    .reference = 参照情景
    .best = 最好年份
    .times = 倍数
    .residents = 常住人口
effort-caption = 每年人数相同；生育、寿命和市内分布同“{ $scenario }”情景。多于或少于参照情景的迁入者：{ $schedule }。搜索范围：每年{ $low }至{ $high }万人。参照情景为至目标年份的年平均；最好年份为由公布的常住人口推得的历年最大值。“+”表示参照情景已达标，所列为仍达标的最低（或最高）值。其他情景的生育、寿命不同，所需人数也不同。
effort-schedule =
    .model = 年龄与所到县（市、区）同模型中新增的迁入者
    .under_60 = 同模型中新增的迁入者，但无60岁及以上者
    .residents = 与常住人口结构相同
effort-none =
    .met_without = + 范围内均达标
    .unmoved = 不随净迁入变化
    .beyond_range = 范围内均未达标
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
    .met_without = { $name }{ $year }年目标（{ $target }）：自{ $start }年起，搜索范围内各净迁入规模推算均达标。
    .unmoved = { $name }{ $year }年目标（{ $target }）：自{ $start }年起不随净迁入人数变化。
    .beyond_range = { $name }{ $year }年目标（{ $target }）：自{ $start }年起，搜索范围内各净迁入规模推算均未达标。
    .found_least = { $name }{ $year }年目标（{ $target }）：自{ $start }年起每年至少需净迁入{ $number }万人，为迄今最好年份（{ $best }万人）的{ $times }倍；参照情景为{ $reference }万人。
    .found_most = { $name }{ $year }年目标（{ $target }）：自{ $start }年起每年净迁入须不超过{ $number }万人（为迄今最好年份{ $best }万人的{ $times }倍）；参照情景为{ $reference }万人。
    .met_without_least = { $name }{ $year }年目标（{ $target }）：参照情景已达标；自{ $start }年起每年至少需净迁入{ $number }万人，为迄今最好年份（{ $best }万人）的{ $times }倍；参照情景为{ $reference }万人。
    .met_without_most = { $name }{ $year }年目标（{ $target }）：参照情景已达标，自{ $start }年起每年净迁入不超过{ $number }万人（为迄今最好年份{ $best }万人的{ $times }倍）时均可；参照情景为{ $reference }万人。


## 能否同时达到（feasibility）

limit-city_rate = 全市净迁入率
limit-district_rate = 各县（市、区）净迁入率
limit-class_share = 净迁入的年龄构成
limit-class_loss = 各年龄组净迁出率
limit-yearly_change = 净迁入的逐年变化
limit-register_entries = 户籍净落户
limit-centre_drift = 各县（市、区）在中心内比例的变化
limit-no_cell_below_zero = 各年龄人数不小于零
limit-nobody_aged_60_and_over_sent_away = 60岁及以上者不得迁出
feasible-joiner = {""}
feasible-and = { $first }与{ $last }
feasible-or = ，或
feasible-target = { $name }{ $year }年目标（{ $target }{ $unit ->
    [none] {""}
   *[other] { $sign }
 }）
feasible-best = { $year }年{ $name }{ $bound ->
    [most] 最低
   *[least] 最高
 }为{ $best }
feasible-single = 在“{ $limits }”限值内，{ $target }不可能达到：{ $bound ->
    [most] 最低
   *[least] 最高
 }为{ $best }。
feasible-several = 在“{ $limits }”限值内，{ $targets }不能同时达到：{ $count ->
    [2] 另一项达到时
   *[other] 其余目标达到时
 }，{ $best }。{ $count ->
    [2] 两项单独均可达到。
   *[other] 去掉其中任何一项，这一组的其余目标可同时达到。
 }
feasible-because = 受限于{ $limits }。
feasible-ways = 解除办法：{ $given_up ->
    [one] 把该目标调整到上述水平
   *[any] 把其中一项调整到上述水平
 }{ $wider ->
    [none] ；单独放宽某一项限值到十倍仍不够。
   *[other] ；或把{ $wider }。
 }
feasible-wider = { $limit }限值放宽到{ $times }倍
feasible-need = 不受限值约束时，自{ $start }年起每年净迁入{ $number }万人方可达到，为迄今最好年份的{ $times }倍（增加的迁入者{ $schedule }）。
feasible-schedule =
    .model = 年龄同模型中新增的迁入者
    .under_60 = 无60岁及以上者
    .residents = 年龄同常住人口
feasible-fragile = 此结论不稳：{ $limits }限值放宽百分之一即可解除。
feasible-assumed = 此结论以各县（市、区）在中心内的比例为前提，该比例为假定。
feasible-floor = 其中{ $targets }从上一阶段目标算起，以该目标已达到为前提。
feasible-none = 在“{ $limits }”限值内，可推算的{ $targets }个目标值可以同时达到；至{ $year }年累计至少需净迁入{ $number }万人。
feasible-summary = { $count ->
    [0] 在“{ $limits }”限值内，可推算的{ $targets }个目标值可以同时达到。
   *[other] 在“{ $limits }”限值内，可推算的{ $targets }个目标值中，{ $alone ->
        [0] {""}
       *[other] 有{ $alone }个单独也达不到
     }{ $joined ->
        [1] ，
       *[other] {""}
     }{ $several ->
        [0] {""}
       *[other] 有{ $several }组不能同时达到
     }{ $complete ->
        [1] {""}
       *[other] （可能未列尽）
     }。
 }
feasible-head =
    .indicator = 指标
    .target = 目标
    .reference = 参照情景
    .model = 年龄同模型
    .under_60 = 无60岁及以上者
    .residents = 年龄同常住人口
    .best = 最好年份
    .relaxed = 可同时达到
    .share = 已走路程
feasible-ranges = 在限值内各目标单独所能达到的范围
    .caption = 每个目标单独计算，两端均经推算核对。✓ 可达到，✗ 达不到。
feasible-required = 自{ $start }年起恰好达到目标所需的年净迁入（万人）
    .caption = 每年人数相同，不受限值约束；括号内为迄今最好年份的倍数。按多于（少于）参照情景的迁入者的年龄分列。“+”表示参照情景已达到，所列为仍达到的最低（或最高）值。
feasible-relaxed = 在“{ $limits }”限值内各目标可同时达到的水平
    .attainment = 各目标自参照情景起按相同比例前进到可能的最远处，再使其余差距之和最小；✓ 达到原目标。
    .sum = 使各目标差距之和（各按自己的单位）最小；✓ 达到原目标。
    .priority = 按先后次序，每个目标在不影响前面各目标的前提下尽量达到；✓ 达到原目标。
feasible-span = { $least }—{ $most } { $attainable ->
    [1] ✓
   *[other] ✗
 }
feasible-status =
    .met_without = + 均达到
    .none = 均未达到
    .undecided = 未定
    .beyond_limits = 限值外
    .found = –
feasible-number =
    .least = { $holds ->
        [1] + ≥ { $number }
       *[other] ≥ { $number }
    }{ $times ->
        [none] {""}
       *[other] （{ $times }）
    }
    .most = { $holds ->
        [1] + ≤ { $number }
       *[other] ≤ { $number }
    }{ $times ->
        [none] {""}
       *[other] （{ $times }）
    }
feasible-by-schedule = { $schedule }，{ $bound ->
    [most] 至多
   *[least] 至少
 }{ $number }万人{ $times ->
    [none] {""}
   *[other] （{ $times }倍）
 }
feasible-requires = { $target }：{ $numbers }。
feasible-semicolon = ；
feasible-group =
    .size_and_age = 规模与年龄各目标一并
    .places = 空间布局各目标一并
    .all = 全部目标一并
feasible-left-out = 未纳入：{ $parts }。
feasible-left-entry = { $names }（{ $reason }）
feasible-left =
    .not_projected = 模型不推算
    .assumed = 由情景假定
    .register = 户籍口径
    .past = 期限已过
    .no_number = 规划未载明可比的数值
    .rising = 逐年变化
    .not_linear = 不是人数或其比值
feasible-scenario = “{ $limits }”限值内可同时达到的路径
feasible-give-up = 在“{ $limits }”限值内，最少放弃{ $count }个目标，其余即可同时达到：{ $targets }{ $others ->
    [0] 。
   *[other] （另有{ $others }种取法）。
 }

chart-attainable =
    .one = “{ $wide }”限值内，{ $total }个目标值中有{ $most }个单独可达到
    .several = 单独可达到的目标值：“{ $narrow }”限值内{ $fewest }个，“{ $wide }”限值内{ $most }个（共{ $total }个）
    .subtitle = 条形为在限值内所能达到的范围，每个目标单独计算；各指标用各自的刻度
    .alone = “{ $limits }”内达不到
    .none = 各种限值内均达不到
    .outside = “{ $limits }”内达不到
    .key-met = 目标（可达到）
    .key-missed = 目标（有限值内达不到）
    .reference = 参照情景
chart-conflicts =
    .title = “{ $limits }”限值内，{ $several ->
        [0] {""}
       *[other] { $several }组目标不能同时达到
    }{ $joined ->
        [1] ，另有
       *[other] {""}
    }{ $alone ->
        [0] {""}
       *[other] { $alone }个单独也达不到
    }
    .subtitle = 每列一组：标出的目标不能同时达到，去掉其中任何一个，其余即可；×为最少须放弃的一种取法
    .number = 组{ $number }
    .give_up = 放弃
    .member = 不能同时达到的目标
    .alone = 单独也达不到
    .fragile = 限值放宽百分之一即可解除
    .given = 最少须放弃的目标
    .wider = 单独放宽一项限值即可解除：
    .wider-entry = 组{ $number }：{ $limit }{ $times }倍
chart-required =
    .title = { $year }年{ $name }（{ $target }）每年需净迁入{ $number }万人，为迄今最好年份的{ $times }倍
    .within = 所列目标所需的净迁入均不超过迄今最好年份
    .subtitle = 恰好达到目标所需的年净迁入（万人），自{ $start }年起每年相同，按迁入者年龄分列
    .model = 年龄同模型中新增的迁入者
    .under_60 = 同模型，但无60岁及以上者
    .residents = 年龄同常住人口
    .best = 迄今最好年份
    .times = { $number }（{ $times }倍）
    .holds = 参照情景已达到
    .beyond = 搜索范围内推算均未达标
    .left_out = 未列出（参照情景已达到，或搜索范围内推算均未达标）：{ $names }
chart-frontier =
    .met = 全市净迁入上限达到每年约{ $number }万人，{ $year }年{ $name }（{ $target }）方可达到
    .missed = 即使全市净迁入上限放宽到每年{ $number }万人，{ $year }年{ $name }最好为{ $best }（目标{ $target }）
    .subtitle = { $what }在各净迁入上限下的最好值，其他限值同“{ $limits }”
    .x = 全市净迁入上限（万人/年）
    .goal = 目标：{ $target }
    .best = 最好值
    .cap = 各种限值中的全市净迁入上限
chart-isoquants =
    .both = 生育率提高，{ $falls }所需净迁入减少，{ $rises }则增加
    .falls = 生育率提高，{ $falls }所需净迁入减少
    .rises = 生育率提高，{ $rises }所需净迁入增加
    .subtitle = 恰好达到各目标的生育率与年净迁入（万人），自{ $start }年起每年相同
    .x = 生育率（参照情景的倍数）
    .reference = 参照情景
    .key = 实心标记的线：净迁入多于此数即达到；空心标记的线：少于此数即达到
limits-set = { $name }：{ $parts }。
limits-entry = { $limit }{ $what }{ $assumed ->
    [1] （假定）
   *[other] {""}
 }
limits-span =
    .rate = { $least }—{ $most }‰
    .change = 不超过{ $most }‰
    .people = { $least }—{ $most }万人
    .drift = 每年不超过{ $most }个百分点
    .held = 不计（比例保持不变）
limits-class =
    .closed = { $name }岁{ $figure }
    .open = { $name }岁及以上{ $figure }
    .other = 其他年龄{ $figure }
feasible-report = 各项目标能否同时达到？
    .menu = 能否同时达到
    .limits = 限值
    .limits-caption = 净迁入在下列限值内寻求（比率以起始年常住人口计，每年）；出处见限值文件。无人因调节占比而迁出（60岁及以上），各年龄人数不小于零。
    .ranges = 各目标单独能达到什么？
    .required = 各目标需要多少净迁入？
feasible-finding-required = 参照情景未达到的规模与年龄目标，自{ $start }年起每年净迁入多少才恰好达到（每年人数相同，按迁入者的年龄{ $best ->
    [none] {""}
   *[other] ；括号内为迄今最好年份{ $best }万人的倍数
 }）：
report-chart-attainable = 各目标在限值内单独所能达到的范围
report-chart-required = 各目标所需的年净迁入，按迁入者的年龄，与迄今最好年份对照
report-chart-conflicts = 限值内哪些目标互相排斥，最少须放弃哪些

## 回溯检验

backtest-forecast =
    .no_migration = 模型：无迁移
    .past_migration = 模型：延续前期迁移
    .residual = 模型：已知迁移总量（上限）
    .no_change = 简单推算：不变
    .constant_growth = 简单推算：增速不变

backtest-level =
    .city = 全市
    .district = 县（市、区）
    .sex = 性别
    .age_group = 年龄组
    .sex_age_group = 性别×年龄组
    .cell = 县（市、区）×性别×年龄组

backtest-reason =
    .none = 无法评估：{ $reason }
    .no_earlier = 起始年以前没有可比的存量数据（各县、市、区的前期增长未公布）
    .totals_only = 只公布了总量，而按定义余额迁移必与总量一致

backtest-head =
    .year = 年份
    .forecast = 推算
    .level = 比较
    .n = 个数
    .mape = MAPE
    .wmape = WMAPE
    .malpe = MALPE
    .mdape = 中位
    .within_1 = ≤1%
    .within_5 = ≤5%

## 情景探索

explorer =
    .fertility = 总和生育率：增减（孩/妇女）
    .life = { $last }年平均预期寿命：增减（岁）
    .migration = 净迁入：增减（%）
    .concentration = 其他县市的净迁入改落中心城区（%）
    .districts = 各县（市、区）净迁入：增减（人/年）
    .start = 起始情景
    .indicators = 图表
    .reset = 复位
    .name = 情景名称
    .file = 文件
    .save = 存为情景
    .after = 以上均自{ $year }年起
    .saved = 已存入 { $file }：情景 { $name }（以 { $start } 为基础）。
    .exists = { $file } 已存在，未改动。请换一个文件名。
    .changed = 调整后
    .key = 红线（＋）为调整后的情景，其余为起始情景。
    .time = 用时 { $ms } 毫秒

explorer-card =
    .indicator = 指标
    .start = 起始
    .changed = 调整后
    .none = 没有可对照的规划目标。
    .yes = 达到
    .no = 未达到

## 正文目标与部门

target-sum = 累计{$figure}
target-qualitative = 未载明数值
report-texts = 规划正文与专栏中的目标
    .menu = 正文目标
    .caption = 只列已公布或由公布数据推得的数值及其评级；“–”表示尚无此类数值。
    .place = 出处
    .name = 目标
    .year = 年份
    .target = 规划目标
    .value = 最新值
    .rating = 评级
    .index = 按部门查目标
    .index-caption = 含表6与正文的各项目标（每个目标年计一项）；正文未列部门的，由牵头实施规划的部门负责。
    .department = 部门
    .targets = 目标数
    .leads = 其中牵头
    .indicators = 指标

report-effort = 达到目标需要多少净迁入？
    .menu = 所需净迁入
report-chart-effort = 恰好达到各项目标所需的年净迁入，与迄今最好年份对照

## 依据与前景

evidence-observed = 已公布
evidence-derived = 由公布数推得
evidence-estimated = 模型推算
evidence-assumed = 假定
evidence-none = 无
outlook-will_hold = 推算达标
outlook-open = 尚难断定
outlook-will_fail = 推算不达标
outlook-assumed = 取决于情景的假定
outlook-not_modelled = 模型不推算
outlook-past = 期限已过

## What scenarios were solved for

solved-net_migration = { $scenario }：{ $years ->
    [one] { $year }年须净迁入
   *[other] { $first }—{ $year }年须年均净迁入
 }{ $each }万人，{ $year }年末常住人口方达{ $stock }万人；此后{ $then }。
solved-registered_net_entries = { $scenario }：{ $years ->
    [one] { $year }年须净落户
   *[other] { $first }—{ $year }年须年均净落户
 }{ $each }万人，{ $year }年末户籍人口方达{ $stock }万人；此后{ $then }。
solved-then = 此后
    .solved = 保持不变
    .observed = 按已公布年份的均值
report-basis =
    .residents = 常住人口出生数与普查妇女数之比
    .plan = 规划口径（卫生健康部门）
finding-effort = 参照情景未达标的目标，每年净迁入多少才恰好达标（每年人数相同，其他同参照情景）：

## The sheet to fill in

form-sheet = 说明
    .column = 列
    .how = 填写方法
    .rows = 只需填写黄色各列；没有公布数据的行请整行删除。
form-column =
    .indicator = 指标代码（不要改动）
    .area = 地区代码
    .year = 数据年份
    .value = 数值，按单位列的单位填写，不加千位分隔符
    .unit = 单位代码
    .decimals = 公布的小数位数
    .basis = 统计口径；与以往不同则另写，前后即不可比
    .status = source 原始公布；derived 推得；assumed 假定
    .confidence = high 见于原始公布；medium 见于转载或媒体引用；low 来源不明
    .published = 公布日期：YYYY、YYYY-MM 或 YYYY-MM-DD
    .publication = 出版物名称与发布机构
    .chosen = 有两个来源时，在采用的一行填 yes
    .note = 备注

## 把握程度：概率的说法

attained-very_unlikely = 极不可能
attained-unlikely = 不太可能
attained-even = 两可之间
attained-likely = 较有可能
attained-very_likely = 极有可能
attained-cannot_tell = 无法判断
attained-met = 已实现
attained-not_met = 未实现
attained-see_card = 见评分表
attained-not_assessable =
    .other_basis = 目标的统计口径与可推算的不同
    .not_modelled = 模型不推算
    .no_number = 规划未给出可比较的数值
    .beyond = 晚于抽样模拟的最后一年
attained-untouched = 备选假定不涉及
attained-same = 各备选假定下相同
attained-reading = { $word }（依据假定的口径）
attained-whole = { $share }（各种备选假定下{ $spread }）：{ $word }
driver-decade = 上一个十年两次普查之间的净迁入
driver-peers = 其他城市的变动幅度
driver-country_fertility = 全国生育水平
driver-city_fertility = 本市生育水平
driver-life_expectancy = 全国预期寿命
driver-life_expectancy_gap = 本市预期寿命差距
driver-sex_ratio_at_birth = 出生人口性别比
driver-net_migration = 全市净迁入
driver-district_migration = 各地净迁入
driver-district_stock = 各地未公布的年末人口
driver-migration_schedule = 迁移者的年龄
driver-own_residual = 各地自身特点的延续程度
driver-register = 户籍迁入迁出
driver-urban_share = 城镇化水平

variant-old_stay = 60岁及以上的人不迁移
variant-old_come = 70岁及以上的人与65—69岁者一样随总量迁移
variant-own_past_gone = 各地上一个十年的自身特点不再延续
variant-own_past_lasts = 各地上一个十年的自身特点全部延续
variant-level_low = 长期净迁移率的先验均值为0
variant-level_high = 长期净迁移率的先验均值为每年8‰
variant-spread_low = 长期净迁移率的先验标准差为每年3‰
variant-spread_high = 长期净迁移率的先验标准差为每年7‰
variant-districts_alike = 各地长期差异的标准差减半
variant-districts_apart = 各地长期差异的标准差加倍
variant-main = 本预测

chart-fan =
    .level = 预测：{ $level }%的抽样
    .until = 截至{ $year }年与公布的年末人口一致
    .subtitle = { $area }已公布数、预测的{ $draws }次抽样逐年所在范围，以及规划目标
chart-attainment =
    .title = { $targets }个目标值中，极有可能实现的{ $likely }个，极不可能的{ $unlikely }个
    .subtitle = 预测的{ $draws }次抽样中目标成立的比例（%），及其在各种备选假定下的范围；另有{ $others }个目标值不给概率，未列出
    .row = { $figure }，{ $word }
    .point = 抽样中成立的比例
    .range = 各种备选假定下的最低至最高
    .open = 备选假定下的概率分居一半的两侧
    .assumed = 依据假定的口径
chart-shares =
    .title = 不确定性取决于什么？
    .subtitle = 各驱动因素单独解释的方差比例（%）；{ $draws }对抽样，标准误不超过{ $noise }个百分点
    .rest = 其他因素、因素的共同作用与抽样误差

## 把握程度一节

report-sure =
    .cell = 抽样中{ $share }（{ $spread }）
    .title = 有多大把握：各项目标实现的概率
    .menu = 把握程度
    .said = 共抽取{ $draws }种未来（随机种子{ $seed }），依据生育、死亡、出生性别比、迁移及其年龄、户籍和城镇化的模型。每种未来都与截至{ $until }年公布的年末人口一致。概率是目标（按公布时的位数取舍）成立的未来所占的比例；其旁为各种备选假定下的范围，抽样再多也不会使它变窄。概率以模型为前提：模型未知的转折和下次普查的修订不在其内。预测不是情景，概率也不是评级的一部分。已抽样目标的前景由此得出：各种备选假定下均极有可能（高于95%）为推算达标，均极不可能（低于5%）为推算不达标，其余为尚难断定。
    .missing = 因缺乏数据未抽样：{ $names }。所示范围因此偏窄。
    .joint = { $year }年的{ $count }项已抽样目标同时成立的未来占{ $share }（各种备选假定下{ $spread }）。
    .table = 各项目标成立的未来所占比例（抽样标准误不超过{ $error }个百分点），及其在各种备选假定下的范围。
    .ends = 最低：{ $low }；最高：{ $high }
    .without = 不给概率（{ $reason }）：{ $names }。
    .variants = 概率取决于什么：备选假定
    .variants-caption = 每列为该类备选假定下的最低与最高概率，所用随机数相同。备选假定：{ $names }。
    .risk = { $year }年评级变差的可能性有多大？
    .risk-caption = 若{ $year }年公布数值，其评级差于目前评级的未来所占比例；评级由好到差：已实现、快于预期、符合预期、基本符合预期、滞后、背离、未实现。到期年份只有已实现与未实现。
report-sure-head =
    .target = 目标
    .share = 未来所占比例
    .spread = 备选假定下的范围
    .word = 说法
    .ends = 何种假定
    .rating = 目前评级
    .worse = 下一年变差
    .likeliest = 下一年最可能
    .likeliest_share = 其比例
report-sure-group =
    .old = 老年人迁移的处理
    .weight = 各地自身特点
    .level = 长期净迁移水平
    .spread = 其离散程度
    .districts = 各地差异
report-chart-attainment = 各项目标实现的概率，及其在各种备选假定下的范围
terminal-sure = 各项目标实现的可能性（{ $draws }种未来）：成立的比例、备选假定下的范围、说法
    .assumed = * 依据假定的口径

## 户籍人口账

register-none = { $year }年户籍人口未公布：不编制户籍人口账。
register-ages = 户籍人口年龄
    .learned = { $year }年户籍人口的年龄：以常住人口年龄为基础，按已知户籍人口的各县规律调整（假定）；合计等于公布数。
    .proportional = { $year }年户籍人口的年龄：与常住人口相同（假定；参考数据未附学得的规律）；合计等于公布数。
register-fertility = 户籍人口生育
    .converted = 户籍人口的生育：常住人口生育水平乘以最近一次公布的比值；假定该比值不变。
    .residents = 户籍人口的生育：与常住人口相同（假定；未公布其自身水平）。
register-entries = 户口迁入
    .rules = 户口迁入者的年龄：依据本市落户规定（register_entries.csv）；各年龄段的比例为假定。
    .pool = 户口迁入者的年龄：与住在本地而户口在外地的人相同（假定；未给出落户规定）。

## Calibration of draws

chart-calibration =
    .title = 实际值落在预测的何处：{ $n }个县，2010 → 2020（%）
    .subtitle = 由其他省份得出的预测分为十份，各份中的县所占比重；{ $held }
    .held = { $level }%区间覆盖{ $coverage }%
    .join = ，
    .place = 在预测中的位置（低于它的百分比）
    .band = 与均匀分布相差{ $percent }%以内
    .age = 年龄
    .city = 全市
    .response = 净迁入率提高10‰时增加的部分
    .schedules = 谁在迁移：总量为零时各年龄的净迁移率（‰/年）
    .schedules-subtitle = 零以上为净迁入，零以下为净迁出；虚线：总量增加时的反应

## National runs

nation-chunks = 各批区县
nation-done = { $store }：{ $unit } 个区县、{ $draw } 种未来、{ $year } 个年份的 { $names }。因迁出超过允许而未能推算、记为缺失的未来：{ $refused } 个。
