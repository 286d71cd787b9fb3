import pytest

from genrekit.errors import ARTIFACT_MISSING, ArtifactError, SettingsError
from genrekit.service.app import create_service
from genrekit.service.settings import ServiceSettings
from genrekit.service.tracing import LocalTracing
from tests.service.live import HeldPool, Live


def with_settings(tmp_path, **settings):
    async def make(_):
        return HeldPool()

    return Live(ServiceSettings(workers=1, **settings), tmp_path / "state", make_pool=make)


def test_a_page_of_a_named_origin_may_ask_and_one_of_another_may_not(tmp_path):
    with with_settings(tmp_path, cors_origins="https://a.example, https://b.example") as live:
        headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Content-Type"}
        for origin, allowed in (("https://b.example", True), ("https://evil.example", False)):
            reply = live.ask("OPTIONS", "/v1/predictions", headers={"Origin": origin} | headers)
            assert (reply.headers.get("access-control-allow-origin") == origin) is allowed
        assert "x-request-id" in live.get("/healthz", Origin="https://a.example").headers


def test_without_origins_no_page_elsewhere_may_ask(tmp_path):
    with with_settings(tmp_path) as live:
        reply = live.get("/healthz", Origin="https://a.example")
        assert "access-control-allow-origin" not in reply.headers


def test_a_refusal_is_readable_for_a_page_of_a_named_origin(tmp_path):
    (tmp_path / "keys").write_text(f"a:{'0' * 64}\n")
    with with_settings(tmp_path, cors_origins="https://a.example", keys_file=tmp_path / "keys") as live:
        reply = live.get("/v1/limits", Origin="https://a.example")
        assert reply.status == 401
        assert reply.headers["access-control-allow-origin"] == "https://a.example"


def test_a_service_with_a_bad_artifact_does_not_start(tmp_path):
    async def make(_):
        raise ArtifactError(ARTIFACT_MISSING, "artifact", "is not there")

    with pytest.raises(ArtifactError, match="is not there"):
        Live(ServiceSettings(workers=1), tmp_path, make_pool=make).__enter__()


def test_a_service_with_a_bad_file_of_keys_is_not_built(tmp_path):
    with pytest.raises(SettingsError):
        create_service(ServiceSettings(keys_file=tmp_path / "none"), tmp_path, LocalTracing())


def test_two_services_do_not_share_a_state(tmp_path):
    with with_settings(tmp_path), pytest.raises(SettingsError, match="another service"):
        with_settings(tmp_path).__enter__()
