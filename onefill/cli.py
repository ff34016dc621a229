"""The command line: whatever the screen can do with packs, records, papers and values."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from onefill.arguments import Parser
from onefill.cli_cases import add_case_commands
from onefill.cli_cleaning import add_cleaning
from onefill.cli_code import add_code
from onefill.cli_forms import add_form_commands
from onefill.cli_hash import add_hash
from onefill.cli_keys import add_key_commands
from onefill.cli_office import add_office_commands
from onefill.cli_overprint import add_overprint
from onefill.cli_past import add_past_commands
from onefill.cli_people import add_people_commands
from onefill.cli_proof import add_proof
from onefill.cli_records import add_commands
from onefill.cli_render import add_render
from onefill.cli_samples import add_samples
from onefill.cli_store import add_store_commands
from onefill.cli_worker import add_worker
from onefill.errors import OneFillError
from onefill.fields import Audience, Fault, UnknownFieldType, field_type, field_type_names
from onefill.problems import CellPlace, FieldPlace, Level, Problem
from onefill.service import Desk, Settings, open_desk
from onefill.service.errors import problems_of
from onefill.service.import_shapes import Preview, Taken
from onefill.service.overview_text import overview_lines
from onefill.service.plain import check_folder, compile_plain, read_file, write_file
from onefill.service.view_shapes import plain_overview

GOOD, BAD, USAGE = 0, 1, 2

EXAMPLES = """例子：
  python -m onefill check                                   检查所有表单和模板
  python -m onefill preview --forms 改过的文件夹              改表单以前，看已有的办件会怎样
  python -m onefill proof --out 输出                         试印每份附件，看有没有切掉的字
  python -m onefill overprint --sheet 校准.pdf               套打：打印机印偏多少
  python -m onefill samples --load                          装入示例数据
  python -m onefill samples --city --scale 0.02             建一座小的示例城市
  python -m onefill records --form training_class           列出办件
  python -m onefill copy 办件编号                            照一个办件新建
  python -m onefill delete 办件编号                          删除，30 天内可以恢复
  python -m onefill undelete 办件编号                        恢复；不写编号就列出回收站
  python -m onefill handover 办件编号 --to 同事              转交同事
  python -m onefill render 办件编号 --out 输出 --packet      印出成套材料
  python -m onefill render 办件编号 --out 输出 --summary     印出材料和填报信息汇总
  python -m onefill views 办件编号                           看一个办件的概览
  python -m onefill import 名册.xlsx --into 办件编号:trainees --dry-run
                                                            核对一份表格，不写进去
  python -m onefill history 办件编号 --compare 2 0           第 2 版以后改了什么
  python -m onefill checklist 办件编号 --phase 阶段          要交什么，还缺什么
  python -m onefill supply 办件编号 扫描件.pdf --item 哪一件
                                                            交一份材料
  python -m onefill act 办件编号                             现在能做哪一步；写上操作就做
  python -m onefill notice 办件编号 文书 --out 回执.pdf      印一份文书
  python -m onefill hash 第1次课.mp4                         算文件的 SHA-256 和大小
  python -m onefill code 扫描件.pdf                           纸边上的码：哪一份、哪一版，要不要重印
  python -m onefill people add 陈晓岚 --unit 单位路径 --role 角色
                                                            新建账号
  python -m onefill clean                                   列出可以清理的办件；--do 才清理
  python -m onefill store backup 文件                        备份成一个文件，大家照常用
  python -m onefill store restore 文件 --to 地址             恢复到一个空的地方
  python -m onefill worker                                  做慢的事（数据在 PostgreSQL 时）
  python -m onefill log verify                              核对记录和办件有没有被改过
  python -m onefill validate resident_id 11010519491231002X 核对一个号码
  python -m onefill compile 模板.docx --facts 数据.json --out 结果.docx

退出码：0 成功；1 有错误或没有做成；2 命令写错了。数据放在 var/，用 ONEFILL_DATA 可以换地方。"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    options = parser().parse_args(arguments)
    try:
        with ExitStack() as options.closing:
            result: int = options.run(options)
    except OneFillError as error:
        if getattr(options, "json", False):
            _print_json({"problems": [plain_problem(problem) for problem in problems_of(error)]})
        print(f"没有做成：{error}", file=sys.stderr)
        return BAD
    except BrokenPipeError:
        return BAD
    return result


