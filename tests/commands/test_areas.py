"""`bangfu areas`: the county's tree with its codes."""

from pathlib import Path

from tests.commands.conftest import Bangfu
from tests.storage.imports.sheets import member, wife, write

HERE = {"县(市、区、旗)": "旺苍县", "乡(镇)": "东河镇", "行政村": "青山村"}
OTHER = HERE | {"户编号": "700002", "人编号": "70000201", "自然村(组)": "1组"}


def test_areas_are_told_with_their_codes_and_households(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    assert bangfu("areas").out == "还没有区划。导入农户信息表或区划代码表以后就有。\n"
    assert bangfu("areas", "--json").document == []
    bangfu("import", "households", str(write(bare / "h.xlsx", [member(**HERE), wife(**OTHER)])))
    codes = [{"代码": "510821100", "名称": "东河镇"}, {"代码": "510821101", "名称": "嘉川镇"}]
    bangfu("import", "areas", str(write(bare / "a.xlsx", codes)))
    assert bangfu("areas").out == (
        "510821 旺苍县 2户\n"
        "  510821100 东河镇 2户\n"
        "    510821100A00 青山村 2户（暂编）\n"
        "      510821100A00001 1组 1户\n"
        "      510821100A00002 2组 1户\n"
        "  510821101 嘉川镇 0户\n"
        "标“暂编”的代码是系统自己编的。有统计用区划代码表的话，运行 bangfu import areas 导入，代码会换成国家的。\n"
    )
    assert bangfu("areas", "--json").document[2] == {
        "code": "510821100A00",
        "name": "青山村",
        "level": "village",
        "official": False,
        "households": 2,
    }
