"""A simulated year, recomputed: every figure that the indicator service gives must be the one that plain Python makes
of nothing but the events in the public feeds, to the last digit, with the same cells and the same cases behind them.

Usage: year.py PATH/TO/hemgang [ADMISSIONS-PER-DAY] [SEED]

The default is a small region, for time. Whether a year has the region's shares is another question, which
`hemgang simulate --check` answers for one large enough.
"""

import datetime
import functools
import pathlib
import subprocess
import sys
import tempfile
import time

import figures
import grpc
from meetings import meetings_of
from receipts import notices_of
from server import Caller, compile_protos, start, stop
from stays import instant, stays_of

# A whole year that is past wherever this runs, with both changes of the clocks.
FIRST, LAST = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)
# The week in which the clocks went back.
AUTUMN = datetime.date(2025, 10, 20), datetime.date(2025, 10, 26)
HOSPITAL = "SE2321000131-E000000001001"


def main():
    binary, per_day, seed = (sys.argv[1:] + ["4", "1"][len(sys.argv) - 2 :])[:3]
    binary = str(pathlib.Path(binary).resolve())
    with tempfile.TemporaryDirectory() as work:
        compile_protos(work)
        began = time.monotonic()
        simulate(binary, work, per_day, seed)
        simulated = time.monotonic()
        server, address = start(binary, work, "sqlite://hemgang-data")
        try:
            with grpc.insecure_channel(address) as channel:
                events, count, drilled = compare(binary, work, channel)
        finally:
            stop(server)
    print(
        f"{events} events of a year recomputed: {count} figures equal to the last digit, {drilled} cases behind them "
        f"({simulated - began:.0f} s simulated, {time.monotonic() - simulated:.0f} s compared)"
    )


def simulate(binary, work, per_day, seed):
    """A year of a small region, kept where the server then finds it."""
    command = [binary, "simulate", "--in-process", "--days", "365", "--from", str(FIRST), "--data", "hemgang-data"]
    command += ["--admissions-per-day", per_day, "--seed", seed]
    ran = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        sys.exit(f"the year was not simulated:\n{ran.stdout}{ran.stderr[-2000:]}")


def compare(binary, work, channel):
    from hemgang.common.v1 import indicator_pb2, indicator_service_pb2
    from hemgang.common.v1.indicator_service_pb2_grpc import IndicatorServiceStub
    from hemgang.directory.v1 import directory_pb2, directory_service_pb2
    from hemgang.directory.v1.directory_service_pb2_grpc import DirectoryServiceStub

    # A service sees every feed, whatever unit it runs at.
    service = Caller(binary, work, channel, "service", HOSPITAL)
    quality = Caller(binary, work, channel, "quality", HOSPITAL)
    admission, readiness, planning = (feed(service, package) for package in ("admission", "readiness", "planning"))
    municipality_of, party_of = units(quality, channel)
    stays = stays_of(admission, readiness, planning, municipality_of)
    meetings = meetings_of(planning, stays, municipality_of)
    notices = notices_of(planning, stays, municipality_of, party_of)
    listed = quality(DirectoryServiceStub(channel).ListMunicipalities, directory_service_pb2.ListMunicipalitiesRequest())
    areas = {municipality.code: municipality.area for municipality in listed.municipalities}
    service = IndicatorServiceStub(channel)
    catalogue = quality(service.ListIndicators, indicator_service_pb2.ListIndicatorsRequest()).indicators
    known = {(one.id, variant) for one in catalogue for variant in one.variants}
    assert known == set(figures.CATALOGUE), f"not recomputed, or not there: {known ^ set(figures.CATALOGUE)}"
    cuts = {name.removeprefix("CUT_"): number for name, number in indicator_pb2.Cut.items() if number}
    assert set(cuts) == set(figures.CUTS), f"not recomputed, or not there: {set(cuts) ^ set(figures.CUTS)}"

    def check(one, variant, first, last, by):
        """The figures of one question, and how many there were."""
        request = indicator_service_pb2.QueryIndicatorRequest(
            indicator_id=one.id, variant=variant, period=period(first, last), by=[cuts[cut] for cut in by]
        )
        answer = quality(service.QueryIndicator, request).figure_set
        measure, rule = figures.CATALOGUE[one.id, variant]
        named = indicator_pb2.Measure.Name(answer.indicator.measure)
        assert named == f"MEASURE_{measure}", f"{one.id} {variant} is no {measure}"
        if one.id in figures.OF_NOTICES:
            rule = functools.partial(rule, now=instant(answer.computed_at))
        things = meetings if one.id in figures.OF_MEETINGS else notices if one.id in figures.OF_NOTICES else stays
        counted = figures.cases(things, rule, first, last)
        said = {tuple(value.code for value in cell.cell): told(cell) for cell in answer.figures}
        assert len(said) == len(answer.figures), f"a cell of {one.id} comes twice"
        expected = figures.cells(measure, counted, by, areas) if by else {}
        wrong = {cell for cell in said.keys() | expected.keys() if said.get(cell) != expected.get(cell)}
        where = f"{one.id} {variant} by {by}, {first} to {last}"
        assert not wrong, f"{where}: " + "; ".join(
            f"{cell} is {said.get(cell)}, recomputed {expected.get(cell)}" for cell in sorted(wrong)[:5]
        )
        total, again = told(answer.total), figures.figure(measure, counted)
        assert total == again, f"{where}: the total is {total}, recomputed {again}"
        return 1 + len(said), counted

    def drill(one, variant, counted):
        """The cases behind a year's figure, page by page."""
        cases, token = [], ""
        while True:
            request = indicator_service_pb2.ListIndicatorCasesRequest(
                indicator_id=one.id, variant=variant, period=period(FIRST, LAST), page_size=500, page_token=token
            )
            page = quality(service.ListIndicatorCases, request)
            cases, token = cases + list(page.cases), page.next_page_token
            if not token:
                break
        said = [
            (
                day(case.on),
                case.notice_id or case.meeting_id or case.admission_id or case.case_id,
                case.admission_id,
                case.case_id,
                case.numerator,
                case.municipality,
                case.hospital,
            )
            for case in cases
        ]
        expected = sorted(
            (
                case.on,
                case.key,
                case.stay.admission_id,
                case.case_id,
                case.numerator,
                case.municipality or figures.UNALLOCATED,
                case.stay.hospital,
            )
            for case in counted
        )
        assert said == expected, f"{one.id} {variant}: the drill-down has other cases"
        return len(said)

    count = drilled = 0
    for one in catalogue:
        for variant in one.variants:
            for by in [[cut] for cut in figures.CUTS] + [["AREA", "WEEKDAY"]]:
                found, counted = check(one, variant, FIRST, LAST, by)
                count += found
            count += check(one, variant, *AUTUMN, ["WEEKDAY"])[0]
            drilled += drill(one, variant, counted)
    return len(admission) + len(readiness) + len(planning), count, drilled