def parser() -> Parser:
    """All commands with their help."""
    top = Parser(
        prog="python -m onefill",
        description="一填通：一次填好，各种附件自动出。",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="命令", required=True, metavar="命令")

    check = commands.add_parser("check", help="检查业务包和模板，一次说清所有问题", description=_check.__doc__)
    check.add_argument("--pack", metavar="业务包", help="只看这个业务包")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.set_defaults(run=_check)

    add_samples(commands, _desk)

    records = commands.add_parser("records", help="列出办件")
    records.add_argument("--form", metavar="表单", help="只列这种表单")
    records.add_argument("--text", metavar="文字", default="", help="名称、索引里有这些字的，也可以写拼音首字母")
    records.add_argument("--json", action="store_true", help="输出 JSON")
    records.set_defaults(run=_records)
    add_commands(commands, desk=_desk, print_json=_print_json)

    add_render(commands, desk=_desk, print_json=_print_json)

    views = commands.add_parser("views", help="看一个办件的概览：进程、下一步、各种统计", description=_views.__doc__)
    views.add_argument("record", help="办件编号，用 records 查")
    views.add_argument("--json", action="store_true", help="输出 JSON")
    views.set_defaults(run=_views)

    import_ = commands.add_parser("import", help="把一份表格导入办件的一张表", description=_import.__doc__)
    import_.add_argument("workbook", metavar="表格", type=Path, help=".xlsx、.xls 或 .csv")
    import_.add_argument("--into", required=True, metavar="办件编号:节", help="导入哪个办件的哪一节，例 编号:trainees")
    import_.add_argument("--dry-run", action="store_true", help="只核对，不写进去")
    import_.add_argument("--with-errors", action="store_true", help="有错的行也导入，错的先留着")
    import_.add_argument("--sheet", metavar="工作表", help="读哪张工作表；不写就自己找")
    import_.add_argument(
        "--word",
        metavar="项:表里的=选项",
        action="append",
        type=_word,
        default=[],
        help="表里的叫法是哪个选项，可以写几次，例 颜色:大红=红；导入后记住",
    )
    import_.add_argument("--marked", metavar="文件", type=Path, help="把标好错的原表写到这个文件")
    import_.add_argument("--json", action="store_true", help="输出 JSON")
    import_.set_defaults(run=_import)

    add_past_commands(commands, _desk)
    add_form_commands(commands, _desk)
    add_proof(commands, _desk)
    add_overprint(commands, _desk)
    add_case_commands(commands, _desk)
    add_office_commands(commands, desk=_desk, print_json=_print_json)
    add_people_commands(commands, _desk)
    add_cleaning(commands, desk=_desk, print_json=_print_json)
    add_key_commands(add_store_commands(commands))
    add_worker(commands, _desk)
    add_hash(commands)
    add_code(commands, _desk)

    validate = commands.add_parser(
        "validate", help="按字段类型核对值", description=f"字段类型：{'、'.join(field_type_names())}"
    )
    validate.add_argument("type", metavar="类型", help="字段类型")
    validate.add_argument("values", metavar="值", nargs="+", help="一个或几个值")
    validate.add_argument("--json", action="store_true", help="输出 JSON")
    validate.set_defaults(run=_validate)

    compile_ = commands.add_parser("compile", help="用一份 JSON 数据印一个模板（给做模板的人）")
    compile_.add_argument("template", metavar="模板", type=Path, help="Word 或 Excel 模板")
    compile_.add_argument(
        "--facts", metavar="数据.json", type=Path, required=True, help="JSON 数据；日期写成 2026-11-04"
    )
    compile_.add_argument("--out", metavar="文件", type=Path, required=True, help="结果文件，扩展名和模板一样")
    compile_.set_defaults(run=_compile)
    return top


