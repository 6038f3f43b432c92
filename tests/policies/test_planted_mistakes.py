"""Mistakes as hands make them, planted one by one: each is told once, at its line and key, with what to do."""

import shutil
import time
from pathlib import Path

import pytest

from policies import advice
from policies.catalogue import Mistake, check
from policies.vocabulary import CATALOGUE

# ruff: noqa: E501 (a planted mistake a line)

HOUSING, CONFIRMED, COUNTY = "housing.yaml", "confirmed.yaml", "county.yaml"
WITH_AMOUNTS = """
  - benefit: yulu_wangcang
    on: 2026-01-05
    by: 县乡村振兴局
    amount:
      2026-01-05: {kind: fixed, text: 每人1000元, value: '1000.00', unit: 元/人}
      2026-07-01: {kind: fixed, text: 每人1200元, value: '1200.00', unit: 元/人}
    papers: [学生身份证, 在校证明]
"""
NO_AMOUNT = "amount: null  # 文件没有写金额"
ASK = "        ask: 您家房子鉴定是C级或D级吗？没鉴定过也请说一声。\n"

# file, what stands there, what is written instead; how many lines below it is told, at which key, in which words
# fmt: off
PLANTED = [
    (HOUSING, 'category: 住房', 'category: 住', 0, 'category', '“住”不在可用的词里：住房、产业、教育、健康、社保兜底、金融、就业、基础、生态、其他'),
    (HOUSING, 'category: 住房\n', '', 0, 'category', '缺这一项'),
    (HOUSING, '    family: dangerous_house\n', '', -1, 'family', '缺这一项'),
    (HOUSING, 'payee: household', 'payee: familie', 0, 'payee', '“familie”不在可用的词里：household、person、group、worker'),
    (HOUSING, 'who: 住D级、C级危房的农户，重点支持贫困户', "who: ''", 0, 'who', '这里空着：没有就写 null，有就写上'),
    (HOUSING, '    who: 住D级、C级危房的农户，重点支持贫困户', '    who: 12', 0, 'who', '这里要写文字；是数字的话加上引号，如 "510821"'),
    (HOUSING, 'conditions:', 'conditons:', 0, 'conditons', '没有“conditons”这个键，是不是要写 conditions'),
    (HOUSING, '    conditions:\n      - text: 房屋鉴定为C级或D级\n        attr: household.house_grade\n        op: in\n        value: [C, D]\n        ask: 您家房子鉴定是C级或D级吗？没鉴定过也请说一声。\n', '', -7, 'conditions', '缺这一项'),
    (HOUSING, 'value: [C, D]', 'value: [C, C]', 0, 'value', '“C”写了两遍，删掉一个'),
    (HOUSING, 'value: [C, D]', 'value: []', 0, 'value', '缺这一项'),
    (HOUSING, 'value: [C, D]', 'value: null', 0, 'value', '缺这一项'),
    (HOUSING, '        value: [C, D]\n', '', -3, 'value', '缺这一项'),
    (HOUSING, '        op: in\n        value: [C, D]', '        value: [C, D]', -2, 'op', '缺这一项'),
    (HOUSING, 'attr: household.house_grade', 'atr: household.house_grade', 0, 'atr', '没有“atr”这个键，是不是要写 attr'),
    (HOUSING, '        attr: household.house_grade\n', '', -1, 'attr', '缺这一项'),
    (HOUSING, 'aliases: [危改,', 'aliases: [危改, 危改,', 0, 'aliases', '“危改”写了两遍，删掉一个'),
    (HOUSING, 'aliases: [危改,', 'aliases: [危改, 12,', 0, 'aliases', '这里要写文字；是数字的话加上引号，如 "510821"'),
    (HOUSING, 'aliases: [危改,', 'aliases: [危改, 农村安全饮水,', 0, 'aliases', '“农村安全饮水”是 infrastructure.yaml 第30行那一项的名字，不能当这一项的别名；要是两项真的都这么叫，写进 county.yaml 的 shared_names'),
    (HOUSING, 'aliases: [危改, 危旧房改造, 农村危房改造, 修房补贴, 翻修房子补助, 盖房补助, 房子改造, 旧房改造, 土坯房改造, 房子要塌了]', 'aliases: [危改, 危旧房改造', 0, '', '从这一行起，括号 [ 或 { 没有配对的另一半，或者少了逗号'),
    (HOUSING, 'name: 农村危房改造（D级、C级）', 'name: 贫困残疾人危房改造', 28, 'name', '“贫困残疾人危房改造”这个名字已经在 housing.yaml 第7行用过，请加几个字分开'),
    (HOUSING, 'id: dangerous_house_wangcang', 'id: Dangerous-House', 0, 'id', '编号只能用小写字母、数字和下划线，以字母开头'),
    (HOUSING, 'id: dangerous_house_wangcang', 'id: dangerous_house_wangchang', 0, 'id', '编号 dangerous_house_wangchang 的结尾和本县别的不一样，别的都以 _wangcang 结尾'),
    (HOUSING, NO_AMOUNT, 'amount: {kind: fixed, value: 1200, unit: 元/户}', 0, 'value', '钱数要加引号写，如 "1200.00"'),
    (HOUSING, NO_AMOUNT, "amount: {kind: fixed, value: '-1200', unit: 元/户}", 0, 'value', '这里不能是负数'),
    (HOUSING, NO_AMOUNT, "amount: {kind: fixed, value: '1,200', unit: 元/户}", 0, 'value', "数里不要逗号，写成 '1200.00' 这样"),
    (HOUSING, NO_AMOUNT, "amount: {kind: fixed, value: '一千', unit: 元/户}", 0, 'value', '这里要写数'),
    (HOUSING, NO_AMOUNT, "amount: {kind: fixed, value: '1200'}", 0, 'unit', '写了数就要写单位（unit），如 元/户'),
    (HOUSING, NO_AMOUNT, "amount: {kind: fixed, value: '1200', unit: 块}", 0, 'unit', '没有“块”这个单位，可用的见 vocabulary.yaml 的 units'),
    (HOUSING, NO_AMOUNT, 'amount: {kind: fixed, unit: 元/户}', 0, 'value', 'fixed（定额）要写 value'),
    (HOUSING, NO_AMOUNT, "amount: {kind: range, min: '300', max: '200', unit: 元/户}", 0, 'min', '最少比最多还多'),
    (HOUSING, NO_AMOUNT, "amount: {kind: range, min: '300', unit: 元/户}", 0, 'max', 'range（幅度）要写 max'),
    (HOUSING, NO_AMOUNT, "amount: {kind: cap, value: '300', max: '200', unit: 元/户}", 0, 'value', '数额比上限还多'),
    (HOUSING, NO_AMOUNT, "amount: {kind: gift, value: '300', unit: 元/户}", 0, 'kind', '“gift”不在可用的词里：fixed、range、cap、floor、delta、delta_min、threshold、rate、rate_text、waive、full_cover、formula、cap_unknown、service、priority、quota、quota_min、target、target_min、pool、coverage'),
    (HOUSING, NO_AMOUNT, 'amount: 1200', 0, 'amount', '这里要写成“键: 值”'),
    (HOUSING, NO_AMOUNT, "amount: {value: '300', unit: 元/户}", 0, 'kind', '缺这一项'),
    (HOUSING, NO_AMOUNT, 'amount: {kind: service}', 0, 'text', '缺这一项'),
    (HOUSING, 'from: null\n      to: 2020-12-31', 'from: 2021-01-01\n      to: 2020-12-31', 1, 'to', '结束比开始还早'),
    (HOUSING, 'to: 2020-12-31', 'to: 2021-02-29', 0, 'to', '日期要写成 2026-12-31 这样，而且要有这一天'),
    (HOUSING, 'to: 2020-12-31', 'to: 2020/12/31', 0, 'to', '日期要写成 2026-12-31 这样，而且要有这一天'),
    (HOUSING, 'to: 2020-12-31', 'to: 0202-12-31', 0, 'to', '这个年份不对，请核对'),
    (HOUSING, '{from: 2015, to: 2020}', '{from: 2015, to: 20200}', 0, 'to', '20200 不对，要在 1990 到 2100 之间'),
    (HOUSING, '{from: 2015, to: 2020}', '{from: 二〇一五, to: 2020}', 0, 'from', '这里要写整数，不加引号'),
    (HOUSING, '      document: thirteen_key_tasks\n      line: 30', '      document: thirteen_key_task\n      line: 30', 0, 'document', 'county.yaml 的 documents 里没有 thirteen_key_task，是不是要写 thirteen_key_tasks'),
    (HOUSING, '      line: 30\n', '      line: 29\n', 0, 'line', '这句话不在这一行，在原文第30行，请改行号'),
    (HOUSING, '      line: 30\n', '', -1, 'line', '缺这一项'),
    (HOUSING, '      line: 30\n', "      line: '30'\n", 0, 'line', '这里要写整数，不加引号'),
    (HOUSING, '      line: 30\n', '      line: 0\n', 0, 'line', '0 不对，要从 1 起'),
    (HOUSING, 'quote: 全面完成农村D级和C级危房改造，加快', 'quote: 全面完成农村D级和C级危房改造,加快', 0, 'quote', '和原文第30行只差标点或空格，请逐字照抄'),
    (HOUSING, 'quote: 全面完成农村D级和C级危房改造，加快土坯房等旧房改造', 'quote: 每户补助两万元', 0, 'quote', '原文里没有这句话，请逐字照抄'),
    (HOUSING, 'quote2: 提高贫困户', 'quote2: 提高穷困户', 0, 'quote2', '原文里没有这句话，请逐字照抄'),
    (HOUSING, 'how: null', "how: ''", 0, 'how', '这里空着：没有就写 null，有就写上'),
    (HOUSING, 'note: 文中说', 'nota: 文中说', 0, 'nota', '没有“nota”这个键，是不是要写 note'),
    (HOUSING, '  - id: dangerous_house_disabled_wangcang', '  - id: dangerous_house_wangcang', 0, 'id', '编号 dangerous_house_wangcang 已经在 housing.yaml 第5行用过'),
    (HOUSING, 'benefits:\n', 'benefits:\n  - 危房\n', 1, 'benefits', '这里要写成“键: 值”'),
    (HOUSING, 'benefits:', 'benefit:', 0, 'benefit', '没有“benefit”这个键，是不是要写 benefits'),
    (HOUSING, '    payee: household', '\tpayee: household', 0, '', '这一行用了制表符（Tab）缩进，请都改成空格'),
    (HOUSING, '    payee: household', '    payee:household', 0, '', '冒号后面要空一格，如 name: 危房改造'),
    (HOUSING, '    payee: household', '     payee: household', 0, '', '这个文件读不成 YAML，请看这一行前后的缩进和冒号'),
    (HOUSING, '    payee: household', "    payee: 'household", 0, '', '从这一行起，引号没有配对的另一半'),
    (HOUSING, '    payee: household', '    payee: &a household', 0, '', '不要用 &、*、<< 这样的引用，请把内容照写一遍'),
    (HOUSING, '    payee: household', '    payee: *a', 0, '', '不要用 &、*、<< 这样的引用，请把内容照写一遍'),
    (HOUSING, '    payee: household', '    <<: {payee: household}', 0, '<<', '不要用 &、*、<< 这样的引用，请把内容照写一遍'),
    (HOUSING, '    payee: household', '    payee: !!str household', 0, '', '不要用 ! 开头的标记，直接写内容'),
    (HOUSING, '    payee: household', '    payee: household\n---\n', 1, '', '一个文件里只写一份，请删掉这一行的 --- 或 ...'),
    (HOUSING, '    payee: household', '    payee: house\x00hold', 0, '', '这一行里有看不见的字符，请删掉重打这一行'),
    (HOUSING, ASK, ASK + '      - text: A级\n        attr: household.house_grade\n        op: eq\n        value: A\n', 4, 'value', '和前面“房屋鉴定为C级或D级”这一条不可能同时满足，没有人能享受；请改一条，或用 any'),
    (HOUSING, ASK, ASK + '      - text: 又一遍\n        attr: household.house_grade\n        op: in\n        value: [D, C]\n', 4, 'value', '这一条和前面的一条一样，删掉一条'),
    (HOUSING, ASK, ASK + '      - {text: 低, attr: household.income_pc, op: lt, value: 1000}\n      - {text: 高, attr: household.income_pc, op: gt, value: 2000}\n', 2, 'value', '和前面“低”这一条不可能同时满足，没有人能享受；请改一条，或用 any'),
    (HOUSING, ASK, ASK + '      - {text: 年龄, attr: member.age, op: between, value: [60, 16]}\n', 1, 'value', '结束比开始还早'),
    (HOUSING, ASK, ASK + '      - {text: 年龄, attr: member.age, op: ge, value: 160}\n', 1, 'value', '“member.age”不会是 160，请核对'),
    (HOUSING, ASK, ASK + '      - {text: 或者, any: [{text: 一, attr: household.house_grade, op: eq, value: A}]}\n', 1, 'any', 'any、all 里至少要有两条；只有一条就直接写那一条'),
    (HOUSING, ASK, ASK + '      - {text: 或者, any: [{text: 一, attr: household.house_grade, op: eq, value: A}, {text: 二, attr: household.house_grade, op: eq, value: B}]}\n', 1, 'any', '和前面“房屋鉴定为C级或D级”这一条不可能同时满足，没有人能享受；请改一条，或用 any'),
    (HOUSING, ASK, ASK + '      - {text: 或者, any: [], attr: household.power, op: eq, value: true}\n', 1, 'any', '一个条件只能写 attr/op/value、any、all 三种里的一种'),
    (HOUSING, ASK, ASK + '      - {text: 在校, attr: member.stage, op: eq, value: primary}\n      - {text: 不在校, attr: member.is_student, op: eq, value: false}\n', 2, 'value', '和前面“在校”这一条不可能同时满足，没有人能享受；请改一条，或用 any'),
    (HOUSING, ASK, ASK + '      - {text: 受灾, attr: event.kind, op: eq, value: disaster}\n      - {text: 县医院, attr: event.hospital_level, op: eq, value: county}\n', 2, 'value', '和前面“受灾”这一条不可能同时满足，没有人能享受；请改一条，或用 any'),
    (HOUSING, ASK, ASK + '      - {text: 低于线, attr: household.income_pc, op: lt, value: poverty_lien}\n', 1, 'value', '“poverty_lien”不在可用的词里：poverty_line、dibao_line、x；是不是要写 poverty_line'),
    (HOUSING, ASK, ASK + '      - {text: 通电, attr: household.power, op: eq, value: 是}\n', 1, 'value', '这里只能写 true 或 false'),
    (HOUSING, ASK, ASK + '      - {text: 低保一类, attr: household.dibao_class, op: in, value: [1, 5]}\n', 1, 'value', '“5”不在可用的词里：1、2、3、4'),
    (HOUSING, ASK, ASK + '      - {text: 低保, attr: household.labels, op: has, value: dibao}\n      - {text: 不是低保, attr: household.labels, op: not_has, value: dibao}\n', 2, 'value', '和前面“低保”这一条不可能同时满足，没有人能享受；请改一条，或用 any'),
    (CONFIRMED, 'benefit: water_wangcang', 'benefit: dangerous_house_wangcang', 1, 'on', '这个待遇这一天在第6行已经确认过一次，同一天只能有一条'),
    (CONFIRMED, 'benefit: water_wangcang', 'benefit: dangerous_house_wangcan', 0, 'benefit', '目录里没有 dangerous_house_wangcan 这个待遇，是不是要写 dangerous_house_wangcang'),
    (CONFIRMED, '    on: 2026-01-05\n    until: 2026-12-31', '    on: 2026-01-05\n    until: 2025-12-31', 1, 'until', '结束比开始还早'),
    (CONFIRMED, '    by: 演示\n', "    by: ''\n", 0, 'by', '这里空着：没有就写 null，有就写上'),
    (CONFIRMED, '    by: 演示\n', '', -3, 'by', '缺这一项'),
    (CONFIRMED, '    on: 2026-01-05\n', '    on: 2014-01-05\n', 0, 'on', '比文件的年份还早，请核对年份'),
    (CONFIRMED, '      closes: 2026-12-31', '      closes: 2027-12-31', 0, 'closes', '交材料的截止日不在这一条的 on 到 until 之间'),
    (CONFIRMED, '      2026-07-01: {kind', '      2026-01-05: {kind', 0, '2026-01-05', '同一个键写了两遍'),
    (CONFIRMED, '      2026-07-01: {kind', '      2025-07-01: {kind', 0, '2025-07-01', '数额的日期不在这一条的 on 到 until 之间'),
    (CONFIRMED, '      2026-07-01: {kind', '      二〇二六年: {kind', 0, '二〇二六年', '日期要写成 2026-12-31 这样，而且要有这一天'),
    (CONFIRMED, "      2026-07-01: {kind: fixed, text: 每人1200元, value: '1200.00', unit: 元/人}", '      2026-07-01: null', 0, '2026-07-01', '没有数额就不写 amount（或写 null）'),
    (CONFIRMED, 'phone: 0839-0000000', 'phone: 打给老王', 0, 'phone', '电话写成 "0839-4212345" 或手机号，加引号'),
    (CONFIRMED, 'phone: 0839-0000000', 'phone: 8390000', 0, 'phone', '电话写成 "0839-4212345" 或手机号，加引号'),
    (CONFIRMED, 'within: {days: 60}', 'within: {days: -1}', 0, 'days', '-1 不对，要在 1 到 3650 之间'),
    (CONFIRMED, 'within: {days: 60}', 'within: 60天', 0, 'within', '这里要写成“键: 值”'),
    (CONFIRMED, 'within: {days: 60}', 'within: {days: 60, months: 2}', 0, 'days', '时限写 days（几天）或 months（几个月），只写一样'),
    (CONFIRMED, 'papers: [户主身份证, 户口簿', 'papers: [户主身份证, 户主身份证', 0, 'papers', '“户主身份证”写了两遍，删掉一个'),
    (CONFIRMED, 'papers: [户主身份证, 户口簿, 房屋鉴定结果, 银行卡]', 'papers: 身份证', 0, 'papers', '这里要写成一列（每项前加 -）'),
    (CONFIRMED, '  - benefit: yulu_wangcang\n', '  - benefit: training_wangcang\n', 1, 'on', '这个待遇这一天在第36行已经确认过一次，同一天只能有一条'),
    (COUNTY, 'name: 旺苍县', 'name: null', 0, 'name', '缺这一项'),
    (COUNTY, "area_code: '510821'", 'area_code: 510821', 0, 'area_code', '这里要写文字；是数字的话加上引号，如 "510821"'),
    (COUNTY, "area_code: '510821'", "area_code: '51082'", 0, 'area_code', '行政区划代码是 2、4、6、9 或 12 位数字，加引号，如 "510821"'),
    (COUNTY, 'year: null', 'year: 215', 0, 'year', '215 不对，要在 1990 到 2100 之间'),
    (COUNTY, '  thirteen_key_tasks:\n', '  thirteen_key_tusks:\n', 0, 'thirteen_key_tusks', '没有一条出自 thirteen_key_tusks，54处写的是 thirteen_key_tasks，是不是这里写错了'),
    (COUNTY, 'file: thirteen_key_tasks.txt', 'file: thirteen.txt', 0, 'file', '写了原文文件，但 sources/ 里没有'),
    (COUNTY, 'file: thirteen_key_tasks.txt', 'file: ../../etc/passwd', 0, 'file', '只写 sources/ 里的文件名，不写路径'),
    (COUNTY, '    file: thirteen_key_tasks.txt\n', '    file: thirteen_key_tasks.txt\n    first_line: 3\n', 0, 'file', '有54处引文和这个原文对不上，原文文件多半放错了、改过了，或者行号整体挪了'),
    (COUNTY, '    file: thirteen_key_tasks.txt\n', '    file: thirteen_key_tasks.txt\n  other:\n    title: 别的\n', 2, 'title', '列了这份文件，却没有一条出自它；不用就删掉，或者补上出处'),
    (COUNTY, 'poverty_line: null', 'poverty_lin: null', 0, 'poverty_lin', '“poverty_lin”不在可用的词里：poverty_line、dibao_line、major_50、x；是不是要写 poverty_line'),
    (COUNTY, 'poverty_line: null', 'poverty_line: {value: 3000, unit: 元/人·年}', 0, 'value', '钱数要加引号写，如 "1200.00"'),
    (COUNTY, 'poverty_line: null', "poverty_line: {value: '3000', unit: 元/人·年, quote: 没有这话, line: 3}", 0, 'quote', '原文里没有这句话，请逐字照抄'),
    (COUNTY, 'after_exit: null', 'after_exit: {keep: yes, scope: household}', 0, 'keep', '这里只能写 true 或 false'),
    (COUNTY, '{period: month, at_least: 1}', '{period: week, at_least: 1}', 0, 'period', '“week”不在可用的词里：month、quarter、year'),
    (COUNTY, '{period: month, at_least: 1}', '{period: month, at_least: 0}', 0, 'at_least', '0 不对，要在 1 到 366 之间'),
    (COUNTY, 'remind_on: [1, 20]', 'remind_on: [1, 32]', 0, 'remind_on', '32 不对，要在 1 到 31 之间'),
    (COUNTY, 'line: 59', 'line: 58', 0, 'line', '这句话不在这一行，在原文第59行，请改行号'),
    (COUNTY, '      - name: 村公示\n', '      - name: 申请\n', 0, 'name', '“申请”已经指“申请”这一步了，一个词只能指一步'),
    (COUNTY, 'words: [评议, 民主评议]', 'words: [评议, 受理]', 0, 'words', '“受理”已经指“申请”这一步了，一个词只能指一步'),
    (COUNTY, 'within: {days: 10, counted: 工作日}', 'within: {days: 10, counted: 周}', 0, 'counted', '“周”不在可用的词里：天、工作日'),
    (COUNTY, '  - id: applying_wangcang\n', '  - id: applying_wangcang\n    applies_to: [dangerous_hous]\n', 1, 'applies_to', '目录里没有叫“dangerous_hous”的待遇、家族（family）或类别，是不是要写 dangerous_house'),
    (COUNTY, '    demonstration: true\n    note: 演示设置，不是旺苍县的正式办理程序\n', '', -40, 'source', '办理程序要写出处（source）；是县里自己定的，写 note 说明；只是演示，写 demonstration: true'),
    (COUNTY, 'level: 县', 'level: 县\nlevel: 县', 1, 'level', '同一个键写了两遍'),
    (HOUSING, NO_AMOUNT, "amount: {kind: fixed, value: '1200', before: '900', unit: 元/户}", 0, 'before', advice.NO_BEFORE_HERE),
    (HOUSING, NO_AMOUNT, "amount: {kind: rate, value: 850, unit: '%'}", 0, 'value', advice.OVER_100_PERCENT),
    (HOUSING, 'to: 2020-12-31', 'to: 2012-12-31', 0, 'to', advice.BEFORE_THE_DOCUMENT),
    (HOUSING, ASK, ASK + '      - {text: 低于线, attr: household.income_pc, op: lt, value: major_50}\n', 1, 'value', advice.not_one_of('major_50', ['poverty_line', 'dibao_line', 'x'])),
    (HOUSING, ASK, ASK + '      - {text: 名单里的病, attr: member.disease, op: in_list, value: poverty_line}\n', 1, 'value', advice.not_one_of('poverty_line', ['major_50'])),
    (COUNTY, 'major_50: null', "major_50: {value: '50'}", 0, 'items', '缺这一项'),
]
# fmt: on


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return a_pack(tmp_path)


