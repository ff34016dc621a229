"""The one door: everything a person does, composed from the rooms below."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from onefill.definitions import Definitions, load_packs
from onefill.errors import OneFillError
from onefill.people import Lockout, Passwords, SessionRules
from onefill.problems import Problem
from onefill.rendering.html import html_to_pdf
from onefill.rendering.libreoffice import convert
from onefill.service.access import AccessLog
from onefill.service.approvals import Approvals
from onefill.service.aside import Aside, at_once
from onefill.service.authoring import Authoring
from onefill.service.bags import Bags
from onefill.service.batches import Batches
from onefill.service.boards import Boards
from onefill.service.book import Book
from onefill.service.checking import Checking
from onefill.service.cleaning import Cleaning
from onefill.service.codes import Codes
from onefill.service.conversion import Conversion, OfficeEngine, engine_mark
from onefill.service.destroyed_with import DestroyedAlong
from onefill.service.destruction import Destruction
from onefill.service.documents import Documents
from onefill.service.draws import Draws
from onefill.service.dues import Dues
from onefill.service.form_news import FormNewsDesk
from onefill.service.form_trials import losses
from onefill.service.glances import Glances
from onefill.service.guard import Guard
from onefill.service.habits import Habits
from onefill.service.history import History
from onefill.service.import_jobs import LongImports
from onefill.service.imports import Imports
from onefill.service.inbox import Inbox
from onefill.service.inbox_files import InboxFiles
from onefill.service.issue_notes import IssueNotes
from onefill.service.jobs import Jobs, methods_of
from onefill.service.lapsing import lapsing_problems
from onefill.service.linting import lint_packs
from onefill.service.listings import Listings
from onefill.service.look_ups import LookUps
from onefill.service.material_files import inspect_file, picture_of
from onefill.service.material_shapes import Inspect
from onefill.service.materials import Materials
from onefill.service.notices import Notices
from onefill.service.offices import Offices
from onefill.service.oidc import Provider
from onefill.service.oidc_settings import OidcSettings, SettingMissing, secret_of
from onefill.service.overprints import Overprints
from onefill.service.people import People
from onefill.service.presence import Presence
from onefill.service.printed import PrintedFiles
from onefill.service.prints import Prints
from onefill.service.proof import Proof
from onefill.service.public import Public
from onefill.service.publications import Publications
from onefill.service.queues import Queues
from onefill.service.readying import make_ready
from onefill.service.records import Records
from onefill.service.registers import Registers
from onefill.service.removal import Removal
from onefill.service.retired import with_retired
from onefill.service.reviews import Reviews
from onefill.service.room import Door, Room
from onefill.service.runners import Runner, Threads
from onefill.service.samples import load_samples
from onefill.service.shapes import Person
from onefill.service.sources import Sources
from onefill.service.taking import Taking
from onefill.service.templates import Templates
from onefill.service.timekeeping import behind
from onefill.service.transfers import Transfers
from onefill.service.verification import Verification
from onefill.service.versions import Versions
from onefill.service.views import Views
from store import EVERYTHING, Cache, Keyring, Store, doubt_about, in_database, keys_from, open_store

if TYPE_CHECKING:
    from onefill.service.workers import Worker

HOME = Path(__file__).resolve().parents[2]
#: How people sign in: not at all on one's own PC, with accounts of ours, at an identity provider, or at a proxy that
#: tells us who it is.
SignIn = Literal["none", "accounts", "oidc", "header"]
SIGN_INS: tuple[SignIn, ...] = ("none", "accounts", "oidc", "header")
#: Converted files kept at most; the oldest go first.
MOST_KEPT = 2000
PROXY_SECRET = "ONEFILL_PROXY_SECRET"
#: Who does slow work where the store lies in PostgreSQL: the servers themselves, or programs that do nothing else.
Workers = Literal["inside", "separate"]
WORKERS: tuple[Workers, ...] = ("inside", "separate")
LOG_LEVELS = ("debug", "info", "warning", "error")


class SettingUnknown(OneFillError):
    """The environment asks for something there is not."""

    message = "环境变量 {name} 写的是“{value}”。可以写：{known}。"


class NoWorkerNeeded(OneFillError):
    """Slow work is shared by several programs only where the store lies in PostgreSQL."""

    message = (
        "数据在 {address}，慢的事由打开它的程序自己做，不用另外运行 worker。"
        "要几台一起做，先把数据搬到 PostgreSQL，并设 ONEFILL_STORE=postgresql://…。"
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are.

    Attributes:
        data: What the app writes.
        forms: Packs of forms.
        templates: A folder of templates per pack.
        store: Address of the store; a folder below ``data`` if empty.
        files: Where files lie, if not beside the records: a folder or a bucket.
        keys: Keys of encryption at rest; without any, nothing is encrypted.
        people: How people sign in.
        oidc: The identity provider, where people sign in at one.
        header: Header in which a proxy tells whom it has let in, percent-encoded.
        proxy_secret: What that proxy says in ``x-onefill-proxy``, so that nobody else is believed.
        proxies: Addresses of proxies on other machines; without any, only this PC is answered.
        address_header: Header in which a proxy tells the browser's address, for the access log; whatever came is gone.
        hosts: Names under which a proxy serves this app; without sign-in none but this PC's count.
        idle: After so long without an act a session ends.
        log: What is logged: ``info`` tells every request, ``warning`` what went wrong.
        workers: Who does slow work where the store lies in PostgreSQL.
    """

    data: Path
    forms: Path = HOME / "forms"
    templates: Path = HOME / "templates"
    store: str = ""
    files: str = ""
    keys: Keyring = field(default_factory=Keyring)
    people: SignIn = "none"
    oidc: OidcSettings | None = None
    header: str = "x-onefill-user"
    proxy_secret: str = ""
    proxies: tuple[str, ...] = ()
    address_header: str = ""
    hosts: tuple[str, ...] = ()
    idle: timedelta = timedelta(minutes=30)
    log: str = "warning"
    workers: Workers = "inside"

    @classmethod
    def from_environment(cls) -> "Settings":
        """``ONEFILL_DATA`` moves the data, ``ONEFILL_STORE`` names another store, ``ONEFILL_FILES`` where files lie.

        ``ONEFILL_KEY`` or ``ONEFILL_KEY_FILE`` turns encryption on, ``ONEFILL_WORKERS`` says who does slow work; the
        others are about people.

        Raises:
            SettingUnknown: A value that means nothing; nobody is let in by mistake.
            SettingMissing: People sign in in a way that needs one more.
            KeyUnfit: A key that is none.
            KeyFileOpen: Others may read the file of keys.
        """
        people, minutes = os.environ.get("ONEFILL_PEOPLE") or "none", os.environ.get("ONEFILL_PEOPLE_MINUTES") or "30"
        if people not in SIGN_INS:
            raise SettingUnknown(name="ONEFILL_PEOPLE", value=people, known="、".join(SIGN_INS))
        try:
            idle = timedelta(minutes=float(minutes))
        except (ValueError, OverflowError):
            idle = timedelta(0)
        if idle <= timedelta(0):
            raise SettingUnknown(name="ONEFILL_PEOPLE_MINUTES", value=minutes, known="分钟数，例 30")
        secret = secret_of(PROXY_SECRET)
        if people == "header" and not secret:
            raise SettingMissing(name=PROXY_SECRET, what="代理和程序共用的口令，代理把它写进请求头 x-onefill-proxy")
        log = (os.environ.get("ONEFILL_LOG") or "warning").lower()
        if log not in LOG_LEVELS:
            raise SettingUnknown(name="ONEFILL_LOG", value=log, known="、".join(LOG_LEVELS))
        workers = os.environ.get("ONEFILL_WORKERS") or "inside"
        if workers not in WORKERS:
            raise SettingUnknown(name="ONEFILL_WORKERS", value=workers, known="、".join(WORKERS))
        data = Path(os.environ.get("ONEFILL_DATA") or HOME / "var")
        return cls(
            data=data,
            store=os.environ.get("ONEFILL_STORE", ""),
            files=os.environ.get("ONEFILL_FILES", ""),
            keys=keys_from(os.environ, data),
            people=people,
            oidc=OidcSettings.from_environment() if people == "oidc" else None,
            header=(os.environ.get("ONEFILL_PEOPLE_HEADER") or "x-onefill-user").lower(),
            proxy_secret=secret,
            proxies=_words("ONEFILL_PROXIES"),
            address_header=(os.environ.get("ONEFILL_ADDRESS_HEADER") or "").lower(),
            hosts=_words("ONEFILL_HOSTS"),
            idle=idle,
            log=log,
            workers=workers,
        )

    @property
    def address(self) -> str:
        """Of the store: the one that was named, or a folder among the data."""
        return self.store or f"tinydb:///{(self.data / 'store').resolve().as_posix().lstrip('/')}"

    @property
    def has_workers(self) -> bool:
        """Whether slow work is handed out to workers: programs on several computers share it."""
        return in_database(self.address)

    @property
    def keeps_sessions(self) -> bool:
        """Whether people sign in here, so that there are sessions, a way out and a time-out."""
        return self.people in ("accounts", "oidc")