# -- commands ------------------------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    """检查业务包、表单和模板：写错的键和名字、循环、模板里没人问的名字、用得太早的数据。有错误就退出 1。"""  # noqa: D415
    desk = _desk(options)
    if options.pack and options.pack not in desk.definitions.packs:
        print(f"没有“{options.pack}”这个业务包。可以选：{'、'.join(desk.definitions.packs)}", file=sys.stderr)
        return USAGE
    problems = desk.check(options.pack)
    errors = [problem for problem in problems if problem.level is Level.ERROR]
    if options.json:
        _print_json({"problems": [plain_problem(problem) for problem in problems]})
    else:
        for problem in problems:
            print(told(problem))
        packs = [options.pack] if options.pack else list(desk.definitions.packs)
        print(f"业务包 {'、'.join(packs)}：{len(errors)} 处错误，{len(problems) - len(errors)} 处提醒")
    return BAD if errors else GOOD


def _records(options: argparse.Namespace) -> int:
    desk = _desk(options)
    if options.form and options.form not in desk.definitions.forms:
        print(f"没有“{options.form}”这种表单。可以选：{'、'.join(desk.definitions.forms)}", file=sys.stderr)
        return USAGE
    lines = desk.records.list(options.form, options.text, limit=10_000)
    damages = desk.records.damages()
    if options.json:
        _print_json({"records": [asdict(line) for line in lines], "damages": [asdict(damage) for damage in damages]})
    else:
        for line in lines:
            print(f"{line.id}  {line.form:20} {line.label}  {line.phase} {line.percent}%  {line.next_step}")
        print(f"共 {len(lines)} 条")
    for damage in damages:
        what = "旁边有副本" if damage.copy else "读不出来"
        print(f"办件 {damage.record} {what}（{damage.file}）：{damage.why}", file=sys.stderr)
    return BAD if damages else GOOD


def _views(options: argparse.Namespace) -> int:
    """看一个办件的概览：到哪一步了、接下来做什么，业务包里 views 写的图表、日历、列表和统计。"""  # noqa: D415
    overview = _desk(options).views.of(options.record)
    if options.json:
        _print_json(plain_overview(overview))
    else:
        for line in overview_lines(overview):
            print(line)
    return BAD if any(view.trouble for view in overview.views) else GOOD


def _import(options: argparse.Namespace) -> int:
    """核对一份表格并导入没有错的行。按不能重复的一列认行：有的更新，没有的新增。有错误就退出 1。"""  # noqa: D415
    record, _, section = options.into.partition(":")
    if not section:
        print("--into 要写成 办件编号:节", file=sys.stderr)
        return USAGE
    try:
        return _imported(options, record, section)
    except OneFillError as error:
        if not options.json:
            raise
        problems = [replace(problem, place=CellPlace("", "")) for problem in problems_of(error)]
        _print_json({"rows": [], "problems": [plain_problem(problem) for problem in problems]})
        print(f"没有做成：{error}", file=sys.stderr)
        return BAD


def _imported(options: argparse.Namespace, record: str, section: str) -> int:
    if options.marked:
        check_folder(options.marked)
    desk = _desk(options)
    data = read_file(options.workbook)
    name = options.workbook.name
    workbook = desk.imports.read(data, name)
    columns = desk.imports.match(record, section, workbook, sheet=options.sheet)
    for column, word, option in options.word:
        columns = desk.imports.with_word(columns, column, word, option)
    preview = desk.imports.preview(record, section, workbook, columns)
    if options.marked:
        write_file(options.marked, desk.imports.marked(data, name, preview.problems).data)
    taken = None
    if not options.dry_run and not columns.problems:
        taken = desk.imports.take(record, section, workbook, columns, who=desk.who(), wrong=options.with_errors).taken
    if options.json:
        _print_json(plain_import(preview))
    else:
        _tell_import(preview, taken)
    return BAD if columns.problems or preview.wrong else GOOD


def _word(said: str) -> tuple[str, str, str]:
    parts = re.fullmatch(r"([^:：]+)[:：](.+)[=＝](.+)", said)
    if parts is None:
        raise argparse.ArgumentTypeError(f"“{said}”要写成 项:表里的=选项")
    return parts[1], parts[2], parts[3]


