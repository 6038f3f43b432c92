# ruff: noqa: E501 - word lists and patterns read better whole
"""问题与措施: what of a visit note is trouble, and what is a step of help; each in the few words an official writes.

A clause is weighed by the words in it (`_TROUBLE`, `_STEP`); words that say all is well, that trouble is over, or that
only name a benefit or a paper are covered first, so that they weigh nothing. What is handed back was said, shortened,
and in a few cases put into the word of a handbook (娃 is 孩子, 签了 is 签字确认, 已换新 names what was broken).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

_ENOUGH = 2
_APART = 5
_SHORT_ENOUGH = 11
_LONGEST = 12
"""An official writes a finding in about so many characters."""


@dataclass(slots=True)
class Findings:
    """Troubles and steps of help, in the order told."""

    problems: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)


# ------------------------------------------------------------------ what is no trouble

_WELL = re.compile(
    r"(?:没得?有?|莫得|无|未(?:发现|出现|见|产生)?|么|冇|不存在|没发现|没啥子?|没什么)(?:啥子?|什么|任何|大|新|别的|其他|其它|特别|明显|发现|存在|重大|突发)*(?:问题|困难|难处|情况|变化|毛病|异常|麻达|隐患|诉求|返贫致贫风险|返贫风险|致贫风险|风险|意见|受灾|事|说的|纠纷|矛盾|欠薪|拖欠|裂缝|漏水|漏雨|损失|影响|压力|危险|(?:重大)?疾病|大病|病|大碍|外债|欠债|负担|人员?伤亡|再漏)+|(?:没|未)(?:有)?提(?:出)?(?:任何)?(?:要求|诉求|困难|意见)|[小大]病(?:能|有|可)|住院(?:费|报销)?.{0,2}报销?了?|"
    r"(?:水灾|灾)没受|没受[水旱]?灾|不(?:缺|愁|漏|欠|差|怕|难|担心|坏|堵|困难|严重|错)|(?:没|未)(?:漏|坏|塌|裂|断|欠|缺|伤|摔|生病|住院|受伤|伤到骨头)|"
    r"(?:消除|排除|检查|排查|查看|化解|宣传|讲|学)了?(?:返贫|安全|火灾|用电)?(?:风险|隐患|矛盾纠纷)|防(?:地灾|火|汛|灾|返贫|溺水|诈骗|电信|病|一氧化碳中毒?|煤气中毒?|疫|霉|虫|寒|冻|滑|止)|(?:森林|冬季)?防火|"
    r"大病(?:保险|救助)|临时救助|受灾情况|精神病人|病人|因[病残学灾]致贫|致贫|(?:白内障|两癌|癌症|高血压|糖尿病)?(?:筛查|义诊|体检)|残疾人?(?:两项)?(?:补贴|补助|证(?!到期|过期|没|丢))|残疾(?:人证|评定|鉴定|人)|困难(?:补助|群众|户|职工|儿童)|困境儿童|(?:贫困|低保|特困|五保|残疾|大病|重病|危房|边缘|监测|突发严重困难|突发困难|因病|因残)户|危房改造|老旧房|"
    r"慢(?:性|特)?病(?:卡|证|待遇|门诊)|特(?:殊|慢)病(?:卡|证|待遇)|(?:重症)?病(?:历|例|房|床)|精神(?:头|挺|好|很好|状态|不错|面貌|可以|还好)|困难不大|问题(?:不大|已解决|解决了)|难得|差不多|差点|怕是|长期没人住|断奶|死心|欠条|缺席|不愁三保障|两不愁|不断|坏消息|劳力充足|"
    r"(?:病情|情况|情绪|血压|血糖)(?:已经?|都|也|比较)?(?:稳定|正常|平稳|好转|控制(?!不))|病(?:都|已经?|也)?(?:好|痊愈)|(?:好多|好转|恢复|康复|痊愈|缓解)"
)
_OVER = re.compile(
    r"(?:已经?|都|全部?|早就|今天|当天|现在|终于)*(?:修(?:好|通|复)|治好|解决|还清|还完|补(?:好|上|发)|到账|到位|恢复|排除|消除|痊愈|装好|换好|(?<![不没])通(?:了|水|电|车)|办好|办妥|报销完|结清|好了|疏通|化解|了结|处理完?|办结|整改|改造(?:完|好)?|调解好?)了?(?:[一-鿿]{0,3})$|没再|不再(?:漏|疼|欠|闹)"
)
_BEFORE = re.compile(r"(?:上次|上回|之前|原来|原先|以前)(?:说|反映|提|讲)(?:起|到|过)?的")
_HEARSAY = re.compile(
    r"^(?:如果|要是|万一|听(?:人|邻居|说|别人|村里人)|邻居[说讲]|隔壁[说讲]|问(?:了)?(?:邻居|隔壁)|据邻居)"
)
_GREETING = re.compile(
    r"感谢|谢谢|热情|高兴|客气|留我|请我|喝喜酒|天气|下次见|辛苦|欢迎|握着?我|塞给我|我没有?收|退回|婉拒"
)

# ------------------------------------------------------------------ what is trouble

_TROUBLE = tuple(
    (re.compile(words), weight)
    for weight, words in (
        (
            2,
            # the house, water, road and power
            r"漏(?!斗|洞)|[垮塌坏裂]|压(?:倒|烂)|倒(?:塌|了(?!水))|要倒|滑坡|塌方|老化|裸露|冻(?:爆|坏|死|了|裂)|爆(?:管|了)|刮(?:烂|跑|坏|倒|走)|吹(?:破|倒|跑|坏)|破(?:了|损|旧|烂|洞)|烂了|透风|掉瓦|危房|[cdＣＤCD]级|失修|不(?:亮|热|通|制冷|出水|冲水)|停[水电]|"
            r"没(?:有|得)?(?:水吃?|电|网|路灯|信号|柴|米|煤|粮|厕所|硬化|通|验收|拆|修|盖)|积水|进水|泥泞|浑浊|黄泥|有异味|隐患|太近|堵(?:了|住|塞)|断(?:了|电|水|路|网|药|供|腿|流)|摔断|淹|冲(?:了|毁|走|垮|断)|泡(?:了|坏)|烧(?:了|坏|毁)|起火|火灾",
        ),
        (
            2,
            # health
            r"病(?!毒|虫)|癌|瘤|瘫|卧床|偏瘫|脑梗|脑出血|脑溢血|中风|骨折|摔|撞(?:伤|了)|车祸|工伤|截肢|透析|肝硬化|腹水|结石|白内障|青光眼|抑郁|自闭|癫痫|智障|智力|残疾(?!人)|伤残|(?:[一二三四]级|肢体|视力|听力|精神)残|聋|哑|失明|中暑|中毒|褥疮|哮喘|气管炎|肺炎|风湿|关节(?:炎|变形|痛)|尘肺|甲亢|腰椎|颈椎|肺气肿|"
            r"[疼痛晕肿咳喘]|发烧|高烧|感冒|难受|手抖|血压(?:偏)?高|高血压|血糖高|糖尿|心脏|冠心|(?:要|需|需要|等|等着|没钱|没法|急需|得)(?:做|动)?手术|术后|化疗|住院|住进|不能(?:走|动|提|下|干|自理)|不能自理|拄(?:拐|着)|不灵便|不方便|[走下起站动]不(?:了|动|来)|看不(?:清|见|懂)|听不(?:清|见)|睡不(?:着|好)|吃不(?:下|好)|行唔到|痴呆|糊涂|走丢|犯了|老毛病|复发|恶化|瘦了|[吃用]完了|停药|断药|药停",
        ),
        (
            2,
            # money and work
            r"欠(?!条)|(?:没(?:有|得)?|莫得)钱|缺(?!席)|(?:还|就|尚)差|差(?=[一二两三四五六七八九十几\d]+[万千百元块]|钱|门窗|本钱)|凑不(?:齐|够|出)|不够|不足|[交上买治读还付养]不[起上]|还不(?:上|起|了)|到期还|负担(?:重|不起)|压力|困难|吃力|打(?:了)?[对五]折|失业|倒闭|(?:没(?:有|得)?|莫得)(?:活|收入|生意|工作|销路|劳力|劳动力|技术)|没找到(?:工作|活|事)|找不到|无(?:劳|收入|业|房|生活来源|经济来源|固定收入|技术)|"
            r"打不了|干不[了成动]|滞销|卖不[出掉动好]|卖得不好|没人(?:要|收购)|(?<!不)愁(?!吃|穿)|跌(?:价|得)|价(?:格)?(?:低|跌|不好)|亏(?:本|了|损|钱)|损失|减产|绝收|受灾|冻害|[旱涝]灾|干旱|倒伏|霉|生虫|虫害|枯|发黄|瘟|死(?!心|活|角)|咬死|压死|跑了|被(?:骗|偷|盗|抢|占|打|淹|冲|风|雪|拖欠|停)|丢了|弄丢|要不回|拖着|拖欠|不(?:赔|给钱|发工资)|荒(?:了|着|废)|收入低|债|困难重重|太?小了?嫌",
        ),
        (
            2,
            # school, family, papers
            r"辍学|厌学|逃学|休学|停课|不(?:想|愿意?|肯|去|能)(?:去)?(?:上学|读书?|学校|上课)|不上[学课]|上不了|上学(?:远|难|不)|跟不上|沉迷|耍手机|没(?:有)?考(?:上|起)|没过线|落榜|不会(?:填|用|做|办|写|操作|说)|不识字|不懂|志愿|纠纷|矛盾|打架|打(?:他|她|人|老婆|媳妇|骂)|吵(?:架|起|了|得)|扯(?:皮|界)|家暴|闹(?:矛盾|翻|离婚|到)|离婚|离家|失踪|联系不上|坐牢|判刑|拘留|服刑|酗酒|喝醉|赌(?!气)|不孝|不管(?!吃)|"
            r"(?:没(?:有|得)?|莫得|冇)人(?:管|照|带|种|看|拿|收|辅导|养|陪|做|接送|照顾|赡养)|无人(?:管|照|带|看|赡养|耕种)|一个人过|孤独|几?年没(?:回|见|上)|去世|过世|病逝|离世|病故|死亡|没落户|没建档|没(?:有)?(?:取|拆|做|治|赔)(?!过)|(?:没(?:有|得)?|还没)(?:结(?!婚)|付|户口|上户|办|报销|到账|发|领到|收到|参保|参加|缴|交|下来|补偿|赔|减免|证|登记)|未(?:参保|缴|报销|到账|发放|办理|落实|领取|成家|硬化)|(?:证|卡|合同|户口|居住证)(?:已经?)?(?:到期|过期|丢)|户口还没|卡号错|少发|停发|冻结|领不到|取不(?:到|出)|报不了|享受不了|办不了|收不到|没信号|打不开|用不了|不能用|失灵|"
            r"占(?:了|地|用)|太低|不同意|不肯|不愿|不满|有意见|舍不得|怕(?!热)|担心|嫌|脏|(?:很|太|又)乱|垃圾|挡(?:了|路|住)|绕路|太?偏远|上访|情绪(?:低落|激动|不稳)|心情(?:低落|不好)|想不开|轻生|哭(?!笑)|孤儿|没人要|僵|故障|不行了?$",
        ),
        (
            2,
            # what fails, lacks, or is refused, whatever it is
            r"[一-鿿](?<![说用少免忘谈对想离差赶])不(?:了(?!解)|上|到|动|起|出|着|下|住|成|开|够|齐|清|进)(?!一|年纪|事|[\d两三几])|没(?:有|得)?(?:通过|到账|到$|上[户学]|收到|交|文化|信号|水|用上|享受|纳入|批|定|着落|消息|保障|来源|依靠|办法|钱|力气|了$|钱$|地方|条件|资格)|"
            r"不(?:合格|听话|理人|给钱?|管|敢|孝|稳定|够|和|放心|适应|爱说话|说话|吃饭|达标|到位|及时|公平|满意|符合|予)|被(?:骗|偷|盗|撞|辞|打|占|淹|砸|烫|咬|烧|困)|差点被|无(?:法|力|依|助|望)|失(?:火|窃|踪|能|明|眠|业|学|联)|"
            r"坏死|晚期|恶化|[胸心]口?闷|漏缴|断缴|漏报|过期|(?:生活|费|钱|资金|手头|周转).{0,2}紧|湿(?:了|的|透)|眼睛花|耳背|落后|绝症|贫血|涨价|(?<!不)太?贵(?=$|了)|烧了|抽不|挡(?!风)|吵(?!着要)|丢(?!垃圾)|遗失|破产|违约|扣(?:押|款|了)|罚款|急得|愁|心理|不爱|酗|喝酒|酒喝多",
        ),
        (
            2,
            # more of the body, the house, the fields and the people, as notes tell of them
            r"腿脚不便|行动不便|生活不便|(?:常年|长期|终身)(?:吃|服|用)药|疱疹|皮肤病|溃烂|出血|增生|肌瘤|囊肿|衰竭|失禁|[兔唇]裂?唇|先天性?|弱视|难产|控制不住|失常|错乱|自杀|轻生|[腿手腰脚头眼骨]伤|伤残|早产|贫乳|营养不良|"
            r"[朽腐]|碎了|返潮|潮湿|漏风|跳闸|老旧|时有时无|压小|干了(?!活|会|半)|枯竭|坑洼|坑坑|瞎了|信号(?:差|弱|不)|经常(?:断|停|坏|堵|跳|漏)|满了(?!\d)|"
            r"没(?:有|得)?(?:玻璃|门窗|卫生间|浴室|厨房|床|被子|衣服|棉被|家具|手机|资金|启动|本金|种子|肥料|草料|劳动|壮劳|帮手|老伴|子女|儿女|户籍|学上|幼儿园|班车|医生|生活费|续[保费]?|给(?!我)|结清)|"
            r"被[一-鿿]{0,4}(?:欺负|辞退|开除|取消|停|退|占|骗|打)|欺负|高利贷|网贷|逾期|债主|烂(?:在|掉)|冰雹|霜冻|野猪|撂荒|(?:费|款|钱|补偿|工资|租金)(?:还)?没|争议|不赡养|分家|取消(?!走访)|退回(?!去)|冻住|不服|不公|包袱|懒(?!得)|等靠要|靠灶|灶边|精神失",
        ),
        (
            2,
            # how harm is said of anything: it is struck, it leans, it wanes, nobody does it, it was not brought about
            r"[一-鿿](?:炎|症(?!状|病)|疮|瘤)|积液|脱落|肥大|下降|偏[高低]|(?<!不)严重|成问题|烫伤|轧|扭伤|掀|歪|倾斜|焦了?|熏黑|怪味|异味|积雪|结冰|难行|(?<!腊肉)烂(?!漫)|乱拉|停工|停产|关门|跑路|遭(?!遇好)|翻塘|卡住|降了档|没落|"
            r"(?:没(?:有|得)?|莫得)人(?!应|在|家|开|说|问|反对|员)|没(?:有)?[一-鿿](?:成|活|好|完|上|到(?!过)|回来|下来)(?!家)|被[一-鿿]{1,5}(?:掀|轧|撞|咬|砸|抓|拉|糟|拖|占|烧|淹)|打(?:女|老|孩|娃|儿)|反目|早恋|偷|孤僻|单亲|离异|丧偶|不和|不理|不睦|挑水|靠挑|靠人背|距离远|路远|种不|干不|走不|不好(?=$|$)|酒驾|犯法",
        ),
        (
            2,
            # what the family asks for
            r"(?:^|[^感理设着不])想(?:让|要|申请|办|把|换|学|养|开|买|贷|进|转|种|找|多|在|到|去|再贷|再|修|盖|搬|去|参加|给|请|补)|希望|要求|请求|诉求|盼(?:着|望)?",
        ),
    )
)
_REPORTS = re.compile(r"(?:反映|提出|诉说|存在的?(?:主要)?(?:问题|困难)是?|困难是|问题是|难处是|主要是)")

# ------------------------------------------------------------------ what is a step of help

_WHEN = (
    r"(?:今天|今日|今早|明天|明儿|后天|大后天|当天|当场|现场|当即|立即|立马|马上|及时|赶紧|尽快|随后|随即|同时|并且?|另外|还|也|又|再|就|都|便|已经?|正在?|拟|准备|打算|计划|需要?|得(?!了)|要|可以|接下来|下一步|下步|近期|"
    r"回头|改天|过几天|月底前?|年底前?|下(?:个)?(?:周|月|星期|礼拜)[一二三四五六日天]?|本?周[一二三四五六日天]|回来(?:就|后)?|顺便|然后|最后|先|继续|一起|帮扶措施|措施|将|会同|分别|上午|下午|晚上|两家都|每户|各|约好|争取|答应|承诺|临时|专门|主动|积极|特意|逐一|详细|耐心|再次|多次|上门)"
)
_WHO = r"(?:双方|我们?(?:单位|队|俩)?(?:就|去|来)?|本人|额|咱们?|工作队|驻村队|驻村工作队|单位|村里|村上|村委会?|镇上|和[一-鿿]{1,5}(?:一起)?|跟[一-鿿]{1,4}一起|会同[一-鿿]{1,6}|与[一-鿿]{1,5}一起)"
_FOR = (
    r"(?:(?:给|为|替|向|跟|和|同|与|对|找|把|将|被)(?:[一-鿿]{1,7}?)|给|为|替|从(?:[一-鿿]{1,6}?)|到(?:[一-鿿]{1,6}?))"
)
_VERB = (
    r"(?:联系(?!上|不上|人|方式)|联络|协调|对接|沟通|衔接|申请(?!的|书|被)|申报(?!的|被)|补报|上报|报告|报(?:了|到|给|修|警|案|批|名|国土|自然|交通|农业|保险|镇|乡|村|县|水利|派出|公安|综治|住建|民政|医保|教育|电力|供电|上去)|汇报|反馈|反映(?:给|到)|建议|动员|劝(?:说|导|解)?|规劝|宣传|宣讲|讲(?!得|究|的)|解释|解答|说明|告知|告诉|答复|答应(?=帮|给|替|协|联|解|去|向|跟|做|尽|为)|承诺(?=帮|给|替|协|联|解|去|向|跟|做|尽|为)|回复|"
    r"教(?!室|师|育部|材)|帮(?!扶(?!鸡|物))|协助|帮忙|帮助|帮着|推荐|介绍|安排|组织|发动|争取|督促|催|提醒|叮嘱|嘱咐|叮咛|嘱|代办|代缴|代|陪|护送|接送|带(?:去|她|他|老|孩|着|到)|拉着|开车|送(?:医|去(?:医|县|镇|卫|乡|住|检|做|办)|到(?:县|镇|卫|医|乡)|医院|回家|学上门|她|他|老|做|往)|换(?!届)|修(?!路占)|维修|装(?:了|上|个)|安装|更换|"
    r"填|落实|跟进|跟踪|调解|调处|化解|劝解|安抚|疏导|疏通|办(?!公|法|酒|的)|指导|培训|辅导|核实后|签(?!到|收)|垫|纳入|转(?:移(?!性|支付|就业)|送|介|诊)|请(?!客|我)|喊|叫(?!做)|让(?!人|路)|约|找(?!到|不)|拨打|登记(?!在|的)|打报告|打扫|清理|清扫|整理|搬(?:开|到|走)|铲|收割|收购|以购代捐(?=买|购|收)|买(?!卖|不)|购买|采购|匀|赊|砌|盖(?:上|起)|拉(?:了)?[块彩]|补种|消毒|打药|喷药|捐|募捐|众筹|做(?:了)?(?:[一-鿿]{0,5}(?:工作|思想|解释|登记|联系卡|筛查|体检|检查|鉴定))|寻(?:了)?(?=个|人|匠)|砌|盘炕|除(?=草|雪)|栽|喂|劈|担水|挑水|理发|剪(?=了?(?:头发|指甲))|[代补预]?缴(?=了?(?:医保|养老|费|电费|社保))|列入|列进|预约|(?<=[里府委办局站会部上])反映|转(?=到(?:县|市|省|医))|打(?=了?(?:扫|针|疫苗|药))|量(?:了)?(?=.{0,3}(?:血压|体温|血糖))|调(?:了|换)|"
    r"画|留(?:了)?(?:张)?(?:纸条|电话)|放(?:在)?(?:了)?(?:邻居|隔壁)|发(?:朋友圈|动|放|招聘|布|了)|通知|疏散|撤离|检修|加固|量(?:了)?地|丈量|取样|送检|挂(?:失|号)|补办|激活|教会|搭(?!理)|除草|认证|建(?=档|卡|联系)|问(?:信用社|了?民政|了?银行|一下|问|清)|走(?:民主|法律|诉讼|程序)|商量|协商|谈(?!恋)|说(?:列入|好)|标(?:了|上)|记(?:下|录)|查(?:了)?(?=粮|低保|补贴|卡)|重新|租|借(?:了|给)|种上|弄|跑(?=镇|县|乡|民政|卫生|医|手续)|去(?=工商|民政|派出所|残联|信用社|银行|村建办|镇上|县里)|下周|后天|明天)"
)
_STEP = re.compile(rf"^(?P<ahead>(?:{_WHEN}|{_WHO}|[，, ])*)(?P<for>{_FOR})?(?P<done>(?:{_WHEN})*)(?P<verb>{_VERB})")
_AGAIN = re.compile(
    rf"^(?:{_WHO})?(?P<when>(?:明天|明儿|后天|大后天|回头|改天|过几天|下(?:个)?(?:周|月|星期|礼拜)[一二三四五六日天]?|本?周[一二三四五六日天]|月底前?|晚上))(?P<what>.{{2,}})"
)
_NOT_OURS = re.compile(
    r"出院|开学|上班|回来(?!再)|回家|卖|领(?:钱|到|工资)|到期|完工|考试|满\d|生(?:产|孩|了)?$|结婚|打工|发(?:工资|钱)|入住|搬家"
)
_THEIRS = re.compile(
    r"^(?:又|还|也|就)*(?:他|她|其(?!它|他)|户主|本人|老人|老汉|老两口|夫妻|儿子|女儿|儿媳|媳妇|男人|丈夫|妻子|老婆|老伴|爱人|家属|家人|娃|孩子|孙|亲戚|邻居|厂里|公司|老板|施工队|父|母|爸|妈|爷|奶|哥|弟|姐|妹|自己|自家|闺女|姑娘|小儿|大儿|老大|老二|子女|群众|合作社|信用社|银行|学校|政府)"
)
_NOT_DONE = re.compile(
    r"没(?:有)?(?:联系上|帮|教|讲|办|钱|人|找|法|买|签)|不(?:让|肯|愿|想|会|能|用|敢|方便|懂|了解)|想(?:找|请|让|要|申请|办|贷|买|学|换|进|参加|把|再|养|种|开)|希望|要求|嫌|怕|担心|自己|舍不得|等着|等(?=通知)|够条件|问(?:能|可|有没有|什么|啥|怎么)"
)
_DONE_FOR_THEM = re.compile(r"(?:批下来|已签约|签约|享受|发放到位|在吃药|开学|办了(?:低保|证)|已还|已办|已交)")
_ANSWERS = re.compile(
    r"^(?:我|我们|就|又|也|就?跟[他她](?:们)?|给[他她](?:们)?|对[他她])+(?P<verb>说|讲|回答|答)(?:了|是)?(?P<what>.{2,})"
)

# ------------------------------------------------------------------ cutting a clause into pieces

_CUT = re.compile(
    r"(?<=[一-鿿]{3})(?=(?:我们?就?|已经?|马上|当场|现场|立即|赶紧|及时|并|回来就|准备|打算|拟)(?:[一-鿿]{0,4}?)(?:联系|协调|对接|帮|协助|劝|动员|宣传|讲|解释|教|建议|上报|报|让|叫|喊|督促|提醒|叮嘱|垫|陪|带|给|跟|申请|登记|告诉|请|找|约|说))|"
    r"(?<=[一-鿿]{4})(?<![没不未想要求能会己可让叫喊请给来去我们已人上村里们他她其着忙助])(?=(?:联系(?!不上|人|不|方|上|好|卡|电话)|送(?:去)?(?:医院|卫生院|县|镇)|帮(?:他|她|其|忙|着|助他)|协助(?!其|他|她|不)|劝(?:他|她|其)|动员|让(?:他|她|其)|教(?:他|她|其)|给(?:他|她|其)(?:讲|说|办|装|换|联|申)|提醒|叮嘱|建议(?!是)|陪(?:他|她)|带(?:他|她)去|喊(?:他|她)|跟[^，。不]{1,5}(?:联系|说|沟通)))|"
    r"(?<=了)(?=(?:本?周|下周|星期|礼拜)[一二三四五六日天]|明天|后天|下个?[周月])|"
    r"(?<=[一-鿿]{2})(?:但是|但|因此|所以|于是|然后|另外|而且|并且|同时|以及|加上|结果)(?=[一-鿿]{2})"
)
_PART = re.compile(r"、|以及|；")


def read_findings(clauses: Iterable[str]) -> Findings:
    """Troubles and steps of help told in these clauses, which no longer say who was visited and when."""
    found = Findings()
    section = asked = ""
    for clause in clauses:
        head = _SECTION.fullmatch(clause.strip())
        if head:
            section = "problems" if head["problem"] else "measures" if head["measure"] else ""
            continue
        numbered = _NUMBERED.match(clause)
        body = clause[numbered.end() :] if numbered else clause
        if section and not numbered and section == "problems" and _STEP.match(body):
            section = ""
        for piece in _pieces(body):
            asked = _read_piece(piece, section, asked, found)
    found.problems = list(dict.fromkeys(phrase for phrase in found.problems if not _LOSS_ONLY.match(phrase)))
    found.measures = list(dict.fromkeys(found.measures))
    return found


_LOSS_ONLY = re.compile(r"^(?:直接|经济|一共|总共|共|合计)*(?:损失|欠)(?:大概|大约|约|近)?[\d一二两三四五六七八九十万]")
"""A sum without what was lost: it stands among the amounts."""
_SECTION = re.compile(
    r"(?:[一二三四五六1-9][、.．]?)?(?:(?P<problem>(?:目前|当前|现|主要)?(?:存在)?的?(?:主要)?(?:问题|困难|诉求|困难诉求|困难问题|难处|需求)(?:及诉求|和困难|是|有|如下)?|反映(?:的)?(?:[两二三四几]件事|问题|情况|如下)?|说)|"
    r"(?P<measure>(?:帮扶|解决|处理|下步|下一步)?的?(?:措施|办法|打算|工作|计划|意见|建议|解决办法)|处理(?:情况|结果))|(?P<none>走访情况|基本情况|家庭情况|收入情况|收入核查|收入))"
)
_NUMBERED = re.compile(r"^(?:[（(]?[1-9一二三四五][）)、.．]|[①-⑨]|[一二三四五]是|其[一二三四])\s*")


def _is_whole(piece: str) -> bool:
    """Whether words before a verb stand by themselves; 交通补贴 in 交通补贴教他填了 is only what it is done to."""
    return len(piece) > _SHORT or (len(piece) > 1 and (_weighs(piece) or _STEP.match(piece) is not None))


_OTHERS_DO = re.compile(
    rf"^(?:{_WHEN}|{_WHO})*(?:叫|请|组织|让|喊|安排|发动|协调|邀请|带领|动员|约|跟|和|向|与|找|同|给|为|替|去|到|对)(?!.*了$)"
)


def _pieces(body: str) -> list[str]:
    pieces: list[str] = []
    rest = 0
    for cut in _CUT.finditer(body):
        if _is_whole(body[rest : cut.start()]) and not _OTHERS_DO.match(body[rest : cut.start()]):
            pieces.append(body[rest : cut.start()])
            rest = cut.end()
    pieces.append(body[rest:])
    return [piece for piece in pieces if piece.strip()]


def _read_piece(piece: str, section: str, asked: str, found: Findings) -> str:
    """Put what one piece says where it belongs; what the family asked waits for the answer."""
    body = _LEAD.sub("", piece).strip()
    if _HEARSAY.match(piece) or _HEARSAY.match(body):
        return asked
    spoken = _SPEAKER.match(body)
    if spoken:
        body = body[spoken.end() :]
        if body.startswith("要") and not _WELL.search(body):
            found.problems.append(body[:_LONGEST])
            return asked
    if len(body) < 2:
        return asked
    about = _TOLD_ABOUT.fullmatch(body)
    if about and not _weighs(about["what"]):
        found.measures.append("讲" + about["what"].removesuffix("的"))
        return ""
    told = _TOLD.fullmatch(body)
    if told and asked:
        found.measures.extend("讲" + part for part in re.split(r"和|、|与", asked))
        return ""
    question = _QUESTION.match(body)
    if question:
        return question[1]
    step = _step(body)
    if step is not None:
        before, step_words = step
        if before and _weight(before) >= _ENOUGH:
            found.problems.extend(_troubles(before))
        _add_step(step_words, found)
        return ""
    if section == "measures":
        _add_step(body, found)
        return asked
    if section == "problems" and not _WELL.search(body):
        found.problems.extend(short for part in _PART.split(body) if len(part) > 1 for short in _troubles(part))
        return asked
    parts = [part for part in _PART.split(body) if part]
    heavy = [part for part in parts if _weight(part) >= _ENOUGH]
    found.problems.extend(short for part in heavy for short in _troubles(part))
    return asked


def _add_step(text: str, found: Findings) -> None:
    """Add a step; a bare verb takes what was said to be broken (胶管老化，已换新), and a quarrel settled was trouble."""
    short = _step_in_few_words(text)
    quarrel = _SETTLES.search(text)
    if quarrel:
        found.problems.append(_trouble_in_few_words(quarrel["what"]))
    if _SIGNED.fullmatch(short):
        short = "签字确认"
    if _EXPLAINS.match(short) and _RULE.search(short):
        short = "解释政策"
    bare = _BARE_VERB.fullmatch(short)
    if bare and found.problems:
        thing = _broken_thing(found.problems[-1])
        short = (bare["verb"] + thing) if thing else short
    if len(short) > 1 and short not in _SAYS_NOTHING:
        found.measures.append(short)


_SAYS_NOTHING = frozenset({"联系", "沟通", "协调", "帮忙", "答应帮", "答应"})
_SIGNED = re.compile(r"签(?:字|名|收)?")
_EXPLAINS = re.compile(r"(?:给[他她])?(?:解释|说(?!列入)|告诉|说明|解答)")
_RULE = re.compile(r"不算|规定|政策|标准|条件|不符|符合|不影响|不摘|按(?!时)")
_SETTLES = re.compile(
    r"(?:调解|反馈|处理|化解|核实|解决|调处)(?:了)?(?:上次)?(?:说|反映)?(?:的)?(?P<what>[一-鿿]{2,8}?(?:纠纷|矛盾|争吵|拖欠))"
)
_BARE_VERB = re.compile(r"(?P<verb>更?换|维?修|报修|装)(?:新的?|好|上|一?个?新)?")


def _broken_thing(problem: str) -> str:
    core = min((m.start() for pattern, _ in _TROUBLE if (m := pattern.search(problem))), default=0)
    thing = re.sub(r"(?:被|叫|遭|让)[一-鿿]{0,2}$", "", problem[:core])
    return thing if len(thing) <= 4 else thing[-2:]


_LEAD = re.compile(
    r"^(?:刚刚?|又|还|也|就是|就|现在|目前|了解到|得知|发现其?|看到|据说|其中|交谈中|谈到|(?:他|她|户主|老人|老[一-鿿])?(?:告诉我|说起?是?)(?=..)|(?:他|她|户主|老人|老[一-鿿])讲|并且?|因为?|由于|以及|还有|另外|问题是|的|：|:|，|,|一件事是|不过|可是?|只是|主要)+(?=..)"
)
_TOLD = re.compile(r"(?:我)?(?:都|也)?(?:给[他她]们?)?(?:讲|解释|说|宣传|答复|解答)(?:了|清楚|明白|过)+")
_TOLD_ABOUT = re.compile(
    r"(?P<what>(?!我|他|她|跟|和|给|对|都|也)[一-鿿]{2,10}?)(?:也|都|已经?|全)+(?:给[他她]们?)?(?:讲|宣传|解释|说明|告知|讲解)(?:了|清楚|明白|到位|过)+"
)
_QUESTION = re.compile(
    r"^(?:他|她|户主|老人|还|想|就是|又|来)*(?:问(?!题|候|诊|卷)|咨询|打听)(?:了|到|我|一下|起)*(.{2,})"
)


_SPEAKER = re.compile(
    r"^(?!我|上次|上回|之前|以前|跟|给|对|和|医生|告)[一-鿿]{0,5}?(?:说|反映|称|抱怨|诉苦|哭诉|表示|讲起|(?<=[他她])话)(?:了|起|是|道)?(?=[一-鿿]{2})"
)
"""Who says it is not what is said: 老爷子说, 媳妇哭诉."""


def _step(body: str) -> tuple[str, str] | None:
    """The step of help a piece tells, and what it says before; None where it tells none."""
    covered = _GREETING.search(body)
    if covered:
        return None
    answer = _ANSWERS.match(body)
    if answer:
        return "", answer["verb"] + answer["what"]
    match = _STEP.match(body)
    if match and _STILL.search(body):
        return None
    if match and match["verb"].startswith("买") and not (match["for"] or "自" in match["ahead"]):
        return None
    said = match is not None and match["verb"].startswith(("答", "告", "解", "说", "回", "讲"))
    if match and (
        said or not (_NOT_DONE.search(body[: match.end() + 2]) or _DONE_FOR_THEM.search(body[: match.end() + 4]))
    ):
        later = _LATER.search(match["ahead"])
        return "", body[later.start() if later else len(match["ahead"]) :]
    again = _AGAIN.match(body)
    if again and not _NOT_OURS.search(again["what"]) and not _weighs(again["what"]):
        return "", body[again.start("when") :]
    inside = _INSIDE.search(body)
    if inside and not _THEIRS.match(body) and not _NOT_DONE.search(body[: inside.end()]):
        before = body[: inside.start()]
        kept = len(before) > _SHORT or _weighs(before) or bool(_THEIRS.match(before))
        return before, body[inside.start() :] if kept else body
    return None


_STILL = re.compile(r"(?:还|一直|仍|至今)没")
_SHORT = 5
"""So many characters before a verb are what it is done to (交通补贴教他填了), more are a sentence of their own."""
_LATER = re.compile(
    r"(?:明天|明儿|后天|大后天|回头|改天|过几天|(?:下个?|本)?(?:周|月|星期|礼拜)[一二三四五六日天]|下(?:个)?[周月]|月底前?|年底前?)"
)


_INSIDE = re.compile(
    rf"(?<=[一-鿿]{{2}})(?:(?:已经?|我们?|马上|当场|准备|拟|正在|再)*(?:联系(?!不上|人|方|上|好)|上报|报(?:给|到|了)|申请(?!的|书)|动员|协助|劝|叮嘱|提醒|教[他她老]|教(?=关|用|会)|帮[他她忙着]|垫(?:了|付)|解释|喊(?:了|他)|请(?:了|村)|建议|让[他她]|{_WHO}(?:给|跟|帮|去|说|讲|联)))"
)


def _weighs(text: str) -> bool:
    return _weight(text) >= _ENOUGH


def _weight(text: str) -> int:
    """How much speaks for trouble in these words, what is well or over left out."""
    if _OVER.search(text) or _BEFORE.search(text):
        return 0
    plain = _WELL.sub(lambda m: "〇" * len(m.group()), text)
    if _GREETING.search(plain):
        return 0
    weight = sum(weight for pattern, weight in _TROUBLE if pattern.search(plain))
    if _REPORTS.search(plain):
        weight += 2 if "〇" not in plain else 0
    return weight


# ------------------------------------------------------------------ in few words

_TIME = re.compile(
    r"(?:去年|今年|前年|上个?月|这个?月|上周|昨天|前天|今天|最近|近期|近来|这几天|这段时间|目前|现在|当前|一直|长期(?=卧)|每天|天天|常常|经常|已经?|刚刚?|(?:19|20)\d\d年(?:\d{1,2}月(?:份|\d{1,2}[日号])?)?|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份|\d{1,2}[日号])?|[一二两三四五六七八九十\d]+(?:多)?(?:天|个多?月|年)(?:多)?(?:了|前)?)"
)
_FILLER = re.compile(
    r"(?:^|(?<=[一-鿿]))(?:他们家|她们家|他家|她家|我家|他们|她们|家里(?!没人|进|漏|停|没|断|缺|着)|家中|佢话|佢|户主|本人|其(?!他|它|中|子|妻|父|母|女|孙)|他|她(?!妈|爸)|也|都|还(?!差|欠|清|债)|又|就|才|很|非常|有点|有些|比较|特别|确实|确诊|查出|患有|(?<!隐)患(?!者)|有(?=[一-鿿]*?(?:病|癌|隐患|瘤|结石|障))|得了|因为|因|由于|反映|觉得|称|表示|(?<![舍不为])(?:了(?=.)(?!解)|着)|呢|吧|啊|嘛|哈|咧|咗|了点|一个|一下午|一上午|一下|一些|个(?=[一-鿿])|吗|存在|把|的|又犯|[一两三二四五六七八九十几\d]+(?:个|批|位|件事))"
)
_PLACE = re.compile(r"(?:在|到)[一-鿿]{1,3}(?:上|里|边|学校)(?=[一-鿿]{2})|(?<=想)再|(?<=种)点")
_HOW_MANY = re.compile(
    r"(?<=[一-鿿]{3})[一二两三四五六七八九十百千几半\d.]+(?:多|来)?[斤箱头只棵株亩米条袋口]?[一-鿿]?$"
)
_SINCE = re.compile(
    r"(?<=[一-鿿]{3})(?:[一二两三四五六七八九十\d]+(?:多)?(?:天|个多?月|年)(?:多)?了|说(?=[一-鿿]{2})|所以|导致)(?=.)"
)
_COMPLEMENT = re.compile(r"(?<=[疼痛漏咳凶病])得.*$|(?:得(?:很|厉害|凶|不行|要命|慌)|厉害|不得了)$")
_MONEY_TAIL = re.compile(
    r"(?:大概|大约|约|共|共计|一共|总共|将近)?(?:[\d.,]+|[一二两三四五六七八九十百千]+)[万千百]?(?:多)?(?:元|块钱|块)(?:左右|多)?$"
)


def _troubles(text: str) -> list[str]:
    """Each trouble of a stretch of words; a long one told without a pause may hold several."""
    if len(text) <= _LONGEST + 3:
        return [_trouble_in_few_words(text)]
    plain = _TIME.sub(lambda m: "〇" * len(m.group()), _WELL.sub(lambda m: "〇" * len(m.group()), text))
    spans = sorted(match.span() for pattern, _ in _TROUBLE for match in pattern.finditer(plain))
    groups: list[tuple[int, int]] = []
    for start, end in spans:
        if groups and start - groups[-1][1] < _APART:
            groups[-1] = (groups[-1][0], max(end, groups[-1][1]))
        else:
            groups.append((start, end))
    if len(groups) < 2:
        return [_trouble_in_few_words(text)]
    # A new trouble begins with its subject, two or three characters before the word that tells it.
    ends = [0, *((max(one[1], other[0] - 3) for one, other in pairwise(groups))), len(text)]
    return [_trouble_in_few_words(text[begin:end]) for begin, end in pairwise(ends)]


def _trouble_in_few_words(text: str) -> str:
    short = _LEAD.sub("", text.strip(' ，,。:：的“”"（）()'))
    short = re.sub(r"[（(].*?[）)]|[“”\"]", "", short)
    short = _official(short)
    short = _PLACE.sub("", short)
    short = _SINCE.split(short, maxsplit=1)[0]
    short = _TIME.sub("", short)
    short = _REPORTS.sub("", short, count=1)
    short = _COMPLEMENT.sub("", short)
    short = _FILLER.sub("", short)
    short = _HOW_MANY.sub("", short) if len(short) > _SHORT_ENOUGH - 3 else short
    if len(short) > _SHORT_ENOUGH:
        short = _around_the_core(short)
    short = _GRADE.sub(lambda m: m.group().upper(), short)
    return short.strip(" ，,。:：的") or text


def _official(text: str) -> str:
    """The same in the words of a handbook: 娃 is 孩子, 没得 and 莫得 are 没有."""
    for pattern, word in _OFFICIAL:
        text = pattern.sub(word, text)
    return text


_OFFICIAL = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"(?<![男女二大小])(?:娃娃|娃儿|小孩子?|小娃|细路|娃)(?!鱼)", "孩子"),
        (r"没得|莫得|冇得?|么得", "没"),
        (r"[脚手]杆(?=[疼痛])", lambda m: m.group()[0]),
        (r"脑壳(?=[疼痛晕昏])", "头"),
        (r"屋头(?=[漏垮塌])", "屋"),
        (r"其妻子?", "妻子"),
        (r"其母亲?", "母亲"),
        (r"其父亲?", "父亲"),
        (r"其儿?子", "儿子"),
        (r"其女儿?", "女儿"),
    )
)
_TAKING = re.compile(r"把(?P<what>[一-鿿]{1,8}?)(?P<verb>修|填|报|办|换|搬|装|清理|拆|交|拍|重新报)(?:好|了|上|完)*$")
_GRADE = re.compile(r"[a-d](?=级)")


def _around_the_core(text: str) -> str:
    """The words about the trouble itself, where more was said."""
    plain = _WELL.sub(lambda m: "〇" * len(m.group()), text)
    cores = [match for pattern, _ in _TROUBLE for match in pattern.finditer(plain)]
    if not cores:
        return text[:_LONGEST]
    core = min(cores, key=lambda match: match.start())
    # 缺 and 想 say little without what comes after them; 漏 and 塌 say all.
    end = min(len(text), core.end() + (6 if _TAKES_OBJECT.match(core.group()) else 2))
    start = max(0, core.start() - 6)
    joint = max(
        (
            text.rfind(word, start, core.start()) + len(word)
            for word in ("导致", "造成", "因", "在", "被", "把")
            if text.rfind(word, start, core.start()) >= 0
        ),
        default=start,
    )
    return text[start if joint - start > 4 else joint if joint else start : end]


_TAKES_OBJECT = re.compile(r"[缺欠差想怕嫌愁占]|担心|要求|希望|请求|没|不|未|无|凑|舍不得|反映|丢|还")
_STEP_FILLER = re.compile(
    r"(?:他们家|她们家|他家|她家|他们|她们|其(?!他|它|子|妻|父|母|女|孙)|他(?!妈|爸)|她(?!妈|爸)|老人家?|户主|(?<!跟)本人|一?下午|一?上午|一下|一些|(?<=[弄买种拿带要取])点|了|着(?!火)|(?<=劝)多|(?<=菜)多|(?<=[一-鿿])多(?=[种养栽])|(?<=[去说问看办讲])过(?!来|去)|一番|吧|呢|些|个(?=[一-鿿])|及时|尽快|已经?|再(?![谈来去看打])|也|都|(?<!再)来(?=[一-鿿])|一起|先|晚上(?=先|住)|同志|有关|相关|进行|(?<=[叫喊带])上(?!门)|家里|会儿|半天|(?<!报)(?:村上|村里|镇上|乡上|县里)|(?<=[留发签填写交])[一两]?[张份条](?=[一-鿿])|当天就?|(?<=[一-鿿]{2})从[一-鿿]{2,4}(?=匀|买|拿|借)|上前|把|的(?!士|确)|[一两三二四五六七八九十几\d]+(?:个|名|位|批|台|捆|套|次|趟|吨|项)|帮忙(?=摘|砍|点|种|搬|修|收|办|拿|看)|一?下午|一?上午|(?:去|到|在)[一-鿿]{2,5}?(?=拿|买|取|领|开药|挂号|找(?=了?[个份])))"
)
_MEN = re.compile(r"(?P<n>[一二两三四五六七八九十\d]+)个人")
_VIA = re.compile(r"^(?:找|向|到|去)[一-鿿]{2,5}?(?=申请|申报|补办|挂失|办理)")
_JOINT = re.compile(
    r"(?<=[一-鿿]{4})(?:给|到|让|来(?!源)|并|后(?!续)|可以|因为|每|说|等(?!级)|，|送去|帮[忙着]|去(?!年|世))"
)
_STEP_FOR = re.compile(
    r"^(?:给|为|替|对)(?=[一-鿿])[一-鿿]{0,3}?(?=搭|盖|修|挂|讲|说|办|申|联|装|换|做|解|宣|开|买|补|争|落|量|打|协)"
)


def _step_in_few_words(text: str) -> str:
    short = text.strip(' ，,。:：“”"（）()')
    short = re.sub(r"[（(].*?[）)]|[“”\"]", "", short)
    short = re.sub(rf"^(?:{_WHO}|我)(?=..)", "", short)
    short = _MONEY_TAIL.sub("", _TIME.sub("", short)) if len(short) > _SHORT_ENOUGH else short
    short = _VIA.sub("", short)
    short = _MEN.sub(r"\g<n>人", short)
    short = _TAKING.sub(r"\g<verb>\g<what>", short)
    short = _STEP_FILLER.sub("", _official(short))
    short = _STEP_FOR.sub("", short)
    short = re.sub(
        r"^(?:跟|和|与|同|向|找)(?P<whom>[一-鿿]{1,6}?)(?P<verb>联系|沟通|对接|协调)(?=[一-鿿]|$)",
        r"\g<verb>\g<whom>",
        short,
    )
    if len(short) > _SHORT_ENOUGH:
        joint = _JOINT.search(short, 4, _LONGEST + 2)
        short = short[: joint.start() if joint else _LONGEST]
    return short.strip(" ，,。:：") or text
