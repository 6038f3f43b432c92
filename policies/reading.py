"""读目录: one walk over a county's pack that builds it and collects every mistake in it with its line.

Reading and checking are the same walk, so what the service runs on is what `check` has seen. A mistake is told once,
where it is to be mended: what cannot be known because of it (whatever a broken page held) is not complained of.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from policies import advice
from policies.conditions import AfterExit, Condition, Figure, figure_names, with_figures
from policies.county import (
    Benefit,
    Confirmation,
    County,
    Objection,
    PairedWith,
    PairingRule,
    Payee,
    Period,
    Procedure,
    Rest,
    Share,
    Source,
    Step,
    Strength,
    Subject,
    VisitCount,
    VisitRule,
)
from policies.pack_amounts import (
    read_amount,
    read_amounts_by_day,
    read_counted,
    read_hand_in,
    read_time_limit,
    read_unit,
    read_valid,
    read_window,
    tell_times,
)
from policies.pack_conditions import Given, read_conditions
from policies.pages import MAX_SOURCE_BYTES, YEARS, Entry, Mistake, iso_date, read_page, read_text
from policies.shapes import keys
from policies.soundness import tell_unsound
from policies.vocabulary import vocabulary

COUNTY_FILE = "county.yaml"
CONFIRMED_FILE = "confirmed.yaml"
SOURCES = "sources"
MANY = 4
"""So many places with one and the same fault are one mistake, told once."""


class Pack:
    """One pack as it is read; `mistakes` has all that is wrong with it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.mistakes: list[Mistake] = []
        self._words = vocabulary()
        self._whole = True
        self._documents: dict[str, Entry] | None = None
        self._listing: Entry | None = None
        self._titles: dict[str, str] = {}
        self._texts: dict[str, list[str]] = {}
        self._quoted: dict[str, int] = {}
        self._misquoted: dict[str, list[tuple[Entry, str, str]]] = {}
        self._unlisted: dict[str, list[Entry]] = {}
        self._without_source = False
        self._after_exit: AfterExit | None = None
        self._figures: dict[str, tuple[tuple[date, Figure], ...]] = {}
        self._shared_names: tuple[str, ...] = ()
        self._year: int | None = None
        self._benefits: dict[str, Benefit] = {}
        self._entries: dict[str, Entry] = {}
        self._odd_ids: list[str] = []

    def read(self) -> County | None:
        """The county, as far as it could be read; None only together with mistakes."""
        entry = self._county_page()
        for path in sorted(self.directory.glob("*.y*ml")):
            if path.suffix != ".yaml":
                self.mistakes.append(Mistake(path.name, 1, "", advice.WRONG_ENDING))
            elif path.name not in (COUNTY_FILE, CONFIRMED_FILE):
                self._category_page(path)
        self._compare_benefits()
        procedures = self._procedures(entry)
        confirmations = self._confirmations()
        county = None if entry is None else self._county(entry, procedures, confirmations)
        self._tell_sources()
        return county

    def _county(
        self, entry: Entry, procedures: tuple[Procedure, ...], confirmations: dict[str, tuple[Confirmation, ...]]
    ) -> County:
        return County(
            id=self.directory.name,
            name=entry.text("name"),
            level=entry.text("level"),
            area_code=self._area_code(entry),
            title=entry.text("title"),
            year=self._year,
            note=entry.maybe_text("note"),
            after_exit=self._after_exit,
            figures=self._figures,
            visits=tuple(self._visit(rule) for rule in entry.entries("visits")),
            pairing=self._pairing(entry.below("pairing")),
            procedures=procedures,
            benefits=self._benefits,
            readings=self._readings(),
            confirmations=confirmations,
        )

    def _reporter(self, file: str) -> Callable[[int, str, str], None]:
        def report(line: int, key: str, what: str) -> None:
            self.mistakes.append(Mistake(file, line, key, what))

        return report

    def _page(self, path: Path) -> Entry | None:
        """The mapping a file holds; None where it holds none."""
        report = self._reporter(path.name)
        page = read_page(path, path.name, report)
        if not page.whole or not isinstance(page.data, Entry):
            self._whole = False
        if isinstance(page.data, Entry):
            return page.data
        if page.data is not None:
            report(1, "", advice.NOT_A_MAPPING)
        return None

    # county.yaml

    def _county_page(self) -> Entry | None:
        path = self.directory / COUNTY_FILE
        if not path.exists() and not path.is_symlink():
            self.mistakes.append(Mistake(COUNTY_FILE, 1, "", advice.NO_COUNTY_FILE))
            self._whole = False
            return None
        entry = self._page(path)
        if entry is None:
            return None
        entry.only(keys("county_page"))
        if entry.get("documents") is None and self._whole:
            entry.wrong("documents", advice.MISSING)
        documents = entry.below("documents")
        if documents is not None:
            self._listing = documents
            self._documents = self._read_documents(documents)
        self._year = entry.year("year")
        self._figures = self._read_figures(entry.below("values"))
        self._after_exit = self._read_after_exit(entry.below("after_exit"))
        self._shared_names = entry.texts("shared_names")
        return entry

    def _read_documents(self, documents: Entry) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        files: dict[str, str] = {}
        for key in documents:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
                documents.wrong(key, advice.BAD_ID)
            document = documents.below(key)
            if document is None:
                if documents[key] is None:
                    documents.wrong(key, advice.NOT_A_MAPPING)
                continue
            document.only(keys("document"))
            found[key] = document
            self._titles[key] = document.text("title")
            first_line = document.integer("first_line") or 1
            file = document.maybe_text("file")
            if file is None:
                continue
            if file in files:
                document.wrong("file", advice.same_file(files[file]))
            files[file] = key
            self._read_source(document, key, file, first_line)
        # One that is misnamed in the list is not another that is missing there.
        if self._whole and all((self.directory / SOURCES / file).exists() for file in files):
            for path in sorted((self.directory / SOURCES).glob("*.txt")):
                if path.name not in files:
                    documents.wrong("", advice.unlisted_source(path.name))
        return found

    def _read_source(self, document: Entry, key: str, file: str, first_line: int) -> None:
        if "/" in file or "\\" in file or file in (".", ".."):
            document.wrong("file", advice.PLAIN_FILE_NAME)
            return
        path = self.directory / SOURCES / file
        if not path.exists() and not path.is_symlink():
            document.wrong("file", advice.SOURCE_FILE_MISSING)
            return
        text = read_text(path, self._reporter(f"{SOURCES}/{file}"), most=MAX_SOURCE_BYTES)
        if text is not None:
            # A part of a longer text keeps the line numbers it has there.
            self._texts[key] = [""] * (first_line - 1) + text.split("\n")

    def _read_figures(self, values: Entry | None) -> dict[str, tuple[tuple[date, Figure], ...]]:
        figures: dict[str, tuple[tuple[date, Figure], ...]] = {}
        for name in values or ():
            assert values is not None
            if name not in self._words.symbols:
                values.wrong(name, advice.not_one_of(name, list(self._words.symbols)))
            entry = values.below(name)
            if entry is not None:
                figures[name] = self._figure_by_day(entry, name)
        return figures

    def _figure_by_day(self, entry: Entry, name: str) -> tuple[tuple[date, Figure], ...]:
        """A figure that has always held, figures by the day they begin, or both."""
        own = keys("figure")
        days = [key for key in entry if key not in own and (isinstance(entry[key], Entry) or iso_date(key))]
        entry.only(own | frozenset(days))
        found = [] if days and len(days) == len(entry) else [(date.min, self._figure(entry, name))]
        for key in days:
            begins, below = iso_date(key), entry.below(key)
            if begins is None:
                entry.wrong(key, advice.NOT_A_DATE)
            elif begins.year not in YEARS:
                entry.wrong(key, advice.ODD_YEAR)
            elif below is None:
                entry.wrong(key, advice.FIGURE_EMPTY)
            else:
                below.only(keys("figure_of_day"))
                figure = self._figure(below, name)
                if found and figure.unit != found[0][1].unit:
                    below.wrong("unit", advice.other_unit(found[0][1].unit))
                found.append((begins, figure))
        return tuple(sorted(found, key=lambda one: one[0]))

    def _figure(self, entry: Entry, name: str) -> Figure:
        figure = Figure(
            value=entry.number("value"),
            items=entry.texts("items"),
            unit=read_unit(entry),
            year=entry.year("year"),
            text=entry.maybe_text("text"),
            quote=entry.maybe_text("quote"),
            line=entry.integer("line"),
            by=entry.maybe_text("by"),
            note=entry.maybe_text("note"),
        )
        needed, other = ("items", "value") if name in self._words.lists else ("value", "items")
        if entry.get(needed) is None:
            entry.wrong(needed, advice.MISSING)
        elif entry.get(other) is not None:
            entry.wrong(other, advice.NOT_BOTH)
        if isinstance(entry.get("value"), int | Decimal) and "元" in (figure.unit or ""):
            entry.wrong("value", advice.MONEY_QUOTED)
        self._quoted_somewhere(entry)
        return figure

    def _figures_on(self, day: date) -> dict[str, Figure]:
        """The figures that hold on a day; those of no day yet are unknown."""
        return {
            name: held
            for name, by_day in self._figures.items()
            if (held := next((one for begins, one in reversed(by_day) if begins <= day), None)) is not None
        }

    def _read_after_exit(self, entry: Entry | None) -> AfterExit | None:
        if entry is None:
            return None
        entry.only(keys("after_exit"))
        keep = entry.flag("keep")
        if entry.get("keep") is None:
            entry.wrong("keep", advice.MISSING)
        self._quoted_somewhere(entry)
        return AfterExit(
            keep=bool(keep),
            scope=entry.word("scope", ["household", "village"]),
            exit_year_ge=entry.year("exit_year_ge"),
            quote=entry.maybe_text("quote"),
            line=entry.integer("line"),
        )

    def _quoted_somewhere(self, entry: Entry) -> None:
        """Hold a quote that names no document against all of them."""
        quote, line = entry.maybe_text("quote"), entry.integer("line")
        if quote and line is None and entry.get("line") is None:
            entry.wrong("line", advice.QUOTE_WITHOUT_LINE)
        if line and quote is None and entry.get("quote") is None:
            entry.wrong("quote", advice.LINE_WITHOUT_QUOTE)
        if not quote or not line or not self._texts:
            return
        places = {key: _lines_with(text, quote) for key, text in self._texts.items()}
        self._quoted.update({key: self._quoted.get(key, 0) + 1 for key, lines in places.items() if lines})
        if not any(line in lines for lines in places.values()):
            key, what = _misquoted(quote, [line for lines in places.values() for line in lines], ())
            entry.wrong(key, what)

    def _area_code(self, entry: Entry) -> str | None:
        code = entry.maybe_text("area_code")
        if code and not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", code):
            entry.wrong("area_code", advice.BAD_AREA_CODE)
        return code

    def _visit(self, entry: Entry) -> VisitRule:
        entry.only(keys("visit"))
        counts: list[VisitCount] = []
        for count in entry.entries("per"):
            count.only(keys("visit_count"))
            period = count.one_of("period", Period, Period.YEAR)
            at_least = count.integer("at_least", most=366)
            if count.get("at_least") is None:
                count.wrong("at_least", advice.MISSING)
            if period in [one.period for one in counts]:
                count.wrong("period", advice.said_twice(period))
            counts.append(VisitCount(period, at_least or 1))
        if not entry.get("per"):
            entry.wrong("per", advice.MISSING)
        return VisitRule(
            per=tuple(counts),
            remind_on=self._days_of_month(entry),
            statuses=self._statuses(entry),
            exited_since=entry.year("exited_since"),
            demonstration=entry.flag("demonstration") or False,
            note=entry.maybe_text("note"),
            source=self._maybe_source(entry),
        )

    def _days_of_month(self, entry: Entry) -> tuple[int, ...]:
        days = entry.get("remind_on") or []
        if not isinstance(days, list):
            entry.wrong("remind_on", advice.NOT_A_LIST)
            return ()
        for day in days:
            if not isinstance(day, int) or isinstance(day, bool):
                entry.wrong("remind_on", advice.NOT_AN_INTEGER)
                return ()
            if not 1 <= day <= 31:
                entry.wrong("remind_on", advice.out_of_bounds(day, 1, 31))
            if days.count(day) > 1:
                entry.wrong("remind_on", advice.said_twice(str(day)))
        return tuple(days)

    def _pairing(self, entry: Entry | None) -> PairingRule | None:
        if entry is None:
            return None
        entry.only(keys("pairing"))
        cadres = entry.integer("cadres_per_household", most=20)
        shares = tuple(self._share(share) for share in entry.entries("shares"))
        if entry.get("cadres_per_household") is None and not entry.get("shares"):
            entry.wrong("cadres_per_household", advice.MISSING)
        return PairingRule(
            cadres_per_household=cadres,
            statuses=self._statuses(entry),
            source=self._maybe_source(entry),
            shares=shares,
            rest=self._rest(entry.below("rest")),
        )

    def _share(self, entry: Entry) -> Share:
        entry.only(keys("share"))
        least, most = entry.integer("at_least", most=1000), entry.integer("at_most", most=1000)
        if least is not None and most is not None and most < least:
            entry.wrong("at_most", advice.MOST_BELOW_LEAST)
        with_whom = entry.get("paired_with") is not None
        return Share(
            who=entry.text("who"),
            paired_with=entry.one_of("paired_with", PairedWith, PairedWith.HOUSEHOLD)
            if with_whom
            else PairedWith.HOUSEHOLD,
            roles=entry.words("roles", self._words.roles),
            ranks=entry.words("ranks", self._words.ranks),
            not_on_file=entry.maybe_text("not_on_file"),
            at_least=least,
            at_most=most,
            source=self._source(entry),
        )

    def _rest(self, entry: Entry | None) -> Rest | None:
        if entry is None:
            return None
        entry.only(keys("rest"))
        return Rest(entry.text("who"), entry.words("roles", self._words.roles), self._source(entry))

    def _statuses(self, entry: Entry) -> tuple[str, ...]:
        return entry.words("statuses", [str(word) for word in self._words.attributes["household.status"].values])

    # Sources

    def _maybe_source(self, entry: Entry) -> Source | None:
        return None if entry.get("source") is None else self._source(entry)

    def _source(self, entry: Entry) -> Source:
        source = entry.below("source")
        if source is None:
            self._without_source = True
            if entry.get("source") is None:
                entry.wrong("source", advice.NO_SOURCE)
            return Source("", 0, "", None)
        source.only(keys("source"))
        document = source.text("document")
        if self._documents is not None and document and document not in self._documents and self._whole:
            self._unlisted.setdefault(document, []).append(source)
        if source.get("line") is None:
            source.wrong("line", advice.MISSING)
        line = source.integer("line")
        quote, quote2 = source.text("quote"), source.maybe_text("quote2")
        self._quoted[document] = self._quoted.get(document, 0) + 1
        text = self._texts.get(document)
        if text is not None:
            misquoted = self._misquoted.setdefault(document, [])
            if line is not None and quote and (line > len(text) or quote not in text[line - 1]):
                beyond = line > len(text)
                elsewhere = _lines_with(text, quote)
                key, what = _misquoted(quote, elsewhere, text)
                misquoted.append(
                    (source, "line", advice.NO_SUCH_LINE) if beyond and not elsewhere else (source, key, what)
                )
            if quote2 and not _lines_with(text, quote2):
                misquoted.append((source, "quote2", advice.QUOTE_NOT_FOUND))
        return Source(self._titles.get(document, ""), line or 0, quote, quote2)

    def _tell_sources(self) -> None:
        """Report what is wrong with quotes; where nearly all of a document are, it is the document that is wrong."""
        for name, sources in self._unlisted.items():
            meant = advice.nearest(name, self._documents or ())
            what = advice.unknown_document(name, meant, len(sources))
            if self._listing is not None and meant is not None and meant not in self._quoted and len(sources) >= MANY:
                self._listing.wrong(meant, advice.misnamed_document(meant, name, len(sources)))
                continue
            for source in sources if len(sources) < MANY else sources[:1]:
                source.wrong("document", what)
        for name, misquoted in self._misquoted.items():
            if len(misquoted) >= MANY and len(misquoted) * 2 > self._quoted[name]:
                (self._documents or {})[name].wrong("file", advice.other_text(len(misquoted)))
                continue
            for source, key, what in misquoted:
                source.wrong(key, what)
        # Who quotes it may be what could not be read.
        if not self._whole or self._unlisted or self._without_source:
            return
        for name, document in (self._documents or {}).items():
            if name not in self._quoted:
                document.wrong("title", advice.DOCUMENT_UNUSED)

    # Benefits

    def _category_page(self, path: Path) -> None:
        page = self._page(path)
        if page is None:
            return
        page.only(keys("category_page"))
        category = page.word("category", self._words.categories)
        if page.get("benefits") is None and self._whole:
            page.wrong("benefits", advice.MISSING)
        for entry in page.entries("benefits"):
            self._benefit(entry, category)

    def _benefit(self, entry: Entry, category: str) -> None:
        entry.only(keys("benefit"))
        if entry.keys() == {"id"}:
            entry.wrong("id", advice.ONLY_AN_ID)
            return
        benefit = entry.text("id")
        if benefit and not re.fullmatch(r"[a-z][a-z0-9_]*", benefit):
            entry.wrong("id", advice.BAD_ID)
            self._odd_ids.append(benefit)
        if benefit in self._entries:
            other = self._entries[benefit]
            entry.wrong("id", advice.duplicate_id(benefit, other.file, other.line_of("id")))
        elif benefit:
            self._entries[benefit] = entry
        family = entry.text("family")
        if family and not re.fullmatch(r"[a-z][a-z0-9_]*", family):
            entry.wrong("family", advice.BAD_ID)
        if entry.get("conditions") is None:
            entry.wrong("conditions", advice.MISSING)
        placed = read_conditions(entry, "conditions", Given(benefit, self._after_exit, self._figures_on(date.min)))
        tell_unsound(placed)
        conditions = tuple(one.condition for one in placed)
        valid = read_valid(entry.below("valid"))
        self._benefits[benefit] = Benefit(
            id=benefit,
            family=family,
            name=entry.text("name"),
            aliases=entry.texts("aliases"),
            category=category,
            payee=entry.one_of("payee", Payee, Payee.HOUSEHOLD),
            strength=entry.one_of("strength", Strength, Strength.NAMED),
            who=entry.text("who"),
            conditions=conditions,
            amount=read_amount(entry.below("amount")),
            window=read_window(entry.below("window"), valid),
            how=entry.maybe_text("how"),
            department=entry.maybe_text("department"),
            source=self._source(entry),
            valid=valid,
            note=entry.maybe_text("note"),
            selecting=_selecting(conditions),
            about_members=any(condition.about_members for condition in conditions),
            about_events=any(condition.about_events for condition in conditions),
            **self._applying(entry.below("applying")),
        )

    def _applying(self, entry: Entry | None) -> dict[str, Any]:
        """What the document says on applying, with the place where it says it."""
        if entry is None:
            return {"papers": (), "where": None, "phone": None, "within": None, "applying_source": None}
        entry.only(keys("applying"))
        if all(entry.get(key) is None for key in ("papers", "where", "phone", "within")):
            entry.wrong("papers", advice.APPLYING_EMPTY)
        if entry.get("source") is None:
            entry.wrong("source", advice.APPLYING_WITHOUT_SOURCE)
        return {**self._how_to_apply(entry), "applying_source": self._maybe_source(entry)}

    def _how_to_apply(self, entry: Entry) -> dict[str, Any]:
        return {
            "papers": entry.texts("papers"),
            "where": entry.maybe_text("where"),
            "phone": entry.phone("phone"),
            "within": read_time_limit(entry.below("within")),
        }

    def _compare_benefits(self) -> None:
        """Ids that end otherwise than the county's others, names used twice, aliases that are another's name."""
        ending = _common_ending(self._entries)
        names: dict[str, Entry] = {}
        for benefit, entry in self._entries.items():
            if ending and not benefit.endswith(ending):
                entry.wrong("id", advice.odd_ending(benefit, ending))
                self._odd_ids.append(benefit)
            name = self._benefits[benefit].name
            if name in names:
                other = names[name]
                entry.wrong("name", advice.duplicate_name(name, other.file, other.line_of("name")))
            elif name:
                names[name] = entry
        for benefit, entry in self._entries.items():
            for alias in self._benefits[benefit].aliases:
                namesake = names.get(alias)
                if namesake is entry:
                    entry.wrong("aliases", advice.alias_is_own_name(alias))
                elif namesake is not None and alias not in self._shared_names:
                    entry.wrong("aliases", advice.alias_is_a_name(alias, namesake.file, namesake.line_of("name")))

    def _readings(self) -> dict[str, tuple[tuple[date, Benefit], ...]]:
        """Each benefit whose figures begin on days: as it reads before them all, and from each of them on."""
        found: dict[str, tuple[tuple[date, Benefit], ...]] = {}
        for benefit in self._benefits.values():
            names = {name for condition in benefit.conditions for name in figure_names(condition)}
            days = {begins for name in names for begins, _ in self._figures.get(name, ()) if begins > date.min}
            if days:
                later = tuple((day, _read_with(benefit, self._figures_on(day))) for day in sorted(days))
                found[benefit.id] = ((date.min, benefit), *later)
        return found

    # Procedures

    def _procedures(self, county: Entry | None) -> tuple[Procedure, ...]:
        entries = county.entries("procedures") if county is not None else []
        found: list[Procedure] = []
        ids: dict[str, Entry] = {}
        claimed: dict[tuple[Subject, str], Entry] = {}
        for entry in entries:
            procedure = self._procedure(entry)
            if procedure.id in ids:
                other = ids[procedure.id]
                entry.wrong("id", advice.duplicate_id(procedure.id, other.file, other.line_of("id")))
            ids[procedure.id] = entry
            if procedure.subject is Subject.BENEFIT:
                for name in procedure.applies_to or ("",):
                    other = claimed.setdefault((procedure.subject, name), entry)
                    if other is not entry:
                        what = advice.procedure_for_both(name, other.line) if name else advice.SECOND_GENERAL
                        entry.wrong("applies_to", what)
            found.append(procedure)
        return tuple(found)

    def _procedure(self, entry: Entry) -> Procedure:
        entry.only(keys("procedure"))
        subject = Subject.BENEFIT
        if entry.get("subject") is not None:
            subject = entry.one_of("subject", Subject, Subject.BENEFIT)
        demonstration = entry.flag("demonstration") or False
        note = entry.maybe_text("note")
        if entry.get("source") is None and not demonstration and entry.get("note") is None:
            entry.wrong("source", advice.PROCEDURE_WITHOUT_SOURCE)
        procedure = entry.text("id")
        if procedure and not re.fullmatch(r"[a-z][a-z0-9_]*", procedure):
            entry.wrong("id", advice.BAD_ID)
        applies_to = entry.texts("applies_to")
        if subject is Subject.BENEFIT:
            self._tell_unknown_names(entry, applies_to)
        return Procedure(
            id=procedure,
            name=entry.text("name"),
            subject=subject,
            applies_to=applies_to,
            steps=self._steps(entry),
            objection=self._objection(entry.below("objection")),
            demonstration=demonstration,
            note=note,
            source=self._maybe_source(entry),
        )

    def _tell_unknown_names(self, entry: Entry, names: Iterable[str]) -> None:
        families = {benefit.family for benefit in self._benefits.values()}
        known = [*self._benefits, *sorted(families), *self._words.categories]
        for name in names:
            if name not in known and self._whole:
                entry.wrong("applies_to", advice.not_in_catalogue(name, advice.nearest(name, known)))

    def _steps(self, procedure: Entry) -> tuple[Step, ...]:
        if not procedure.get("steps"):
            procedure.wrong("steps", advice.MISSING)
        steps: list[Step] = []
        taken: dict[str, str] = {}
        for entry in procedure.entries("steps"):
            entry.only(keys("step"))
            step = Step(
                name=entry.text("name"),
                words=entry.texts("words"),
                by=entry.maybe_text("by"),
                within=read_time_limit(entry.below("within")),
                text=entry.maybe_text("text"),
            )
            for key, word in [("name", step.name), *(("words", word) for word in step.words)]:
                if word in taken:
                    entry.wrong(key, advice.step_word_twice(word, taken[word]))
                elif word:
                    taken[word] = step.name
            steps.append(step)
        return tuple(steps)

    def _objection(self, entry: Entry | None) -> Objection | None:
        if entry is None:
            return None
        entry.only(keys("objection"))
        return Objection(
            days=entry.integer("days", most=365),
            counted=read_counted(entry),
            where=entry.maybe_text("where"),
            phone=entry.phone("phone"),
            text=entry.maybe_text("text"),
        )

    # confirmed.yaml

    def _confirmations(self) -> dict[str, tuple[Confirmation, ...]]:
        path = self.directory / CONFIRMED_FILE
        if not path.exists() and not path.is_symlink():
            return {}
        page = self._page(path)
        if page is None:
            return {}
        page.only(keys("confirmed_page"))
        said: dict[str, list[tuple[Confirmation, Entry]]] = {}
        for entry in page.entries("confirmed"):
            confirmation = self._confirmation(entry)
            if confirmation is not None:
                said.setdefault(confirmation.benefit, []).append((confirmation, entry))
        for words in said.values():
            words.sort(key=lambda word: word[0].on)
            _tell_conflicts(words)
        return {benefit: tuple(word for word, _ in words) for benefit, words in said.items()}

    def _confirmation(self, entry: Entry) -> Confirmation | None:
        entry.only(keys("confirmation"))
        benefit = entry.text("benefit")
        if benefit and benefit not in self._benefits and self._whole and not self._misnamed(benefit):
            entry.wrong("benefit", advice.unknown_benefit(benefit, advice.nearest(benefit, self._benefits)))
        on, until = entry.day("on"), entry.maybe_day("until")
        by, note = entry.text("by"), entry.maybe_text("note")
        demonstration = entry.flag("demonstration") or False
        stopped = entry.flag("stopped") or False
        amounts = read_amounts_by_day(entry)
        window = read_hand_in(entry.below("window"))
        applying = self._how_to_apply(entry)
        if stopped:
            extra = next((key for key in entry if entry[key] is not None and key not in _OF_A_STOP), None)
            if extra is not None:
                entry.wrong(extra, advice.STOP_IS_A_STOP)
        if on is None:
            return None
        if until is not None and until < on:
            entry.wrong("until", advice.ENDS_BEFORE_IT_BEGINS)
        elif not stopped:
            tell_times(entry, on, until, amounts, window)
        first = self._benefits[benefit].valid if benefit in self._benefits else None
        earliest = (first.first_year if first is not None else None) or self._year
        if earliest is not None and on.year < earliest:
            entry.wrong("on", advice.BEFORE_THE_DOCUMENT)
        return Confirmation(
            benefit=benefit,
            on=on,
            # What has stopped is over from its first day on.
            until=on - timedelta(days=1) if stopped else until,
            by=by,
            note=note,
            demonstration=demonstration,
            amounts=tuple((day, amount) for day, amount, _ in amounts),
            window=window,
            **applying,
        )

    def _misnamed(self, benefit: str) -> bool:
        """Whether an id that has been complained of is probably this one."""
        return advice.nearest(benefit, [one.lower().replace("-", "_") for one in self._odd_ids]) is not None


