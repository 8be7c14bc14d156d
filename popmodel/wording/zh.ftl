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
    .title = 各情景能否达到规划目标
    .subtitle = 推算值；方格越深，离目标越远（以基期至目标的距离为单位）
    .met = 达到
    .unmet = 未达到
    .none = 无推算值或不可比较

chart-backtest =
    .place = 从{ $start }年推算的{ $year }年人口：各地误差（%）
    .age = 从{ $start }年推算的{ $year }年人口：各年龄组（{ $unit }）
    .place-subtitle = 推算值减实际值，占实际值的比重；浅色带为±5%
    .age-subtitle = 柱为{ $year }年实际人口，线为推算
    .mean = { $name }（平均绝对误差{ $value }%）
    .actual = { $year }年实际

chart-tracking =
    .observed = 观测值
    .derived = 推算或假定值
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
    .from = 空心标记与*：尚无观测值，依据推算值（{ $scenario }）评定。
    .cuts = 进度 ÷ 已过时间（上限型取倒数）：快于预期 ≥ { $ahead }，符合预期 ≥ { $on_track }，基本符合预期 ≥ { $nearly }，滞后 ≥ { $behind }，背离 < { $behind }。

## 从各县学得的迁移

schedules-learned = 依据{ $units }个单位学得；另有{ $left_out }个因辖区可能变动而未采用。
schedules-written = 已写入{ $folder }：{ $files }。

## Faults of files

faults-count = 共{ $count }处错误
faults-none-folder = { $folder }：没有错误；使用方法：--city { $quoted }
faults-none-sheet = { $file }：没有错误；使用方法：popmodel evaluate --add { $quoted }