def _words(name: str) -> tuple[str, ...]:
    return tuple(os.environ.get(name, "").lower().replace(",", " ").split())


def new_id() -> str:
    """A fresh id: lower-case letters and digits, not to be guessed."""
    return secrets.token_hex(8)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What screens, routes, the command line and jobs call."""

    settings: Settings
    records: Records
    taking: Taking
    documents: Documents
    imports: Imports
    history: History
    form_news: FormNewsDesk
    authoring: Authoring
    proof: Proof
    views: Views
    inbox: Inbox
    habits: Habits
    overprints: Overprints
    materials: Materials
    codes: Codes
    reviews: Reviews
    verification: Verification
    notices: Notices
    queues: Queues
    boards: Boards
    dues: Dues
    draws: Draws
    listings: Listings
    bags: Bags
    batches: Batches
    cleaning: Cleaning
    registers: Registers
    publications: Publications
    public: Public
    look_ups: LookUps
    people: People
    transfers: Transfers
    provider: Provider | None
    presence: Presence
    jobs: Jobs
    guard: Guard
    log: AccessLog
    store: Store
    now: Callable[[], datetime]
    #: What nobody's first page shall wait for; see ``readying``. A program that serves has it done once it has started.
    make_ready: Callable[[], None]
    present: Callable[[], Person] = Person
    #: Why the data should lie elsewhere; empty if all is well.
    doubt: str = ""

    def behind(self) -> datetime | None:
        """When something was written by a clock ahead of ours of now, that moment."""
        return behind(self.store, self.now())

    @property
    def definitions(self) -> Definitions:
        """The packs in use."""
        return self.authoring.definitions

    def who(self) -> Person:
        """Who asks now: the person at this PC, or the one whom the screens and routes have let in."""
        return self.present()

    def worker(self, most: int = 2) -> "Worker":
        """Whoever works off the slow work of all programs over the same database.

        Args:
            most: So many jobs at once.

        Raises:
            NoWorkerNeeded: The store lies in no database.
        """
        if not self.settings.has_workers:
            raise NoWorkerNeeded(address=self.settings.address)
        from onefill.service.workers import Worker  # its libraries are loaded only where they are asked for

        return Worker(self.settings.address, self.jobs, most)

    def as_(self, present: Callable[[], Person]) -> "Desk":
        """The same desk for whoever comes in by the door: its rooms show and do what is this person's, nothing else.

        Args:
            present: Tells who is there, each time anew.
        """
        door = Door(present, self.guard.require)
        named = ((one.name, getattr(self, one.name)) for one in fields(self))
        rooms: dict[str, Any] = {name: room.behind(door) for name, room in named if isinstance(room, Room)}
        return replace(self, present=present, **rooms)

    def check(self, pack: str | None = None) -> list[Problem]:
        """Faults of all packs and their templates, or of one pack's, also against what records were asked before."""
        definitions = load_packs(self.settings.forms)
        ending = lapsing_problems(definitions, self.now().date(), pack)
        faults = lint_packs(definitions, self.settings.templates, pack)
        return [*faults, *losses(self.store, definitions, pack), *ending]

    def load_samples(self) -> int:
        """Load the made-up records; how many were new."""
        return load_samples(self.records, self.who())


