"""Every command's words: its help, what is wrong with its arguments, and its exit status."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from storage.sealing import Keyring
from tests.commands.conftest import IMPORTS, ROOT, Bangfu, shell, without_settings

COMMANDS = (
    ("migrate",),
    ("serve",),
    ("worker",),
    ("demo",),
    ("doctor",),
    ("keys",),
    ("keys", "new"),
    ("keys", "rotate"),
    ("menu",),
    ("import",),
    ("import", "households"),
    ("import", "undo"),
    ("invite",),
    ("household",),
    ("household", "show"),
    ("visits",),
    ("visits", "list"),
    ("policies",),
    ("policies", "check"),
    ("entitlements",),
    ("understand",),
    ("reminders",),
    ("reminders", "plan"),
    ("reminders", "list"),
    ("reminders", "deliver"),
)
ENGLISH_OF_ARGPARSE = re.compile(r"usage|positional|options|optional|show this|argument|invalid|required", re.I)


@pytest.mark.parametrize("command", [(), *COMMANDS], ids=" ".join)
def test_every_command_explains_itself_in_chinese(bangfu: Bangfu, command: tuple[str, ...]) -> None:
    said = bangfu(*command, "--help")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"用法：{' '.join(('bangfu', *command))} ")
    assert not ENGLISH_OF_ARGPARSE.search(said.out)
    for line in re.split(r"\n(?= {2}\S)", said.out)[1:]:
        assert re.search(r"[一-鿿]", line), f"{line!r} says nothing"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "用法不对：还缺 命令。加 --help 看用法。"),
        (["fly"], "用法不对：没有 fly 这个命令。加 --help 看用法。"),
        (["--fly"], "用法不对：还缺 命令。加 --help 看用法。"),
        (["keys"], "用法不对：还缺 命令。加 --help 看用法。"),
        (["keys", "old"], "用法不对：没有 old 这个命令，可以写 new、rotate。加 --help 看用法。"),
        (["keys", "new", "more"], "用法不对：不认识 more。加 --help 看用法。"),
        (["import", "households"], "用法不对：还缺 FILE。加 --help 看用法。"),
        (
            ["import", "villages", "x.xlsx"],
            "用法不对：没有 villages 这个命令，可以写 "
            "households、cadres、assignments、applications、disbursements、areas、undo。加 --help 看用法。",
        ),
        (["import", "undo"], "用法不对：还缺 BATCH。加 --help 看用法。"),
        (["import", "undo", "第一批"], "用法不对：BATCH 批号要写数字。加 --help 看用法。"),
        (["invite"], "用法不对：--cadre 和 --household 要写一个，也只写一个。加 --help 看用法。"),
        (
            ["invite", "--cadre", "19900000001", "--household", "1"],
            "用法不对：--cadre 和 --household 要写一个，也只写一个。加 --help 看用法。",
        ),
        (
            ["invite", "--cadre", "19900000001", "--proxy"],
            "用法不对：--proxy 要和 --household 一起写。加 --help 看用法。",
        ),
        (
            ["invite", "--household", "1", "--proxy", "一个很长很长很长很长的称呼"],
            "用法不对：称呼最多10个字。加 --help 看用法。",
        ),
        (["household", "show"], "用法不对：还缺 户编号。加 --help 看用法。"),
        (
            ["visits", "list", "--since", "2026-02-30"],
            "用法不对：--since 日期要写成 2026-11-22 这样。加 --help 看用法。",
        ),
        (["visits", "list", "--since"], "用法不对：--since 后面要写一个值。加 --help 看用法。"),
        (["entitlements", "1", "--on", "昨天"], "用法不对：--on 日期要写成 2026-11-22 这样。加 --help 看用法。"),
        (["reminders", "plan"], "用法不对：还缺 --at。加 --help 看用法。"),
        (
            ["reminders", "deliver", "--at", "9点"],
            "用法不对：--at 时间要写成 2026-12-01T09:00+08:00 这样。加 --help 看用法。",
        ),
        (["serve", "--port", "http"], "用法不对：--port 要写 1 到 65535 的数字。加 --help 看用法。"),
        (["serve", "--port", "65536"], "用法不对：--port 要写 1 到 65535 的数字。加 --help 看用法。"),
        (["serve", "--workers", "0"], "用法不对：--workers 要写 1 以上的数字。加 --help 看用法。"),
        (["serve", "--no-scheduler=1"], "用法不对：--no-scheduler 后面不用写 1。加 --help 看用法。"),
        (["demo", "--port", "-1"], "用法不对：--port 要写 1 到 65535 的数字。加 --help 看用法。"),
        (
            ["understand", "--role", "mayor", "好"],
            "用法不对：--role 不能写 mayor，可以写 household、cadre。加 --help 看用法。",
        ),
        (
            ["understand"],
            "用法不对：请给一句话（整句用引号括起来），或用 --jsonl 给一个文件，或写 evaluate 和一个文件。"
            "加 --help 看用法。",
        ),
        (
            ["understand", "钱来了没", "有没有"],
            "用法不对：请给一句话（整句用引号括起来），或用 --jsonl 给一个文件，或写 evaluate 和一个文件。"
            "加 --help 看用法。",
        ),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(bangfu: Bangfu, arguments: list[str], sentence: str) -> None:
    said = bangfu(*arguments)
    assert (said.status, said.sentence) == (2, sentence)


def test_a_port_in_the_environment_that_is_none_is_said_and_disturbs_no_other_command(
    bangfu: Bangfu, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "八千")
    assert bangfu("--help").status == 0
    said = bangfu("demo")
    assert (said.status, said.sentence) == (2, "用法不对：--port 要写 1 到 65535 的数字。加 --help 看用法。")


def test_keys_new_prints_one_key_and_nothing_else(bangfu: Bangfu) -> None:
    said, again = bangfu("keys", "new"), bangfu("keys", "new")
    assert (said.status, said.err) == (0, "")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", said.out)
    keyring = Keyring([said.out.strip()])
    assert keyring.open(keyring.seal("990100", "member.id_number"), "member.id_number") == "990100"
    assert again.out != said.out


def test_every_importer_misses_a_file_in_the_same_words(bangfu: Bangfu) -> None:
    for kind in IMPORTS:
        said = bangfu("import", kind, "没有.xlsx")
        assert (said.status, said.sentence) == (1, "找不到文件 没有.xlsx。")


def test_policies_are_checked_with_nothing_set(bangfu: Bangfu, bare: Path) -> None:
    assert (bangfu("policies", "check").status, bangfu("policies", "check").out) == (0, "政策目录没有错误。\n")
    said = bangfu("policies", "check", "哪里")
    assert (said.status, said.sentence) == (1, "找不到文件 哪里。")


def test_a_policy_pack_with_a_mistake_names_file_and_line(bangfu: Bangfu, bare: Path) -> None:
    pack = bare / "pack"
    pack.mkdir()
    said = bangfu("policies", "check", str(pack))
    assert (said.status, said.err) == (1, "")
    assert said.out == "county.yaml 第1行：这个目录里没有 county.yaml。\n共1处要改。\n"
    (pack / "county.yaml").write_text("name: [", encoding="utf-8")
    said = bangfu("policies", "check", str(pack))
    assert (said.status, said.err) == (1, "")
    assert said.out == "county.yaml 第1行：从这一行起，括号 [ 或 { 没有配对的另一半，或者少了逗号。\n共1处要改。\n"


# ---- in processes of their own, as a shell runs them


def test_a_shell_sees_the_same(bare: Path) -> None:
    key = shell("keys", "new", folder=bare)
    assert (key.returncode, key.stderr, len(key.stdout)) == (0, "", 44)
    wrong = shell("fly", folder=bare)
    assert (wrong.returncode, wrong.stdout, wrong.stderr) == (
        2,
        "",
        "用法不对：没有 fly 这个命令。加 --help 看用法。\n",
    )
    missing = shell("import", "households", "没有.xlsx", folder=bare)
    assert (missing.returncode, missing.stdout, missing.stderr) == (1, "", "找不到文件 没有.xlsx。\n")
    assert list(bare.iterdir()) == []


def test_a_reader_that_has_enough_brings_no_complaint(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    line = json.dumps({"text": "钱来了没"}, ensure_ascii=False) + "\n"
    rows.write_text(line * 2_000, encoding="utf-8")
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "understand", "--jsonl", str(rows)],
        env=without_settings() | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stdout=write_end,
        stderr=subprocess.PIPE,
    )
    os.close(write_end)
    os.close(read_end)
    _, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints) == (1, b"")
