"""Binder: what repo2docker would do, its pins, and both scripts; without Docker, without the network."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tailnb.runner.parameters import parameters
from tailnb.site.wheels import versions

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"
REQUIREMENTS = (BINDER / "requirements.txt").read_text()


@pytest.fixture
def checkout(tmp_path):
    """A copy of what the scripts work on."""
    for name in ("binder", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_repo2docker_takes_everything_from_the_folder():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "--user-id", "1000"]
    done = subprocess.run(
        [*command, "--user-name", "learner", ROOT], capture_output=True, text=True, check=True
    )
    steps = done.stdout + done.stderr
    wanted = [
        "environment-2epy-2d3-2e11-2dlinux",
        'pip install --no-cache-dir -r "binder/requirements.txt"',
        "RUN ./binder/postBuild",
        'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"',
    ]
    places = [steps.find(one) for one in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_torch_is_the_tested_version_without_cuda():
    pins = [line for line in REQUIREMENTS.splitlines() if "==" in line]
    assert pins == [f"torch=={versions(ROOT / 'constraints.txt')['torch']}+cpu"]
    assert "--extra-index-url https://download.pytorch.org/whl/cpu\n" in REQUIREMENTS
    assert (BINDER / "runtime.txt").read_text() == "python-3.11\n"


def test_post_build_installs_the_package_by_the_pins_and_sets_the_scale(checkout, monkeypatch):
    pip = checkout / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text('#!/bin/sh\necho "$@" > called\n')
    pip.chmod(0o755)
    monkeypatch.setenv("PATH", f"{pip.parent}:/usr/bin:/bin")
    subprocess.run(["./binder/postBuild"], cwd=checkout, check=True)
    assert (checkout / "called").read_text() == "install --no-cache-dir -c constraints.txt -e .[lab]\n"
    for path in (checkout / "notebooks").glob("*.ipynb"):
        assert parameters(path)["scale"].default == '"smoke"'
        original = (ROOT / "notebooks" / path.name).read_text()
        assert path.read_text().replace('"scale = \\"smoke\\"', '"scale = \\"demo\\"') == original


def test_start_sets_the_scale_and_goes_on():
    said = subprocess.run(
        [BINDER / "start", "sh", "-c", 'echo "$TAILNB_SCALE $1"', "sh", "two words"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "smoke two words\n"