def the_store(settings: Settings, *, now: Callable[[], datetime], address: str = "") -> Store:
    """Open the store of these settings, or another one with all else as they say.

    Args:
        settings: Where things are.
        now: The clock.
        address: Of the other one.
    """
    key_file, files = settings.data / "store.key", "" if address else settings.files
    return open_store(address or settings.address, clock=now, key_file=key_file, keys=settings.keys, files=files)


def pdf_cache(settings: Settings, name: str = "pdf") -> Cache:
    """Where converted files are kept."""
    return Cache(settings.data / "cache" / name, MOST_KEPT, settings.keys)


def the_runner(settings: Settings) -> Runner:
    """Who does slow work: threads of this process, or whichever worker over the database is free."""
    if not settings.has_workers:
        return Threads()
    from onefill.service.workers import Shared  # its libraries are loaded only where they are asked for

    return Shared(settings.address)


def open_desk(
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    make_id: Callable[[], str] = new_id,
    engine: OfficeEngine = convert,
    html: Callable[[str], bytes] = html_to_pdf,
    inspect: Inspect = inspect_file,
    definitions: Definitions | None = None,
    present: Callable[[], Person] = Person,
    passwords: Passwords | None = None,
    lockout: Lockout | None = None,
    runner: Runner | None = None,
    aside: Aside = at_once,
    whence: Callable[[], str] = lambda: "",
) -> Desk:
    """Open the store and compose the desks.

    Args:
        settings: Where things are.
        now: The clock.
        make_id: Gives ids for records, rows and requests.
        engine: Converts Word and Excel files.
        html: Converts HTML pages.
        inspect: Looks into files that are handed in.
        definitions: The packs, where they have been loaded already.
        present: Tells who asks, and has everything asked of that person; without it, the desk is the program's own and
            that of the person at this PC.
        passwords: How passwords are hashed.
        lockout: When a name is locked.
        runner: Has slow work done; as the settings say if it is not given.
        aside: Does what nobody waits for.
        whence: Tells from which address whoever is there asks.
    """
    store = the_store(settings, now=now)
    definitions = with_retired(definitions or load_packs(settings.forms), store)
    templates = Templates(settings.templates, store)
    book = Book(store, definitions, lambda: now().date(), EVERYTHING)
    versions = Versions(book, templates, make_id)
    sources = Sources(book, templates, lambda: now().date())
    imports = Imports(book, make_id, lambda: now().date())

    def imports_apart() -> Imports:
        own = Book(store, book.definitions, lambda: now().date(), EVERYTHING)
        Versions(own, templates, make_id)
        return Imports(own, make_id, lambda: now().date())

    long = LongImports(store, imports_apart)
    conversion = Conversion(engine, engine_mark, html, pdf_cache(settings), pdf_cache(settings, "layouts"))
    printed = PrintedFiles(store)
    prints = Prints(book, sources)
    checking = Checking(book, prints)
    inbox_folder, trials = settings.data / "inbox", pdf_cache(settings, "proof")
    caches = (pdf_cache(settings), trials, pdf_cache(settings, "layouts"))
    log, offices = AccessLog(store, whence), Offices(store, lambda: book.definitions)
    destruction = Destruction(store, log, caches, InboxFiles(inbox_folder).forget, aside)
    destruction.resume()
    along = DestroyedAlong(book, versions, destruction)
    along.resume()
    reviews = Reviews(book, versions, checking, make_id, now, along.finish)
    listings, cleaning = Listings(book, reviews, conversion, now), Cleaning(book, destruction, now)
    glances = Glances(book)
    records, boards = Records(book, glances, versions, make_id, now), Boards(book, glances, now)
    overprints = Overprints(store, html)
    documents = Documents(book, sources, versions, conversion, printed, overprints)
    people = People(
        store,
        offices,
        log,
        now,
        rules=SessionRules(idle=settings.idle),
        lockout=lockout,
        passwords=passwords,
    )
    guard = Guard(book, log)
    jobs = Jobs(
        store,
        guard,
        versions,
        methods_of(documents, long),
        runner or the_runner(settings),
        named=lambda name: Person() if settings.people == "none" else people.named(name),
        now=now,
        make_id=make_id,
    )
    history = History(book, sources, versions, documents, printed)
    batches = Batches(book, reviews, make_id, now)
    notices = Notices(book, sources, checking, reviews, conversion, now)
    desk = Desk(
        settings=settings,
        records=records,
        taking=Taking(book, lambda: now().date()),
        documents=documents,
        imports=imports,
        inbox=Inbox(inbox_folder, imports, long, jobs, book, make_id, now),
        habits=Habits(store, now),
        overprints=overprints,
        history=history,
        form_news=FormNewsDesk(book, versions),
        authoring=Authoring(book, documents, templates, (settings.forms, settings.templates), now),
        proof=Proof(
            book,
            templates,
            Conversion(engine, engine_mark, html, trials, pdf_cache(settings, "layouts")),
            Approvals(settings.data / "proof"),
        ),
        views=Views(book, glances, now),
        materials=Materials(book, checking, inspect, picture_of, make_id, now),
        codes=Codes(book, prints, documents, inspect),
        reviews=reviews,
        verification=Verification(book, sources, log, reviews.cautioned),
        notices=notices,
        queues=Queues(book, now),
        boards=boards,
        dues=Dues(book, glances, cleaning, now),
        draws=Draws(store, boards, book, records, make_id, now),
        listings=listings,
        bags=Bags(book, checking, listings, history, notices, now),
        cleaning=cleaning,
        batches=batches,
        registers=Registers(book, now),
        publications=Publications(book, templates, people.offices.title, make_id, IssueNotes(book, batches, now), now),
        public=Public(book),
        look_ups=LookUps(book, now),
        people=people,
        transfers=Transfers(book, people, Removal(book, now), reviews, log, make_id),
        provider=Provider(settings.oidc, now) if settings.oidc else None,
        presence=Presence(store, now),
        jobs=jobs,
        guard=guard,
        log=log,
        store=store,
        now=now,
        doubt=doubt_about(settings.address),
        make_ready=partial(make_ready, book, glances, aside),
    )
    return desk if present is Person else desk.as_(present)
