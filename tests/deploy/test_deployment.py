"""What an operator gets: settings all named, secrets demanded, only the right doors open, every alarm explained."""

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram

from bot import settings
from bot.core import telemetry
from bot.pages import PAGES

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def assigned(text: str) -> list[str]:
    return re.findall(r"^([A-Z][A-Z0-9_]*)=", text, re.MULTILINE)


def compose() -> dict[str, Any]:
    document = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert isinstance(document, dict)
    return document


def asked_of_the_operator(text: str) -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", text))


def test_env_example_names_every_setting_once_and_nothing_else() -> None:
    names = assigned((DEPLOY / "env.example").read_text())
    only_compose = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "BANGFU_VERSION"}
    assert sorted(names) == sorted([*settings.names(), *only_compose])


def test_every_setting_is_explained_in_a_chinese_comment_of_its_own() -> None:
    lines = (DEPLOY / "env.example").read_text().splitlines()
    for before, line in pairwise(lines):
        if assigned(line):
            assert re.match(r"# .*[一-鿿]", before), line


def test_env_example_as_it_is_lacks_only_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BANGFU_ENV_FILE", str(DEPLOY / "env.example"))
    read = settings.read(keys_needed=False)
    assert (read.county, read.official, read.work, read.sms_url) == ("wangcang", None, None, None)


def test_compose_asks_for_nothing_env_example_does_not_name() -> None:
    named = set(assigned((DEPLOY / "env.example").read_text()))
    assert asked_of_the_operator((DEPLOY / "compose.yaml").read_text()) <= named


def test_compose_refuses_to_start_without_secrets_and_holds_none_itself() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "BANGFU_SECRET_KEYS", "BANGFU_PUBLIC_URL"):
        assert set(re.findall(rf"\$\{{{name}(:\?|[^:])", text)) == {":?"}, name


def test_only_nginx_listens_to_the_outside_and_the_store_cannot_be_reached() -> None:
    services, networks = compose()["services"], compose()["networks"]
    for name, service in services.items():
        if name != "nginx":
            assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", [])), name
    assert networks["inside"] == {"internal": True}
    assert services["postgres"]["networks"] == ["inside"]
    assert services["redis"]["networks"] == ["inside"]


def test_every_service_has_limits_and_rotated_logs_and_comes_back() -> None:
    for name, service in compose()["services"].items():
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}, name
        assert service["restart"] == ("no" if name == "migrate" else "unless-stopped"), name


def test_nobody_serves_before_the_store_is_migrated() -> None:
    services = compose()["services"]
    for name in ("bot-a", "bot-b", "worker"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}, name
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def locations(text: str) -> dict[str, str]:
    without_comments = re.sub(r"#.*", "", text)
    return dict(re.findall(r"location (?:= )?(\S+) \{(.*?)\}", without_comments, re.DOTALL))


def test_nginx_passes_on_what_phones_and_wechat_need_and_nothing_else() -> None:
    passed = {path for path, body in locations((DEPLOY / "nginx.conf").read_text()).items() if "proxy_pass" in body}
    assert passed == {"/wechat", "/wecom", "/h5/", "/console/"}
    for page in PAGES:
        if page.path in {"/healthz", "/readyz", "/metrics"} or page.path.startswith("/simulator"):
            assert not any(page.path.startswith(path) for path in passed), page.path


def test_nginx_waits_for_an_answer_as_long_as_wechat_does() -> None:
    for path in ("/wechat", "/wecom"):
        body = locations((DEPLOY / "nginx.conf").read_text())[path]
        assert re.findall(r"proxy_(?:read|send)_timeout (\S+);", body) == ["5s", "5s"], path


def test_nginx_writes_no_openids_down() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    [format_] = re.findall(r"log_format \S+ (.*);", text)
    assert not {"$request", "$request_uri", "$uri", "$args", "$query_string"} & set(re.findall(r"\$\w+", format_))
    assert "error_log /dev/stderr crit;" in text


def test_nginx_braces_and_directives_are_whole() -> None:
    depth = 0
    for line in (DEPLOY / "nginx.conf").read_text().splitlines():
        code = re.sub(r"(^|\s)#.*", "", line).strip()
        assert not code or code[-1] in ";{}" or code.startswith(("log_format", "~^", "default")), line
        depth += code.count("{") - code.count("}")
        assert depth >= 0, line
    assert depth == 0


def test_the_image_takes_only_checked_packages_and_is_not_run_by_root() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    assert "--require-hashes" in text
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["10001"]
    assert "HEALTHCHECK" in text
    assert "/healthz" in text


def test_the_builder_is_given_every_room_and_no_secret() -> None:
    given = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert given == {
        "bot",
        "handlers",
        "reminders",
        "storage",
        "policies",
        "deploy/requirements.lock",
        "pyproject.toml",
        "README.md",
        "LICENSE",
    }


def alarms() -> list[dict[str, Any]]:
    [group] = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def test_every_alarm_has_its_section_in_the_runbook_and_every_section_its_alarm() -> None:
    sections = re.findall(r"^### (Bangfu\w+)$", (DEPLOY / "runbook.md").read_text(), re.MULTILINE)
    assert sections == [rule["alert"] for rule in alarms()]


def test_alarms_and_runbook_speak_of_metrics_that_exist() -> None:
    exist = {
        name
        for metric in vars(telemetry).values()
        if isinstance(metric, Counter | Histogram | Gauge)
        for described in metric.describe()
        for name in (described.name, f"{described.name}_total", f"{described.name}_bucket")
    }
    for file in ("alerts.yaml", "runbook.md"):
        spoken_of = set(re.findall(r"bangfu_(?!before|restoring)[a-z_]+", (DEPLOY / file).read_text()))
        assert spoken_of <= exist, file


@pytest.mark.parametrize("script", ["deploy/backup.sh", "deploy/restore.sh", ".ci/run"])
def test_scripts_are_executable_and_can_be_read_by_the_shell(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111 == 0o111
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run([bash, "-n", str(path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "set -euo pipefail" in path.read_text()
