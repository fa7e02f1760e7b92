"""Inputs, words and table of the customer's definition."""

from typing import cast

from yongxin.language import Language, LocalizedText
from yongxin.simulators.base import (
    ChoiceInput,
    InputGroup,
    InputOption,
    Inputs,
    Results,
    Simulator,
    Table,
    both,
)
from yongxin.simulators.customer_definition.model import Definition, Party, Reach, reach

# Invented people of Yunshan Court and Qiming Tower.
_PARTIES: tuple[tuple[LocalizedText, Party], ...] = (
    (
        both("住自己房子的业主", "Owner who lives in her flat"),
        Party(buys=True, uses=True),
    ),
    (
        both("在启明大厦买了一层、自己办公的公司", "Firm that owns its floor in Qiming Tower"),
        Party(buys=True, uses=True, is_organisation=True),
    ),
    (
        both("房子出租、人在国外的业主", "Owner abroad who lets her flat"),
        Party(buys=True, uses=False),
    ),
    (
        both("房租里含物业费的租户", "Tenant whose rent includes the fee"),
        Party(buys=False, uses=True),
    ),
    (
        both("业主家上小学的孩子", "An owner’s child, at school"),
        Party(buys=False, uses=True),
    ),
    (
        both("要用库房的保洁员", "Cleaner who needs the store-room"),
        Party(buys=False, uses=True, is_colleague=True),
    ),
    (
        both("要领钥匙的保安", "Guard who signs out keys"),
        Party(buys=False, uses=True, is_colleague=True),
    ),
    (
        both("把餐交到大门口的骑手", "Rider who hands over meals at the gate"),
        Party(buys=False, uses=False),
    ),
)

_SENTENCES: dict[Definition, LocalizedText] = {
    "buys-and-uses": both(
        "购买并使用你的产品或服务的人或单位",
        "a person or organisation that buys and uses your product or service",
    ),
    "uses": both(
        "使用你的产品或服务的人或单位",
        "a person or organisation that uses your product or service",
    ),
    "buys": both(
        "购买你的产品或服务的人或单位",
        "a person or organisation that buys your product or service",
    ),
    "persons-only": both(
        "购买并使用你的产品或服务的人",
        "a person that buys and uses your product or service",
    ),
    "buys-or-uses": both(
        "购买或使用你的产品或服务的人或单位",
        "a person or organisation that buys or uses your product or service",
    ),
}

_WORDS: dict[Language, dict[str, str]] = {
    "zh-CN": {
        "caption": "这句话里，谁算顾客",
        "who": "谁",
        "buys": "买",
        "uses": "用",
        "counts": "算",
        "yes": "是",
        "no": "否",
        "in": "是",
        "out": "否",
        "all": "合计",
        "sentence": "顾客是：{sentence}。八个里算进{count}个。",
        "more": "新算进来{count}个，其中同事{colleagues}个。",
        "fewer": "掉出去{count}个。",
        "stop": "",
    },
    "en": {
        "caption": "Who is a customer by this sentence",
        "who": "Who",
        "buys": "Buys",
        "uses": "Uses",
        "counts": "Counts",
        "yes": "yes",
        "no": "no",
        "in": "yes",
        "out": "no",
        "all": "All",
        "sentence": "A customer is {sentence}. It takes in {count} of the eight.",
        "more": "Newly in: {count}, colleagues among them: {colleagues}.",
        "fewer": "Newly out: {count}.",
        "stop": " ",
    },
}


def _show(inputs: Inputs, language: Language) -> Results:
    # The input was read against the options below, which are these literals.
    definition = cast("Definition", inputs["definition"])
    result = reach([party for _, party in _PARTIES], definition)
    return Results(summary=_summary(definition, result, language), table=_table(result, language))


def _summary(definition: Definition, result: Reach, language: Language) -> str:
    words = _WORDS[language]
    told = [
        words["sentence"].format(
            sentence=_SENTENCES[definition].in_language(language), count=sum(result.counts)
        )
    ]
    if result.added:
        told.append(
            words["more"].format(count=len(result.added), colleagues=result.added_colleagues)
        )
    if result.dropped:
        told.append(words["fewer"].format(count=len(result.dropped)))
    return words["stop"].join(told)


def _table(result: Reach, language: Language) -> Table:
    words = _WORDS[language]
    rows = []
    for place, (name, party) in enumerate(_PARTIES):
        rows.append(
            (
                name.in_language(language),
                words["yes" if party.buys else "no"],
                words["yes" if party.uses else "no"],
                words["in" if result.counts[place] else "out"],
            )
        )
    rows.append((words["all"], "", "", str(sum(result.counts))))
    return Table(
        caption=words["caption"],
        columns=tuple(words[key] for key in ("who", "buys", "uses", "counts")),
        rows=tuple(rows),
        marked=tuple(sorted((*result.added, *result.dropped))),
        has_total=True,
    )


_OPTIONS: dict[Definition, LocalizedText] = {
    "buys-and-uses": both("什么也不划（讲义的原意）", "Strike nothing (the deck)"),
    "uses": both("划掉“购买并”", "Strike “buys and”"),
    "buys": both("划掉“并使用”", "Strike “and uses”"),
    "persons-only": both("划掉“或单位”", "Strike “or organisation”"),
    "buys-or-uses": both("把“并”改成“或”", "Turn “and” into “or”"),
}

SIMULATOR = Simulator(
    package=__package__ or "",
    title=both("改一改定义，谁进谁出", "Change the definition: who is in, who is out"),
    introduction=both(
        "下面八个都是云杉苑和启明大厦会碰到的，人物是编的。改动定义，看谁算进来、谁掉出去。",
        "Eight people and firms that you might meet at Yunshan Court and Qiming Tower, all "
        "invented. Change the definition and see who comes in and who drops out.",
    ),
    groups=(
        InputGroup(
            id="wording",
            label=both("购买并使用你的产品或服务的人或单位", "The definition"),
            inputs=(
                ChoiceInput(
                    id="definition",
                    label=both("动哪里", "What to change"),
                    options=tuple(InputOption(name, text) for name, text in _OPTIONS.items()),
                    default="buys-and-uses",
                ),
            ),
        ),
    ),
    show=_show,
)