def a_pack(folder: Path) -> Path:
    """The sample pack with a confirmation that has amounts by day; the one that ships has none to give."""
    pack = Path(shutil.copytree(CATALOGUE / "wangcang", folder / "wangcang"))
    with (pack / CONFIRMED).open("a", encoding="utf-8") as page:
        page.write(WITH_AMOUNTS)
    return pack


def plant(pack: Path, file: str, old: str, new: str) -> int:
    """Write something else once, and tell the line on which it begins."""
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("place", range(len(PLANTED)))
def test_a_mistake_is_told_once_at_its_place(pack: Path, place: int) -> None:
    file, old, new, below, key, what = PLANTED[place]
    line = plant(pack, file, old, new)
    assert check(pack) == [Mistake(file, line + below, key, what)]


def test_mistakes_do_not_hide_one_another(pack: Path) -> None:
    """One of each kind in one pack: broken YAML, a wrong value beside it, others in other files."""
    first = plant(pack, HOUSING, "    payee: household", "    payee: 'household")
    second = plant(pack, HOUSING, "strength: principle", "strength: strong")
    third = plant(pack, "health.yaml", "payee: ", "paye: ")
    fourth = plant(pack, CONFIRMED, "until: 2026-12-31", "until: 2026-13-31")
    fifth = plant(pack, COUNTY, "level: 县", "level: 12")
    told = {(one.file, one.line, one.key) for one in check(pack)}
    assert told == {
        (HOUSING, first, ""),
        (HOUSING, second, "strength"),
        ("health.yaml", third, "paye"),
        (CONFIRMED, fourth, "until"),
        (COUNTY, fifth, "level"),
    }