def _tell_import(preview: Preview, taken: Taken | None) -> None:
    for problem in (*preview.problems, *preview.remarks):
        print(told(problem))
    for skipped in preview.skipped:
        lines = f"{skipped.first}" if skipped.first == skipped.last else f"{skipped.first}—{skipped.last}"
        print(f"跳过第 {lines} 行：{skipped.reason}")
    for note in preview.notes:
        print(note)
    counts = preview.counts()
    print(
        f"新增 {counts['added']} 行，更新 {counts['updated']} 行，不变 {counts['unchanged']} 行，"
        f"表里没有 {counts['missing']} 行，要改 {counts['cells']} 处、在 {counts['wrong']} 行里"
    )
    if taken is not None:
        print(f"导入了：新增 {taken.added} 行，更新 {taken.updated} 行；没有导入有错的 {len(taken.left)} 行")


def _validate(options: argparse.Namespace) -> int:
    try:
        kind = field_type(options.type, today=date.today)
    except UnknownFieldType as error:
        print(f"{error} 全部：{'、'.join(field_type_names())}", file=sys.stderr)
        return USAGE
    answers = []
    for raw in options.values:
        parsed = kind.parse(raw)
        faults = [*parsed.problems, *(kind.check(parsed.value) if parsed.value is not None else ())]
        if parsed.value is None and not faults:
            faults = [Fault(code="EMPTY", what="什么都没有写", remedy="写上要查的内容")]
        answers.append(
            {
                "input": raw,
                "ok": parsed.value is not None and not any(f.level is Level.ERROR for f in faults),
                "value": None if parsed.value is None else kind.dump(parsed.value),
                "shown": "" if parsed.value is None else kind.mask(parsed.value, Audience.OWN),
                "problems": [plain_problem(fault.at(FieldPlace(options.type, raw))) for fault in faults],
            }
        )
    if options.json:
        _print_json({"results": answers})
    else:
        for answer in answers:
            print(f"{'对' if answer['ok'] else '错'}  {answer['input'].strip() or '（空）'}  {answer['shown']}")
            for fault in answer["problems"]:
                print(f"    {fault['what']}。{fault['remedy']}（{fault['code']}）")
    return GOOD if all(answer["ok"] for answer in answers) else BAD


def _compile(options: argparse.Namespace) -> int:
    result = compile_plain(options.template, options.facts, options.out)
    write_file(options.out, result)
    print(f"写好 {options.out}")
    return GOOD


# -- telling -------------------------------------------------------------------------------------------------------


def told(problem: Problem) -> str:
    """A problem on one line: where, what, remedy."""
    words = {Level.ERROR: "错误", Level.WARNING: "提醒", Level.ADVICE: "建议"}
    return f"{where(problem)}: {words[problem.level]}: {problem.what}。{problem.remedy}（{problem.code}）"


def where(problem: Problem) -> str:
    """A place as people and editors read it."""
    place = asdict(problem.place)
    if "line" in place:
        return f"{place['file']}:{place['line']}:{place['column']}"
    if "template" in place:
        near = f"“{place['near']}”" if place["near"] else ""
        return " ".join(part for part in (place["template"], place["part"], place["spot"], near) if part)
    if "cell" in place:
        return f"{place['sheet']}!{place['cell']}"
    return str(place["label"] or place["path"])


def plain_problem(problem: Problem) -> dict[str, Any]:
    """A problem as JSON."""
    return asdict(problem)


def plain_import(preview: Preview) -> dict[str, Any]:
    """An import as JSON: each line of data with what would be kept of it, and what is wrong with which cell."""
    sheet = preview.columns.sheet
    lines = [
        {"sheet": sheet, "row": row.number, "values": {key: cell.stored for key, cell in row.cells.items()}}
        for row in preview.rows
    ]
    return {"rows": lines, "problems": [plain_problem(problem) for problem in preview.problems]}


def _desk(options: argparse.Namespace) -> Desk:
    """The desk of this computer; its store is closed when the command ends."""
    desk = open_desk(Settings.from_environment())
    options.closing.callback(desk.store.close)
    return desk


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
