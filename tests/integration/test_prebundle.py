"""The prebundle beside the packages of each Kit: all of it works and nothing is doubled."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dev
from tools.prebundle.build import EXTENSION, FALLBACK, PREBUNDLE, build_prebundle
from tools.prebundle.policy import PLATFORMS, PYTHONS, ROOT, PrebundleError, Target

WHEELS = ROOT / "build" / "wheels"
TARGETS = [Target(python, platform) for python in PYTHONS for platform in PLATFORMS]
EACH_TARGET = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
IN_CI = bool(os.environ.get("CI"))
KIT_PYTHONS = dict(
    entry.split("=", 1)
    for entry in os.environ.get("CLAPPPER_KIT_PYTHONS", "").split(os.pathsep)
    if entry
)
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]

#: What a Kit may have of the packages that the prebundle brings for the case it has none: as old as
#: FastAPI allows. None of it is covered, so the rest has to bear with it.
OLD_PACKAGES = {
    "anyio": "3.7.1",
    "certifi": "2023.7.22",
    "exceptiongroup": "1.1.3",
    "h11": "0.14.0",
    "idna": "3.4",
    "sniffio": "1.3.0",
}
#: Each Kit with what it has besides, and how many of those packages it then lacks.
KITS = {"106": ({}, 6), "106-old": (OLD_PACKAGES, 0), "107": ({}, 4), "110": ({}, 1)}

#: Run by the Python of a Kit with the extension's folder: use all of it, print what was found.
PROBE = """
import asyncio, http.server, importlib.metadata, importlib.util, json, subprocess, sys, threading
from pathlib import Path

root = Path(sys.argv[1])
kit_path = list(sys.path)
sys.path.append(str(root / "pip_prebundle"))
spec = importlib.util.spec_from_file_location("fallback", root / "clappper/pip/fallback.py")
fallback = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fallback)
added = fallback.add_missing(root / "pip_prebundle_fallback")

import embreex.mesh_construction, embreex.rtcore_scene, fcl, httpx, imageio_ffmpeg, jiter
import numpy, openai, tqdm

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        message = {"role": "assistant", "content": asked["messages"][0]["content"][::-1]}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        body = json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "m",
                           "choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

async def ask(port):
    url = f"http://127.0.0.1:{port}/v1"
    async with openai.AsyncOpenAI(api_key="x", base_url=url, max_retries=0) as client:
        messages = [{"role": "user", "content": "forklift"}]
        done = await client.chat.completions.create(model="m", messages=messages, timeout=20)
        return done.choices[0].message.content

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
answer = asyncio.run(ask(server.server_port))
server.shutdown()

corners = numpy.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=numpy.float32)
scene = embreex.rtcore_scene.EmbreeScene()
embreex.mesh_construction.TriangleMesh(scene, corners, numpy.array([[0, 1, 2]], numpy.int32))
origins = numpy.array([[0.2, 0.2, 1], [2, 2, 1]], dtype=numpy.float32)
hits = scene.run(origins, numpy.array([[0, 0, -1]] * 2, dtype=numpy.float32)).tolist()
near = fcl.CollisionObject(fcl.Box(1, 1, 1))
far = fcl.CollisionObject(fcl.Box(1, 1, 1), fcl.Transform(numpy.array([0.9, 0, 0])))
contacts = fcl.collide(near, far, fcl.CollisionRequest(), fcl.CollisionResult())
encoder = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-version"], capture_output=True)

def list_names(path):
    return sorted({d.metadata["Name"].lower().replace("_", "-")
                   for d in importlib.metadata.distributions(path=path)})

owned = (numpy, *map(importlib.import_module, ("pydantic", "pydantic_core", "typing_extensions")))
print(json.dumps({
    "added": [Path(p).name for p in added], "answer": answer, "contacts": contacts,
    "files": {m.__name__: m.__file__ for m in owned},
    "encoder": encoder.stdout.decode()[:14], "hits": hits, "kit": list_names(kit_path),
    "ours": list_names([str(root / "pip_prebundle"), *added]),
}))
"""

#: Run by a Python with a Kit kernel: enable the extension, use it, disable it, write a report.
KERNEL_PROBE = """
import json, sys
from pathlib import Path
import omni