def test_two_entries_that_have_run_together_are_one_mistake(pack: Path) -> None:
    line = plant(pack, HOUSING, "  - id: dangerous_house_disabled_wangcang\n", "")
    told = check(pack)
    assert told[0] == Mistake(HOUSING, line, "family", advice.RUN_TOGETHER)
    assert len(told) == 1


def test_text_that_hangs_above_the_first_entry_costs_only_itself(pack: Path) -> None:
    line = plant(pack, HOUSING, "benefits:\n", "benefits:\n    顺手写的一句话\n")
    assert check(pack) == [Mistake(HOUSING, line + 1, "", advice.NOT_YAML)]


@pytest.mark.parametrize(("old", "new"), [("benefits:\n", ""), ("category: 住房", "  category: 住房")])
def test_a_page_that_breaks_at_every_entry_has_one_mistake(pack: Path, old: str, new: str) -> None:
    plant(pack, HOUSING, old, new)
    assert [(one.file, one.what) for one in check(pack)] == [(HOUSING, advice.NOT_YAML)]


def test_what_else_a_broken_page_held_is_not_complained_of(pack: Path) -> None:
    """The confirmations of a benefit that could not be read may well be right."""
    line = plant(pack, HOUSING, "    payee: household", "\tpayee: household")
    assert check(pack) == [Mistake(HOUSING, line, "", advice.TAB)]


