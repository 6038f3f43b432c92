"""Every kind of push reads to one plain record; the platforms' quirks are gone from it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.markup import Format, Reason
from bot.wechat.push import (
    BadPush,
    Kind,
    Push,
    SubscriptionChange,
    SubscriptionStep,
    parse,
    subscriptions,
)
from tests.wechat_formats.sealing import TEXT


def push(kind: str, inside: str = "", sender: str = "oVillager") -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[gh_county]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>1772717400</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inside}</xml>"
    ).encode()


def event(name: str, inside: str = "") -> bytes:
    return push("event", f"<Event><![CDATA[{name}]]></Event>{inside}")


def test_a_text_message() -> None:
    # The key was worked out with b2sum -l 128.
    assert parse(TEXT.encode()) == Push(
        key="430cb9a792b166cd42f7645c59e6d023",
        format=Format.XML,
        to="gh_0a1b2c3d4e5f",
        sender="oVillager-0001_abcdefghijklm",
        created_at=1772717400,
        kind=Kind.TEXT,
        fields={
            "ToUserName": "gh_0a1b2c3d4e5f",
            "FromUserName": "oVillager-0001_abcdefghijklm",
            "CreateTime": "1772717400",
            "MsgType": "text",
            "Content": "钱来了没",
            "MsgId": "24938412345678901",
        },
        text="钱来了没",
        message_id="24938412345678901",
    )


def test_words_are_kept_exactly_as_they_were_typed() -> None:
    assert parse(push("text", "<Content><![CDATA[ 走访\n王家 ]]></Content>")).text == " 走访\n王家 "
    assert parse(push("text", "<Content><![CDATA[]]></Content>")).text == ""
    assert parse(push("text")).text == ""


def test_a_tap_in_a_message_menu_names_its_entry() -> None:
    tapped = parse(push("text", "<Content>满意</Content><bizmsgmenuid>101</bizmsgmenuid><MsgId>7</MsgId>"))
    assert (tapped.text, tapped.menu_id, tapped.message_id) == ("满意", "101", "7")


@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.SHORTVIDEO, Kind.FILE])
def test_media_messages_name_their_media(kind: Kind) -> None:
    heard = parse(push(kind.value, "<MediaId><![CDATA[media-1]]></MediaId><Format>amr</Format><MsgId>8</MsgId>"))
    assert (heard.kind, heard.media_id, heard.text, heard.leaf("Format")) == (kind, "media-1", "", "amr")


def test_a_location_message_has_latitude_first() -> None:
    place = parse(
        push(
            "location",
            "<Location_X>32.228917</Location_X><Location_Y>106.290427</Location_Y>"
            "<Scale>16</Scale><Label><![CDATA[东河镇]]></Label><MsgId>9</MsgId>",
        )
    )
    assert (place.kind, place.latitude, place.longitude) == (Kind.LOCATION, 32.228917, 106.290427)
    assert place.label == "东河镇"


@pytest.mark.parametrize("latitude", ["", "north", "nan", "1e1", "1_0", "91", "３２", "32.1.1"])
def test_a_place_that_is_none_on_earth_is_no_place(latitude: str) -> None:
    place = parse(
        push("location", f"<Location_X>{latitude}</Location_X><Location_Y>106.2</Location_Y><Label>家</Label>")
    )
    assert (place.latitude, place.longitude, place.label) == (None, None, "家")


def test_a_reported_location_and_a_chosen_one() -> None:
    reported = parse(event("LOCATION", "<Latitude>32.2</Latitude><Longitude>-106.3</Longitude>"))
    assert (reported.event, reported.latitude, reported.longitude) == ("location", 32.2, -106.3)
    chosen = parse(
        event(
            "location_select",
            "<EventKey>6</EventKey><SendLocationInfo><Location_X>32</Location_X><Location_Y>106</Location_Y>"
            "<Label><![CDATA[ 东河镇 12号 ]]></Label><Poiname></Poiname></SendLocationInfo>",
        )
    )
    assert (chosen.latitude, chosen.longitude, chosen.label) == (32.0, 106.0, "东河镇 12号")


def test_an_event_is_named_in_lower_case_on_both_platforms() -> None:
    tap = parse(event("CLICK", "<EventKey><![CDATA[MENU_Money]]></EventKey><AgentID>1000002</AgentID>"))
    assert (tap.kind, tap.event, tap.event_key, tap.agent_id) == (Kind.EVENT, "click", "MENU_Money", "1000002")


def test_a_follow_by_qr_code_keeps_its_scene() -> None:
    follow = parse(event("subscribe", "<EventKey>qrscene_invite-7</EventKey><Ticket>TICKET-1</Ticket>"))
    assert (follow.event, follow.event_key, follow.leaf("Ticket")) == ("subscribe", "qrscene_invite-7", "TICKET-1")


def test_the_result_of_a_template_message_names_the_message_it_is_about() -> None:
    result = parse(event("TEMPLATESENDJOBFINISH", "<MsgID>200163836</MsgID><Status>failed:user block</Status>"))
    assert (result.message_id, result.leaf("Status")) == ("200163836", "failed:user block")


def test_a_kind_nobody_has_heard_of_keeps_its_fields() -> None:
    odd = parse(push("miniprogrampage", "<Title>页</Title><MediaId>m</MediaId><Label><a>1</a></Label>"))
    assert (odd.kind, odd.event, odd.leaf("Title"), odd.leaf("Label")) == (Kind.UNKNOWN, "", "页", "")
    assert odd.fields["Label"] == {"a": "1"}


@pytest.mark.parametrize(
    "lists",
    [
        "<PicList><item><PicMd5Sum>aa</PicMd5Sum></item><item><PicMd5Sum>bb</PicMd5Sum></item></PicList>",
        "<PicList><item><PicMd5Sum>aa</PicMd5Sum></item></PicList>"
        "<PicList><item><PicMd5Sum>bb</PicMd5Sum></item></PicList>",
    ],
)
def test_pictures_read_alike_however_they_are_repeated(lists: str) -> None:
    sent = parse(event("pic_weixin", f"<SendPicsInfo><Count>2</Count>{lists}</SendPicsInfo>"))
    assert sent.fields["SendPicsInfo"] == {
        "Count": "2",
        "PicList": {"item": ({"PicMd5Sum": "aa"}, {"PicMd5Sum": "bb"})},
    }


@pytest.mark.parametrize("lists", ["", "<PicList></PicList>", "<PicList>\n</PicList>"])
def test_no_pictures_are_an_empty_list(lists: str) -> None:
    sent = parse(event("pic_weixin", f"<SendPicsInfo><Count>0</Count>{lists}</SendPicsInfo>"))
    assert sent.fields["SendPicsInfo"] == {"Count": "0", "PicList": {"item": ()}}


def test_the_answers_on_a_template_card_are_lists_even_of_one() -> None:
    answered = parse(
        event(
            "template_card_event",
            "<EventKey>confirm</EventKey><TaskId>visit-12</TaskId><ResponseCode>rc</ResponseCode><AgentID>1</AgentID>"
            "<SelectedItems><SelectedItem><QuestionKey>q1</QuestionKey>"
            "<OptionIds><OptionId>yes</OptionId></OptionIds></SelectedItem></SelectedItems>",
        )
    )
    assert (answered.event_key, answered.leaf("TaskId"), answered.leaf("ResponseCode")) == ("confirm", "visit-12", "rc")
    assert answered.fields["SelectedItems"] == {
        "SelectedItem": ({"QuestionKey": "q1", "OptionIds": {"OptionId": ("yes",)}},)
    }


def test_a_json_push_reads_like_the_xml_one() -> None:
    members = {
        "ToUserName": "gh_county",
        "FromUserName": "oVillager",
        "CreateTime": 1772717400,
        "MsgType": "text",
        "Content": "钱来了没",
        "MsgId": 24938412345678901,
    }
    heard = parse(json.dumps(members, ensure_ascii=False).encode())
    assert heard.format is Format.JSON
    assert heard.fields == {name: str(member) for name, member in members.items()}
    assert (heard.sender, heard.created_at, heard.text) == ("oVillager", 1772717400, "钱来了没")
    assert heard.message_id == "24938412345678901"


POPUP = (
    "<SubscribeMsgPopupEvent><List><TemplateId>tpl-1</TemplateId>"
    "<SubscribeStatusString>accept</SubscribeStatusString><PopupScene>2</PopupScene></List>{}</SubscribeMsgPopupEvent>"
)


def test_subscription_answers_are_listed_whether_one_or_several() -> None:
    accepted = SubscriptionChange("tpl-1", SubscriptionStep.ANSWERED, accepted=True)
    rejected = SubscriptionChange("tpl-2", SubscriptionStep.ANSWERED, accepted=False)
    second = "<List><TemplateId>tpl-2</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>"
    assert subscriptions(parse(event("subscribe_msg_popup_event", POPUP.format("")))) == [accepted]
    assert subscriptions(parse(event("subscribe_msg_popup_event", POPUP.format(second)))) == [accepted, rejected]


@pytest.mark.parametrize("as_list", [True, False])
def test_subscription_answers_in_json(as_list: bool) -> None:
    entry = {"TemplateId": "tpl-1", "SubscribeStatusString": "reject", "PopupScene": 0}
    members = {
        "ToUserName": "gh_county",
        "FromUserName": "oVillager",
        "CreateTime": 1772717400,
        "MsgType": "event",
        "Event": "subscribe_msg_change_event",
        "SubscribeMsgChangeEvent": {"List": [entry] if as_list else entry},
    }
    [change] = subscriptions(parse(json.dumps(members).encode()))
    assert change == SubscriptionChange("tpl-1", SubscriptionStep.CHANGED, accepted=False)


def test_a_sent_notice_says_what_became_of_it() -> None:
    inside = (
        "<SubscribeMsgSentEvent><List><TemplateId>tpl-1</TemplateId><MsgID>1700827132819554304</MsgID>"
        "<ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>"
    )
    [sent] = subscriptions(parse(event("subscribe_msg_sent_event", inside)))
    assert sent == SubscriptionChange(
        "tpl-1",
        SubscriptionStep.SENT,
        accepted=None,
        message_id="1700827132819554304",
        error_code="0",
        error_status="success",
    )


@pytest.mark.parametrize(
    "inside",
    ["", "<SubscribeMsgPopupEvent></SubscribeMsgPopupEvent>", POPUP[:24] + "<List>x</List></SubscribeMsgPopupEvent>"],
)
def test_an_empty_subscription_event_lists_nothing(inside: str) -> None:
    assert subscriptions(parse(event("subscribe_msg_popup_event", inside))) == []
    assert subscriptions(parse(push("text", inside))) == []


def test_a_retry_has_the_same_key_and_nothing_else_has() -> None:
    heard = [
        push("text", "<Content>好</Content><MsgId>1</MsgId>"),
        push("text", "<Content>好</Content><MsgId>2</MsgId>"),
        push("text", "<Content>好</Content><MsgId>1</MsgId>", sender="oNeighbour"),
        push("text", "<Content>坏</Content><MsgId>1</MsgId>"),
        event("LOCATION", "<Latitude>1</Latitude><Longitude>2</Longitude>"),
        event("unsubscribe"),
        event("CLICK", "<EventKey>A</EventKey>"),
        event("CLICK", "<EventKey>B</EventKey>"),
        event("CLICK", "<EventKey>A</EventKey><AgentID>2</AgentID>"),
    ]
    keys = [parse(payload).key for payload in heard]
    assert len(set(keys)) == len(heard)
    assert [parse(payload).key for payload in heard] == keys
    assert all(len(key) == 32 and set(key) <= set("0123456789abcdef") for key in keys)


WHOLE = {
    "ToUserName": "gh_county",
    "FromUserName": "oVillager",
    "CreateTime": "1772717400",
    "MsgType": "event",
    "Event": "CLICK",
    "MsgId": "1",
}


@pytest.mark.parametrize("missing", ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Event"])
@pytest.mark.parametrize("value", [None, "", " ", {"a": "1"}])
def test_a_push_without_one_of_its_fields_is_refused(missing: str, value: object) -> None:
    members = {name: member for name, member in WHOLE.items() if name != missing}
    if value is not None:
        members[missing] = value  # type: ignore[assignment]
    with pytest.raises(BadPush) as refused:
        parse(json.dumps(members).encode())
    assert refused.value.reason is Reason.MISSING_FIELD


@pytest.mark.parametrize("name", ["CreateTime", "MsgId"])
@pytest.mark.parametrize("value", ["soon", "-1", "1.5", "1e9", "0x10", "１２", "1 2", "9" * 33])
def test_a_number_that_is_none_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadPush) as refused:
        parse(json.dumps({**WHOLE, name: value}).encode())
    assert refused.value.reason is Reason.NOT_A_NUMBER


@pytest.mark.parametrize(
    "inside",
    ["<Content><a>1</a></Content>", "<Content>1</Content><Content>2</Content>", "<MsgId>1</MsgId><MsgId>2</MsgId>"],
)
def test_words_in_the_shape_of_a_structure_are_refused(inside: str) -> None:
    with pytest.raises(BadPush) as refused:
        parse(push("text", inside))
    assert refused.value.reason is Reason.NOT_PLAIN_TEXT


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"<xml></xml>", Reason.MISSING_FIELD),
        (b"<xml/>", Reason.MISSING_FIELD),
        (TEXT.replace("xml", "root").encode(), Reason.WRONG_ROOT),
        (b"<!DOCTYPE xml>" + TEXT.encode(), Reason.DTD),
        (TEXT.encode("gbk"), Reason.NOT_UTF8),
        (push("text", "<a>" * 20 + "</a>" * 20), Reason.TOO_DEEP),
        (push("text", "x" * 200_000), Reason.TOO_LARGE),
        (b"null", Reason.WRONG_ROOT),
    ],
)
def test_what_is_no_push_is_refused_by_name(payload: bytes, reason: Reason) -> None:
    with pytest.raises(BadPush) as refused:
        parse(payload)
    assert refused.value.reason is reason


NAMES = [*WHOLE, "Content", "MediaId", "EventKey", "SendPicsInfo", "SendLocationInfo", "SubscribeMsgPopupEvent"]
NESTED = st.recursive(
    st.one_of(st.text(max_size=5), st.integers(), st.none(), st.booleans(), st.floats()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["List", "PicList", "item", "TemplateId", "Location_X"]), inner, max_size=3),
    ),
    max_leaves=6,
)


@given(
    overrides=st.dictionaries(st.sampled_from(NAMES), NESTED, max_size=5),
    kind=st.sampled_from([*Kind, "TEXT", ""]),
    name=st.sampled_from(["subscribe_msg_popup_event", "pic_weixin", "location_select", "LOCATION", "x"]),
)
def test_no_payload_ends_in_anything_but_a_push_or_a_refusal(
    overrides: dict[str, object], kind: str, name: str
) -> None:
    members = {**WHOLE, "MsgType": kind, "Event": name, **overrides}
    try:
        heard = parse(json.dumps(members).encode())
    except BadPush:
        return
    assert heard.sender and heard.to and heard.created_at >= 0
    assert (heard.event != "") == (heard.kind is Kind.EVENT)
    subscriptions(heard)