# Beside the kernel may lie an omni/__init__.py of the standalone omni.ui.
kernel = Path(next(iter(omni.__path__))) / "kernel" / "py"
sys.path.append(str(kernel))
omni.__path__.append(str(kernel / "omni"))
from omni.kit_app import KitApp

report, name, *arguments = sys.argv[1:]
app = KitApp()
app.startup(arguments)
for _ in range(5):
    app.update()
added = [path for path in sys.path if "pip_prebundle" in path]
import anyio, httpx, imageio_ffmpeg, jiter, openai, pydantic, tqdm
modules = (anyio, httpx, imageio_ffmpeg, jiter, openai, pydantic, tqdm)
openai.AsyncOpenAI(api_key="x")
found = {
    "added": added,
    "encoder": imageio_ffmpeg.get_ffmpeg_exe(),
    "files": {module.__name__: module.__file__ for module in modules},
}
manager = app.extension_manager
extension = manager.get_enabled_extension_id(name)
manager.set_extension_enabled_immediate(extension, False)
found["left"] = [path for path in sys.path if "pip_prebundle" in path]
Path(report).write_text(json.dumps(found))
sys.exit(app.shutdown())
"""


def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        command,
        capture_output=True,
        check=False,
        env={**inherited, "PIP_USER": "0", **options.pop("env", {})},
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=200,
        **options,
    )


def has_index(folder: Path) -> bool:
    """Return whether pip can fetch anything at all here."""
    command = [*PIP, "download", "--no-deps", "--no-cache-dir", "-q", "-d", str(folder), "idna"]
    return run(command).returncode == 0


@pytest.fixture(scope="module")
def prebundles(tmp_path_factory: pytest.TempPathFactory):
    """Build all six, once; they are large and do not outlive the module."""
    folder = tmp_path_factory.mktemp("prebundle")
    try:
        for target in TARGETS:
            build_prebundle(target, folder, WHEELS)
    except PrebundleError:
        if IN_CI or has_index(tmp_path_factory.mktemp("reachable")):
            raise
        pytest.skip("the wheels are not cached and pip reaches no index")
    yield folder
    shutil.rmtree(folder)


def list_files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def compute_digests(folder: Path) -> dict[str, str]:
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in list_files(folder)
    }


@EACH_TARGET
def test_prebundle_has_only_native_parts_of_its_target(prebundles: Path, target: Target) -> None:
    names = list_files(prebundles / target.name / EXTENSION)

    suffixes = {Path(name).suffix for name in names}
    modules = [n for n in names if "cpython-" in n or n.endswith(".pyd")]
    tag = target.tag if target.platform == "windows" else f"cpython-{target.tag[2:]}"
    encoders = [name for name in names if "imageio_ffmpeg/binaries/ffmpeg" in name]
    assert ({".dll", ".exe", ".pyd"} & suffixes == set()) == (target.platform == "linux")
    assert (".so" in suffixes) == (target.platform == "linux")
    assert {name.split("/")[1] for name in modules} == {"embreex", "fcl", "jiter"}
    assert all(tag in name for name in modules), modules
    assert [name.endswith(".exe") for name in encoders] == [target.platform == "windows"]


@EACH_TARGET
def test_prebundle_carries_a_licence_and_a_row_for_everything(
    prebundles: Path, target: Target
) -> None:
    root = prebundles / target.name / EXTENSION
    notice = (root / "PACKAGE-LICENSES" / "NOTICE.md").read_text(encoding="utf-8")
    infos = [*root.glob(f"{PREBUNDLE}/*.dist-info"), *root.glob(f"{FALLBACK}/*/*.dist-info")]

    names = {info.name.split("-")[0].replace("_", "-") for info in infos}

    assert {"openai", "httpx", "imageio-ffmpeg", "python-fcl", "embreex", "anyio"} <= names
    for name in names:
        assert f"| {name} | " in notice
        assert list_files(root / "PACKAGE-LICENSES" / name)
    for part in ("FFmpeg", "Embree", "oneTBB", "FCL", "libccd", "OctoMap"):
        assert f"| {part}" in notice


def test_prebundle_again_gives_the_same_bytes_without_a_trace_of_where(
    prebundles: Path, tmp_path: Path
) -> None:
    target = Target("3.12", "windows")

    again = build_prebundle(target, tmp_path, WHEELS)

    assert compute_digests(again) == compute_digests(prebundles / target.name / EXTENSION)
    own = [path for path in again.rglob("*") if path.is_file() and ".dist-info" not in str(path)]
    texts = [p.read_bytes() for p in own if p.suffix in (".md", ".toml")]
    assert len(texts) >= 3
    assert not [text for text in texts if str(tmp_path).encode() in text or b"simple/" in text]


@pytest.fixture(scope="module", params=list(KITS))
def kit_python(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """Make an environment with what a Kit has, and nothing else."""
    kit = dev.load_kits()[request.param.split("-")[0]]
    python = dev.find_python((int(kit["python"].split(".")[1]),))
    if python is None:
        assert not IN_CI, f"Python {kit['python']} is missing"
        pytest.skip(f"Python {kit['python']} is not installed")
    folder = tmp_path_factory.mktemp("kit") / request.param
    made = run([python.path, "-m", "venv", "--without-pip", str(folder)])
    assert made.returncode == 0, made.stderr
    program = str(dev.venv_file(folder, "python"))
    packages = {**kit["seen"], **kit["assumed"], **KITS[request.param][0]}
    pins = [f"{name}=={version}" for name, version in packages.items()]
    options = ["install", "-q", "--only-binary", ":all:"]
    installed = run([*PIP, "--python", program, *options, *pins])
    assert installed.returncode == 0, installed.stderr
    yield request.param, kit, program
    shutil.rmtree(folder)


def test_prebundle_beside_the_packages_of_kit_works_and_doubles_nothing(
    prebundles: Path, kit_python: tuple[str, dict[str, Any], str]
) -> None:
    name, kit, python = kit_python
    root = prebundles / Target(kit["python"], "linux").name / EXTENSION
    if sys.platform == "win32":
        root = prebundles / Target(kit["python"], "windows").name / EXTENSION

    done = run([python, "-I", "-W", "error", "-c", PROBE, str(root)])

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["answer"] == "tfilkrof"
    assert found["hits"] == [0, -1]
    assert found["contacts"] == 1
    assert found["encoder"] == "ffmpeg version"
    assert set(found["kit"]) & set(found["ours"]) == set()
    assert {"openai", "httpx", "jiter", "imageio-ffmpeg", "python-fcl"} <= set(found["ours"])
    site = Path(python).parents[1]
    for module in ("pydantic", "pydantic_core", "typing_extensions", "numpy"):
        assert Path(found["files"][module]).is_relative_to(site), module
    perhaps = {"anyio", "certifi", "h11", "idna", "sniffio"}
    if kit["python"] == "3.10":
        perhaps |= {"exceptiongroup"}
    assert set(found["added"]) == perhaps - set(found["kit"])
    assert len(found["added"]) == KITS[name][1]


@pytest.mark.kit
@pytest.mark.parametrize("kernel", ["110.4", "109.0"])
def test_prebundle_kernel_takes_the_one_for_it_and_imports_from_it(
    prebundles: Path, tmp_path: Path, kernel: str
) -> None:
    folder = prebundles / Target("3.12", "linux").name
    folders = [str(prebundles / target.name) for target in TARGETS]
    report = tmp_path / "report.json"
    command = [KIT_PYTHONS[kernel], "-c", KERNEL_PROBE, str(report), EXTENSION]
    command += [part for path in folders for part in ("--ext-folder", path)]
    command += ["--enable", EXTENSION, "--no-window"]
    command += ["--portable-root", str(tmp_path / "portable")]
    command += ["--/app/extensions/registryEnabled=0", "--/app/fastShutdown=1"]

    done = run(command, cwd=tmp_path, env={"OMNI_KIT_ALLOW_ROOT": "1"})

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "[Error]" not in done.stdout
    found = json.loads(report.read_text(encoding="utf-8"))
    prebundle = folder / EXTENSION / PREBUNDLE
    for module in ("httpx", "imageio_ffmpeg", "jiter", "openai", "tqdm"):
        assert Path(found["files"][module]).is_relative_to(prebundle), module
    assert Path(found["encoder"]).is_relative_to(prebundle)
    assert not Path(found["files"]["pydantic"]).is_relative_to(folder)
    assert found["left"] == []