def test_conflicting_amounts_of_two_confirmations_are_told(pack: Path) -> None:
    (pack / CONFIRMED).write_text(
        """confirmed:
  - benefit: home_road_wangcang
    on: 2026-01-01
    by: 县交通运输局
    amount:
      2026-01-01: {kind: fixed, value: '1200.00', unit: 元/户}
      2027-01-01: {kind: fixed, value: '1260.00', unit: 元/户}
  - benefit: home_road_wangcang
    on: 2026-07-01
    by: 县交通运输局
    amount:
      2026-07-01: {kind: fixed, value: '1300.00', unit: 元/户}
""",
        encoding="utf-8",
    )
    assert check(pack) == [
        Mistake(CONFIRMED, 12, "2026-07-01", "2027-01-01起的数额和第5行的说法不一样，同一天只能有一个数")
    ]


def test_a_change_of_an_amount_from_a_later_day_is_no_conflict(pack: Path) -> None:
    (pack / CONFIRMED).write_text(
        """confirmed:
  - benefit: home_road_wangcang
    on: 2026-01-01
    until: 2026-12-31
    by: 县交通运输局
    amount: {2026-01-01: {kind: fixed, value: '1200.00', unit: 元/户}}
  - benefit: home_road_wangcang
    on: 2026-07-01
    by: 县交通运输局
    amount: {2026-07-01: {kind: fixed, value: '1300.00', unit: 元/户}}
  - {benefit: home_road_wangcang, on: 2027-07-01, by: 县交通运输局, stopped: true}
""",
        encoding="utf-8",
    )
    assert check(pack) == []


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b"", 1, advice.EMPTY_FILE),
        ("category: 住房\nbenefits: []\n# 备注".encode("gbk"), 1, advice.NOT_UTF8),
        (b"- a\n- b\n", 1, advice.NOT_A_MAPPING),
        (b"just words\n", 1, advice.NOT_A_MAPPING),
        (b"# " + b"x" * 1_000_001, 1, advice.TOO_BIG),
        (b"a: " + b"[" * 50_000, 1, advice.OPEN_BRACKET),
    ],
    ids=["empty", "gbk", "list", "words", "huge", "deep"],
)
def test_a_file_that_is_no_page_is_told(pack: Path, content: bytes, line: int, what: str) -> None:
    (pack / "extra.yaml").write_bytes(content)
    assert Mistake("extra.yaml", line, "", what) in check(pack)


