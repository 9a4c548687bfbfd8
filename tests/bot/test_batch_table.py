"""A table as a family's spreadsheet leaves it: read as it is meant, or refused with the reason."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.batch import wording
from bot.batch.ledger import FILE, open_ledger
from bot.batch.table import COLUMNS, BadTable, Row, read_table
from bot.batch.wishes import Wish, read_wishes
from intents.video.slots import LONGEST_WISH

WORDS = "文字,照片,风格,字幕,字幕语言,名字\n熊猫吃竹子,,水彩,生日快乐,英文,panda\n"
PANDA = Row(2, "熊猫吃竹子", "", "水彩", "生日快乐", "英文", "panda")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def wishes(table: Path, text: str, style: str = "") -> tuple[Wish, ...]:
    table.write_text(text, "utf-8")
    return read_wishes(read_table(table), table.parent, style)


def refused(table: Path, raw: bytes | str) -> str:
    table.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    with pytest.raises(BadTable) as error:
        read_wishes(read_table(table), table.parent, "")
    return "\n".join(error.value.problems)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_a_table_is_read_however_the_spreadsheet_wrote_it(table: Path, encoding: str) -> None:
    table.write_bytes(WORDS.encode(encoding))
    found = read_table(table)
    assert found.rows == (PANDA,)
    assert found.gbk is (encoding == "gbk")


@pytest.mark.parametrize(
    "text",
    [
        "text,photo,style,caption,caption language,name\n熊猫吃竹子,,水彩,生日快乐,英文,panda",
        "Name;Text;STYLE;Caption;Caption_Language\r\npanda;熊猫吃竹子;水彩;生日快乐;英文\r\n",
        "名字\t文字\t画风\t字幕\t字幕语言\npanda\t熊猫吃竹子\t水彩\t生日快乐\t英文\n",
        '文字,style,字幕,字幕语言,name\n" 熊猫吃竹子 ",水彩,生日快乐,英文,panda\n,,,,\n\n',
    ],
)
def test_headers_are_known_in_both_languages_and_in_any_order(table: Path, text: str) -> None:
    table.write_text(text, "utf-8")
    assert read_table(table).rows == (PANDA,)


def test_a_quoted_comma_or_line_break_stays_in_its_cell_and_other_columns_are_told(
    table: Path,
) -> None:
    table.write_text('序号,文字,备注\n1,"海边,\n日出",x\n2,下雪,\n', "utf-8")
    found = read_table(table)
    assert [(row.line, row.text) for row in found.rows] == [(3, "海边,\n日出"), (4, "下雪")]
    assert found.unused == ("序号", "备注")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "是空的"),
        (b"\xef\xbb\xbf\n \n", "是空的"),
        ("文字,名字\n,\n", "只有表头"),
        ("熊猫吃竹子,panda\n海边看日出,sea\n", "第一行要是表头"),
        ("照片,名字\na.jpg,x\n", "“文字”"),
        ("文字,text\n熊猫,猫\n", "有两列"),
        ("文字,名字\n熊猫吃竹子,海边,sea\n", "第 2 行多出了格子"),
        ('文字,名字\n"熊猫吃竹子,x\n', "引号没有成对"),
        ("文字,名字\n,only-a-name\n", "第 2 行没有写要拍什么"),
        ("文字\n" + "长" * 301, "第 2 行太长"),
        ("文字,字幕\n熊猫," + "长" * 61, "第 2 行的字幕太长"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xff\xfe\x00", "不是 CSV"),
        (b"\x81\xff\xff\xff\xa0", "不是 CSV"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_with_what_to_do(
    table: Path, raw: bytes | str, said: str
) -> None:
    assert said in refused(table, raw)


def test_a_folder_or_nothing_in_place_of_the_table_is_told_apart(tmp_path: Path) -> None:
    for path, said in ((tmp_path, wording.A_FOLDER), (tmp_path / "no.csv", wording.NO_TABLE)):
        with pytest.raises(BadTable) as error:
            read_table(path)
        assert error.value.problems == (said.format(path=path),)


def test_every_problem_is_told_at_once_and_photos_are_looked_at(table: Path) -> None:
    (table.parent / "torn.jpg").write_bytes(b"\xff\xd8\xff torn")
    (table.parent / "album").mkdir()
    rows = ("动起来,gone.jpg", "动起来,torn.jpg", "动起来,album", ",x.jpg")
    said = refused(table, "文字,照片\n" + "\n".join(rows)).splitlines()
    assert [line[:5] for line in said] == ["第 2 行", "第 3 行", "第 4 行", "第 5 行"]
    assert "gone.jpg 打不开" in said[0]
    assert "torn.jpg" in said[1]


def jpeg(seed: int) -> bytes:
    """A photo that is large and sharp enough to be moved."""
    out = io.BytesIO()
    speckled = np.random.default_rng(seed).integers(60, 200, (480, 640, 3), np.uint8)
    Image.fromarray(speckled).save(out, "JPEG")
    return out.getvalue()


def test_a_wish_is_known_by_what_is_filmed_and_not_by_its_name_or_place(table: Path) -> None:
    (table.parent / "a.jpg").write_bytes(jpeg(10))
    first = wishes(table, "文字,照片,名字\n熊猫,,x\n动起来,a.jpg,y\n熊猫,,z\n")
    again = wishes(table, "文字,照片,名字\n动起来,a.jpg,other\n\n熊猫,,\n")
    assert len({wish.key for wish in first}) == 3, "two rows that say the same are two films"
    assert [wish.key for wish in again] == [first[1].key, first[0].key]
    (table.parent / "a.jpg").write_bytes(jpeg(200))
    (changed,) = wishes(table, "文字,照片\n动起来,a.jpg\n")
    assert changed.key != first[1].key


def test_one_style_holds_for_all_rows_that_name_none(table: Path) -> None:
    found = wishes(table, "文字,风格\n熊猫,\n小猫,油画风\n", style="水彩")
    assert [wish.row.style for wish in found] == ["水彩", "油画"]
    assert found[0].key != wishes(table, "文字\n熊猫\n")[0].key


def test_names_are_safe_readable_and_never_taken_twice(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "Panda.mp4").write_bytes(b"somebody else's")
    found = wishes(
        table,
        "文字,名字\n一,panda\n二,PANDA\n三,../../etc/passwd\n四,con\n五,clip.mp4\n六,???\n"
        f"{'很长的一句话' * 20},\n熊猫 吃竹子！,\n",
    )
    ledger = open_ledger(out, found)
    names = [ledger.entry(wish).name for wish in found]
    assert names[:6] == ["panda-2", "PANDA-3", "etc-passwd", "con-clip", "clip", "clip-2"]
    assert len(names[6]) == 40
    assert names[7] == "熊猫-吃竹子"


def test_notes_that_cannot_be_read_are_told_and_not_written_over(
    table: Path, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_text("{torn")
    with pytest.raises(BadTable) as error:
        open_ledger(tmp_path, wishes(table, "文字\n熊猫\n"))
    assert FILE in error.value.problems[0]
    assert (tmp_path / FILE).read_text() == "{torn"


def test_the_page_about_it_tells_the_truth(table: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "batch.md").read_text("utf-8")
    sample = page.split("```csv\n")[1].split("```")[0]
    table.write_text(sample, "utf-8")
    found = read_table(table)
    assert [row.name for row in found.rows] == ["", "早安", "", "外婆生日"]
    assert found.unused == ()
    told = {name for names in COLUMNS.values() for name in names}
    lines = [line for line in page.splitlines() if line.startswith("| ")][1:]
    said = {
        name.strip("` ") for line in lines for name in "、".join(line.split("|")[1:3]).split("、")
    }
    assert said <= told
    assert len(lines) == len(COLUMNS)
    for number in (str(LONGEST_WISH), str(wording.LONGEST_CAPTION)):
        assert f"最多 {number} 个字" in page
