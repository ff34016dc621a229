"""Templates on disk and templates as they were when a version pinned them; each is compiled once."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock

from onefill.errors import OneFillError
from onefill.rendering import Compiled, TemplateBroken, compile_template, read_template
from store import Store

#: When a file was changed and how large it is; ``None`` while it is not there.
Stamp = tuple[int, int] | None


class TemplateMissing(OneFillError):
    """The file that a form names is not in the templates folder."""

    message = "模板文件 {template} 不在 {folder} 里。把它放回去，或改表单里 template: 的名字。"


@dataclass(frozen=True)
class Template:
    """A compiled template with the digest of its file."""

    compiled: Compiled
    digest: str


class Templates:
    """All templates, found by pack and file name, or by digest."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._lock = Lock()
        self._by_digest: dict[str, Template] = {}
        self._by_file: dict[Path, tuple[dict[Path, Stamp], str]] = {}

    def path(self, pack: str, name: str) -> Path:
        """Where a template lies. The name comes from a form and holds no path."""
        return self._folder / pack / Path(name).name

    def get(self, pack: str, name: str) -> Template:
        """A template as it is on disk now.

        Raises:
            TemplateMissing: There is no such file.
            TemplateBroken: It cannot be compiled; every fault is told.
        """
        path = self.path(pack, name)
        if not path.is_file():
            raise TemplateMissing(template=name, folder=f"templates/{pack}")
        with self._lock:
            kept = self._by_file.get(path)
            if kept is None or any(_stamp(file) != stamp for file, stamp in kept[0].items()):
                stamp = _stamp(path)
                whole = read_template(path)
                stamps = {path: stamp, **{path.with_name(file): _stamp(path.with_name(file)) for file in whole.files}}
                kept = (stamps, self._compile(whole.data, name).digest)
                self._by_file[path] = kept
            return self._by_digest[kept[1]]

    def data(self, pack: str, name: str) -> bytes | None:
        """The bytes of a template with those that it takes in, sound or broken; ``None`` if there is no such file."""
        path = self.path(pack, name)
        try:
            return read_template(path).data
        except FileNotFoundError:
            return None
        except TemplateBroken:
            return path.read_bytes()

    def pinned(self, digest: str, name: str) -> Template:
        """A template as a version pinned it."""
        with self._lock:
            return self._by_digest.get(digest) or self._compile(self._store.get_file(digest), name)

    def _compile(self, data: bytes, name: str) -> Template:
        digest = sha256(data).hexdigest()
        if digest not in self._by_digest:
            self._by_digest[digest] = Template(compile_template(data, name), digest)
        return self._by_digest[digest]


def _stamp(path: Path) -> Stamp:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_mtime_ns, stat.st_size