def feed(service, package):
    """Every event of a package's feed, by the public RPC."""
    name = f"hemgang.{package}.v1.feed_service_pb2"
    messages, stubs = __import__(name, fromlist=["x"]), __import__(f"{name}_grpc", fromlist=["x"])
    stub = getattr(stubs, f"{package.capitalize()}FeedServiceStub")(service.channel)
    events, cursor = [], ""
    while True:
        page = service(stub.ReadEvents, messages.ReadEventsRequest(cursor=cursor, page_size=500))
        events, cursor = events + list(page.events), page.bookmark.cursor
        if page.at_head:
            return events


def units(caller, channel):
    """The units that municipalities run, each with its municipality, and what every unit that is told of something is, as they
    stood when the year ended.
    """
    from google.type import date_pb2
    from hemgang.directory.v1 import directory_pb2, directory_service_pb2
    from hemgang.directory.v1.directory_service_pb2_grpc import DirectoryServiceStub

    municipality_of, party_of = {}, {}
    on = date_pb2.Date(year=LAST.year, month=LAST.month, day=LAST.day)
    for kind in ("MUNICIPAL", "MUNICIPAL_RECEPTION", "OUTPATIENT"):
        token = ""
        while True:
            request = directory_service_pb2.ListUnitsRequest(
                kind=directory_pb2.UnitKind.Value(f"UNIT_KIND_{kind}"), on=on, page_size=500, page_token=token
            )
            page = caller(DirectoryServiceStub(channel).ListUnits, request)
            for unit in page.units:
                if kind != "OUTPATIENT":
                    municipality_of[unit.hsa_id] = unit.municipality
                party_of[unit.hsa_id] = party(kind, unit)
            token = page.next_page_token
            if not token:
                break
    return municipality_of, party_of


def party(kind, unit):
    """What a unit is in figures of notices."""
    if kind == "MUNICIPAL":
        return "MUNICIPAL_HEALTH_CARE" if unit.law == "HSL" else "SOCIAL_SERVICES"
    return {"MUNICIPAL_RECEPTION": "MUNICIPALITY"}.get(kind, kind)


def told(figure):
    """A figure as the service says it."""
    optional = (getattr(figure, part) if figure.HasField(part) else None for part in ("value", "low", "high"))
    return figure.numerator, figure.denominator, *optional


def period(first, last):
    from google.type import date_pb2
    from hemgang.common.v1 import indicator_pb2

    days = (date_pb2.Date(year=on.year, month=on.month, day=on.day) for on in (first, last))
    return indicator_pb2.Period(**dict(zip(("from", "to"), days, strict=True)))


def day(date):
    return datetime.date(date.year, date.month, date.day)


if __name__ == "__main__":
    main()