def test_a_bomb_of_anchors_is_named_and_not_followed(pack: Path) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (pack / "extra.yaml").write_text("\n".join(levels), encoding="utf-8")
    before = time.monotonic()
    told = check(pack)
    assert time.monotonic() - before < 5
    assert Mistake("extra.yaml", 1, "", advice.ANCHOR) in told


def test_what_an_editor_adds_by_itself_is_taken(pack: Path) -> None:
    """A byte order mark and Windows line ends are not the county's mistake."""
    for path in [*pack.glob("*.yaml"), *(pack / "sources").glob("*.txt")]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check(pack) == []


def test_links_that_lead_nowhere_are_told(pack: Path) -> None:
    (pack / "round.yaml").symlink_to("round.yaml")
    (pack / "lost.yaml").symlink_to(pack / "nowhere.yaml")
    (pack / "folder.yaml").mkdir()
    (pack / "other.yml").write_text("category: 其他\nbenefits: []\n", encoding="utf-8")
    assert check(pack) == [
        Mistake("folder.yaml", 1, "", advice.NOT_A_FILE),
        Mistake("lost.yaml", 1, "", advice.NOT_A_FILE),
        Mistake("other.yml", 1, "", advice.WRONG_ENDING),
        Mistake("round.yaml", 1, "", advice.NOT_A_FILE),
    ]


def test_a_pack_among_others_that_lost_its_county_file_is_told(pack: Path, tmp_path: Path) -> None:
    shutil.copytree(CATALOGUE / "jishui", tmp_path / "jishui")
    (tmp_path / "jishui" / COUNTY).unlink()
    assert check(tmp_path) == [Mistake("jishui/county.yaml", 1, "", advice.NO_COUNTY_FILE)]


def test_a_source_nobody_listed_is_told(pack: Path) -> None:
    (pack / "sources" / "notice.txt").write_text("一份通知\n", encoding="utf-8")
    [told] = check(pack)
    assert (told.file, told.what) == (COUNTY, advice.unlisted_source("notice.txt"))


def test_a_name_that_several_benefits_share_is_allowed_where_the_county_says_so(pack: Path) -> None:
    plant(pack, HOUSING, "aliases: [危改,", "aliases: [危改, 农村安全饮水,")
    assert [one.key for one in check(pack)] == ["aliases"]
    plant(pack, COUNTY, "level: 县\n", "level: 县\nshared_names: [农村安全饮水]\n")
    assert check(pack) == []
