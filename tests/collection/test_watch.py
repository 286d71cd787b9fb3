import itertools

from genrekit.collection.watch import Pace, SystemClock, arrivals

PACE = Pace(every=1.0, rest=3.0)


class Steps:
    """Time that passes only when somebody sleeps, and what happens meanwhile."""

    def __init__(self, *events):
        self.time = 0.0
        self.events = dict(events)

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds
        self.events.pop(self.time, lambda: None)()


def told(folder, clock, looks=20, **options):
    count = itertools.count()
    stops = arrivals((folder,), PACE, clock, until=lambda: next(count) >= looks, **options)
    return [(clock.time, [path.name for path in paths]) for paths in stops]


def test_what_is_there_arrives_first_and_once(tmp_path):
    (tmp_path / "b.mp3").write_text("x")
    (tmp_path / "a.mp3").write_text("x")
    assert told(tmp_path, Steps()) == [(3.0, ["a.mp3", "b.mp3"])]


def test_a_file_that_still_grows_has_not_arrived(tmp_path):
    path = tmp_path / "a.mp3"

    def grow():
        with path.open("a") as file:
            file.write("more")

    clock = Steps(*[(float(second), grow) for second in range(1, 6)])
    assert told(tmp_path, clock) == [(8.0, ["a.mp3"])]


def test_an_empty_file_has_not_arrived(tmp_path):
    (tmp_path / "a.mp3").touch()
    assert told(tmp_path, Steps()) == []


def test_a_file_that_changes_later_arrives_again(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_text("x")
    assert told(tmp_path, Steps((6.0, lambda: path.write_text("other")))) == [(3.0, ["a.mp3"]), (9.0, ["a.mp3"])]


def test_what_vanishes_is_forgotten_and_arrives_when_it_returns(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_text("x")
    clock = Steps((5.0, path.unlink), (7.0, lambda: path.write_text("x")))
    assert told(tmp_path, clock) == [(3.0, ["a.mp3"]), (10.0, ["a.mp3"])]


def test_what_is_known_is_not_told(tmp_path):
    (tmp_path / "a.mp3").write_text("x")
    assert told(tmp_path, Steps(), ignore=lambda path: path.name == "a.mp3") == []


def test_a_drive_that_goes_away_and_returns_is_no_error(tmp_path):
    folder = tmp_path / "drive"
    clock = Steps((4.0, folder.mkdir), (5.0, lambda: (folder / "a.mp3").write_text("x")))
    assert told(folder, clock) == [(8.0, ["a.mp3"])]


def test_the_clock_of_the_machine_only_grows():
    clock = SystemClock()
    before = clock.now()
    clock.sleep(0.001)
    assert clock.now() > before