_OF_A_STOP = frozenset({"benefit", "on", "by", "note", "stopped", "demonstration"})


def _read_with(benefit: Benefit, figures: Mapping[str, Figure]) -> Benefit:
    conditions = tuple(with_figures(one, figures) for one in benefit.conditions)
    return replace(benefit, conditions=conditions, selecting=_selecting(conditions))


def _selecting(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return tuple(one for one in conditions if one.about_members or one.about_events)


def _tell_conflicts(words: Sequence[tuple[Confirmation, Entry]]) -> None:
    """Of one benefit: two words on one day, or two amounts for one and the same day.

    A later word may well begin while an earlier one still runs: that is how a change is added. Where the earlier one
    has already said an amount for a day after that, the two must agree.
    """
    for place, (later, entry) in enumerate(words):
        for earlier, other in words[:place]:
            if earlier.on == later.on:
                entry.wrong("on", advice.confirmed_twice(other.line_of("on")))
                break
            over = earlier.until is not None and earlier.until < later.on
            for day, amount in () if over else earlier.amounts:
                said = later.amount_on(day)
                if day >= later.on and said is not None and said != amount:
                    by_day = entry.below("amount")
                    if by_day is not None:
                        key = max(key for key in by_day if key <= day.isoformat())
                        by_day.wrong(key, advice.amounts_conflict(day.isoformat(), other.line_of("amount")))


def _common_ending(ids: Iterable[str]) -> str | None:
    """How more than half of the ids end, where there are enough of them to tell."""
    endings = Counter("_" + one.rsplit("_", 1)[-1] for one in ids if "_" in one)
    if not endings:
        return None
    ending, count = endings.most_common(1)[0]
    return ending if count > 2 and count * 2 > endings.total() else None


def _misquoted(quote: str, elsewhere: list[int], text: Sequence[str]) -> tuple[str, str]:
    """The key and the words for a quote that is not where it is said to be."""
    if elsewhere:
        return "line", advice.quote_elsewhere(elsewhere)
    bare = _bare(quote)
    nearly = next((place for place, one in enumerate(text, 1) if bare and bare in _bare(one)), None)
    return "quote", advice.quote_nearly(nearly) if nearly else advice.QUOTE_NOT_FOUND


def _lines_with(text: Sequence[str], quote: str) -> list[int]:
    return [place for place, line in enumerate(text, 1) if quote in line]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
