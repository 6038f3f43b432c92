"""What must hold for every file: locks are whole, nothing tells of the machine it was made on, both READMEs agree."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OPERATORS_OWN = ("deploy/.env", "deploy/tls/", "deploy/backups/")
"""Secrets, certificates and backups: beside the project's files, never among them."""

LOCKS = ("deploy/requirements.lock", "tests/requirements.lock")


def requirements(lock: str) -> dict[str, tuple[str, int]]:
    """Each package's pinned version, and how many hashes it may have."""
    found = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip()):
        match = re.match(r"([A-Za-z0-9_.-]+)==([^ ;\\]+)", entry)
        assert match is not None, entry.splitlines()[0]
        found[match[1].lower()] = match[2], entry.count("--hash=sha256:")
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_its_hashes(lock: str) -> None:
    found = requirements(lock)
    assert found
    assert [name for name, (_, hashes) in found.items() if hashes == 0] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    assert re.findall(r"^-.*|.*(?:index-url|find-links|://).*", (ROOT / lock).read_text(), re.MULTILINE) == []


def test_tests_run_on_exactly_what_production_runs_on() -> None:
    run, test = (requirements(lock) for lock in LOCKS)
    assert {name: test[name][0] for name in run} == {name: version for name, (version, _) in run.items()}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


MACHINE = re.compile(
    r"(?<![\w.])/(?:work|root|home)/\w|file:///(?!path|etc/)\w|"
    r"(?:extra-)?index-url\s*[=:]|pypi\.(?:org|tuna)|mirrors?\.\w+\.(?:com|cn|edu)"
)


def test_no_file_tells_of_the_machine_it_was_made_on() -> None:
    this = Path(__file__)
    told = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path != this
        for match in MACHINE.finditer(path.read_text(errors="ignore"))
    ]
    assert told == []


def headings(text: str) -> list[int]:
    """How deep each heading is, in order; code is not looked at."""
    return [
        len(marks) for marks in re.findall(r"^(#+) ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    ]


def commands(text: str) -> list[str]:
    """Every line of every shell block, without its remark."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [re.sub(r"\s+#.*", "", line) for block in blocks for line in block.splitlines() if line.strip()]


def conversations(text: str) -> list[str]:
    return re.findall(r"```chat\n(.*?)```", text, re.DOTALL)


def paths(text: str) -> set[str]:
    """What the map of the tree names."""
    [tree] = re.findall(r"```tree\n(.*?)```", text, re.DOTALL)
    return {path for line in tree.splitlines() for path in re.findall(r"^\S+/|^\S+\.\w+", line)}


ENGLISH, CHINESE = ((ROOT / name).read_text() for name in ("README.md", "README.zh.md"))


def test_both_readmes_have_the_same_shape() -> None:
    assert headings(ENGLISH) == headings(CHINESE)


def test_both_readmes_show_the_same_commands_and_conversations() -> None:
    assert commands(ENGLISH) == commands(CHINESE)
    assert conversations(ENGLISH) == conversations(CHINESE)
    assert paths(ENGLISH) == paths(CHINESE)


def test_both_readmes_point_to_the_same_pages() -> None:
    links = r"\]\((?!README)([^)]+)\)"
    assert re.findall(links, ENGLISH) == re.findall(links, CHINESE)


def test_the_first_screen_tells_how_to_start_it() -> None:
    for text in (ENGLISH, CHINESE):
        first_screen = "\n".join(text.splitlines()[:60])
        assert "make demo" in first_screen
        assert "make test" in first_screen


def test_every_command_the_readmes_show_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in commands(ENGLISH):
        for target in re.findall(r"\bmake ([a-z]+)", line):
            assert target in targets, line


def test_every_path_the_documents_name_exists() -> None:
    documents = [
        "README.md",
        "README.zh.md",
        "CONTRIBUTING.md",
        "deploy/runbook.md",
        *(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md")),
    ]
    missing = []
    for name in documents:
        text = (ROOT / name).read_text()
        linked = {(ROOT / name).parent / link for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)}
        rooms = r"`((?:bot|handlers|reminders|storage|policies|deploy|docs|tests)/[\w/.-]*)`"
        named = {ROOT / path for path in re.findall(rooms, text)}
        missing += [f"{name}: {path.relative_to(ROOT)}" for path in sorted(linked | named) if not path.exists()]
    assert [line for line in missing if not line.split(": ")[1].startswith(OPERATORS_OWN)] == []


def test_what_is_the_operators_own_is_never_committed() -> None:
    for path in OPERATORS_OWN:
        done = subprocess.run(
            ["git", "check-ignore", "-q", f"{path}x" if path[-1] == "/" else path], cwd=ROOT, check=False
        )
        assert done.returncode in (0, 128), path
