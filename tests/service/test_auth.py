import pytest

from genrekit.errors import ServiceError, SettingsError
from genrekit.service.auth import Quota, make_key, read_keys, who_asks
from genrekit.service.settings import ServiceSettings
from tests.service.live import HeldPool, Live


def test_a_key_opens_what_its_line_stands_for(tmp_path):
    key, line = make_key("alice")
    (tmp_path / "keys").write_text(f"# who may ask\n\n{line}\n")
    assert who_asks(read_keys(tmp_path / "keys"), f"Bearer {key}") == "alice"


def test_the_line_does_not_hold_the_key():
    key, line = make_key("alice")
    assert key not in line
    assert key[3:] not in line


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer gk_wrong", "Basic {key}", "{key}"])
def test_nothing_else_opens(header):
    key, line = make_key("alice")
    name, _, digest = line.partition(":")
    with pytest.raises(ServiceError) as refused:
        who_asks({name: digest}, header.format(key=key))
    assert refused.value.kind.http_status == 401


@pytest.mark.parametrize("text", ["alice\n", "alice:abc\n", "", "# nobody\n"])
def test_a_file_of_keys_that_makes_no_sense_is_refused(tmp_path, text):
    (tmp_path / "keys").write_text(text)
    with pytest.raises(SettingsError):
        read_keys(tmp_path / "keys")


def test_a_missing_file_of_keys_is_no_open_door(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        read_keys(tmp_path / "none")


@pytest.mark.parametrize("name", ["", "a b", "a:b", "x" * 65, "é"])
def test_a_name_keeps_to_plain_letters(name):
    with pytest.raises(SettingsError):
        make_key(name)


def test_a_quota_is_spent_and_refills():
    quota = Quota(60)
    for _ in range(60):
        quota.spend("a", 0.0)
    with pytest.raises(ServiceError) as refused:
        quota.spend("a", 0.0)
    assert refused.value.retry_after == 1
    quota.spend("b", 0.0)
    quota.spend("a", 1.01)


def test_no_quota_is_no_limit():
    quota = Quota(0)
    assert all(quota.spend("a", 0.0) is None for _ in range(1000))


def test_the_number_of_remembered_clients_is_bounded():
    quota = Quota(1)
    for number in range(10_050):
        quota.spend(str(number), 0.0)
    assert len(quota._buckets) == 10_000


@pytest.fixture
def keyed(tmp_path):
    key, line = make_key("alice")
    (tmp_path / "keys").write_text(line + "\n")
    pool = HeldPool()
    pool.signal.set()

    async def make(_):
        return pool

    settings = ServiceSettings(workers=1, keys_file=tmp_path / "keys", quota_per_minute=3)
    with Live(settings, tmp_path / "state", make_pool=make) as live:
        yield live, key


def test_with_keys_only_health_and_the_meaning_of_errors_are_open(keyed):
    live, key = keyed
    statuses = {path: live.get(path).status for path in ("/", "/v1/model", "/metrics", "/docs", "/nothing")}
    assert set(statuses.values()) == {401}
    assert live.get("/healthz").status == live.get("/readyz").status == live.get("/errors/unauthorized").status == 200
    assert live.get("/v1/model", Authorization=f"Bearer {key}").status == 200
    assert live.get("/v1/model").headers["www-authenticate"] == "Bearer"


def test_a_client_that_asks_too_often_is_told_when_to_come_back(keyed):
    live, key = keyed
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "audio/wav"}
    replies = [live.ask("POST", "/v1/predictions", b"sound", headers) for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    assert 1 <= int(replies[-1].headers["retry-after"]) <= 20
    assert replies[-1].json["code"] == "GK608"
