"""Whatever goes wrong at a provider's ends by its name, in time, without the key."""

import logging

import pytest

from tests.cloud.clips import clip
from tests.cloud.conftest import QUICK, Studio
from tests.cloud.test_providers import ORDER, dashscope, siliconflow, zhipu
from tests.cloud.world import GARBAGE, HANG, KEY, Answer, World, said, told
from video_service.engines.base import EngineError
from video_service.engines.cloud.line import Pace

FILM = "POST /videos/generations"
SHORT = Pace(deadline=1.5, call=1, first=0.01, longest=0.05, tick=0.01)


def fails(studio: Studio, name: str, pace: Pace = QUICK) -> EngineError:
    with pytest.raises(EngineError) as failed:
        studio.film(name, pace=pace)
    assert KEY not in str(failed.value)
    assert not failed.value.retry
    return failed.value


@pytest.mark.parametrize(
    ("name", "line", "answer", "code"),
    [
        ("zhipu-cogvideox-flash", FILM, told("zhipu/error_1113_arrears", 429), "cloud_arrears"),
        ("zhipu-cogvideox-flash", FILM, told("zhipu/error_1000_auth", 401), "cloud_auth"),
        ("zhipu-cogvideox-flash", FILM, told("zhipu/error_1301_sensitive", 400), "moderated"),
        ("zhipu-cogvideox-flash", FILM, told("zhipu/error_1210_params", 400), "cloud_bad_request"),
        ("zhipu-cogview-3-flash", "POST /images", told("zhipu/error_1301_sensitive", 400),
         "moderated"),
        ("zhipu-cogview-3-flash", "POST /images",
         said({"created": 1, "data": [], "content_filter": [{"role": "assistant", "level": 0}]}),
         "moderated"),
        ("dashscope-wan", ORDER, told("dashscope/error_invalid_api_key", 401), "cloud_auth"),
        ("dashscope-wan", ORDER, told("dashscope/error_invalid_api_key_envelope", 401),
         "cloud_auth"),
        ("dashscope-wan", ORDER, told("dashscope/error_arrearage", 400), "cloud_arrears"),
        ("dashscope-wan", ORDER, told("dashscope/error_inspection_envelope", 400), "moderated"),
        ("dashscope-wan", ORDER, told("dashscope/error_no_async_header", 403), "cloud_auth"),
        ("dashscope-wan", ORDER, told("dashscope/error_in_200"), "cloud_unavailable"),
        ("siliconflow-wan", "POST /video/submit", told("siliconflow/error_401", 401),
         "cloud_auth"),
        ("siliconflow-wan", "POST /video/submit", told("siliconflow/error_400_model", 400),
         "cloud_bad_request"),
        ("siliconflow-kolors", "POST /images",
         said({"code": 30001, "message": "Sorry, your account balance is insufficient"}, 403),
         "cloud_arrears"),
        ("openai-images", "POST /images",
         said({"error": {"code": "moderation_blocked", "message": "Your request was rejected"}},
              400), "moderated"),
        ("openai-images", "POST /images",
         said({"error": {"code": "insufficient_quota", "message": "check your plan"}}, 429),
         "cloud_arrears"),
        ("openai-images", "POST /images",
         said({"error": {"message": "model names are case-sensitive"}}, 404), "cloud_bad_request"),
        ("openai-images", "POST /images", said({"error": "no such thing"}, 418),
         "cloud_bad_request"),
        ("openai-images", "POST /images", said({"data": [{"b64_json": "%"}]}),
         "cloud_unavailable"),
        ("openai-images", "POST /images", said({"data": []}), "cloud_unavailable"),
    ],
)  # fmt: skip
def test_an_order_that_is_refused_is_told_by_its_kind_and_never_repeated(
    world: World, studio: Studio, name: str, line: str, answer: Answer, code: str
) -> None:
    world.on(line, answer)
    assert fails(studio, name).code == code
    assert len(world.heard) == 1


@pytest.mark.parametrize(
    ("name", "line", "answer", "code"),
    [
        ("zhipu-cogvideox-flash", "GET /async-result", told("zhipu/async_result_fail"),
         "cloud_unavailable"),
        ("dashscope-wan", "GET /tasks", told("dashscope/task_failed"), "cloud_bad_request"),
        ("dashscope-wan", "GET /tasks", told("dashscope/task_failed_inspection"), "moderated"),
        ("dashscope-wan", "GET /tasks", told("dashscope/task_canceled"), "cloud_unavailable"),
        ("dashscope-wan", "GET /tasks", told("dashscope/task_unknown"), "cloud_unavailable"),
        ("siliconflow-wan", "POST /video/status", told("siliconflow/video_status_failed"),
         "moderated"),
        ("siliconflow-wan", "POST /video/status",
         said({"status": "Failed", "reason": "", "results": None}), "cloud_unavailable"),
        ("siliconflow-wan", "POST /video/status", said({"status": "Succeed", "results": None}),
         "cloud_unavailable"),
        ("zhipu-cogvideox-flash", "GET /async-result",
         said({"task_status": "SUCCESS", "video_result": []}), "cloud_unavailable"),
    ],
)  # fmt: skip
def test_a_task_that_ends_badly_ends_the_job_whatever_its_status_line_says(
    world: World, studio: Studio, name: str, line: str, answer: Answer, code: str
) -> None:
    for script in (zhipu, dashscope, siliconflow):
        script(world)
    world.script = {one: told for one, told in world.script.items() if not one.startswith(line)}
    world.on(line, answer)
    assert fails(studio, name).code == code
    assert len(world.asked(line)) == 1


@pytest.mark.parametrize(
    ("name", "script", "line", "busy"),
    [
        ("zhipu-cogvideox-flash", zhipu, FILM, told("zhipu/error_1302_rate_limit", 429)),
        ("zhipu-cogvideox-flash", zhipu, FILM, told("zhipu/error_1303_rate_limit", 429)),
        ("zhipu-cogvideox-flash", zhipu, FILM, told("zhipu/error_1305_overloaded", 429)),
        ("dashscope-wan", dashscope, ORDER, told("dashscope/error_throttling", 429)),
        ("siliconflow-wan", siliconflow, "POST /video/submit", said({"code": 50505}, 503)),
    ],
)
def test_a_busy_provider_is_asked_again_until_it_has_room(
    world: World, studio: Studio, name: str, script: object, line: str, busy: Answer
) -> None:
    assert callable(script)
    script(world)
    world.on(line, [busy, busy, *world.script[line]])
    assert studio.film(name) == clip()
    assert len(world.asked(line)) == 3


def test_who_says_how_long_to_wait_is_believed(world: World, studio: Studio) -> None:
    zhipu(world)
    busy = told("zhipu/error_1302_rate_limit", 429, retry_after="3")
    world.on(FILM, [busy, *world.script[FILM]])
    assert fails(studio, "zhipu-cogvideox-flash", SHORT).code == "cloud_rate_limited"
    assert len(world.asked(FILM)) == 1  # the second would have come after three seconds


def test_a_provider_that_stays_busy_is_named_as_busy_at_the_end(
    world: World, studio: Studio
) -> None:
    world.on(FILM, told("zhipu/error_1302_rate_limit", 429))
    assert fails(studio, "zhipu-cogvideox-flash", SHORT).code == "cloud_rate_limited"
    assert len(world.heard) > 1


@pytest.mark.parametrize("answer", [HANG, GARBAGE, Answer(b"[]"), Answer(b"", 500)])
def test_an_order_that_may_have_been_taken_is_not_sent_again(
    world: World, studio: Studio, answer: Answer
) -> None:
    world.on(FILM, answer)
    code = "cloud_timeout" if answer is HANG else "cloud_unavailable"
    assert fails(studio, "zhipu-cogvideox-flash", SHORT).code == code
    assert len(world.heard) == 1


def test_nobody_there_at_all_is_found_out_soon(studio: Studio, world: World) -> None:
    world.close()
    pace = Pace(deadline=60, call=2, first=0.01, longest=0.02, tick=0.01)
    assert fails(studio, "zhipu-cogvideox-flash", pace).code == "cloud_unavailable"


def test_a_paid_film_is_waited_for_through_bad_moments(world: World, studio: Studio) -> None:
    zhipu(world)
    bad = [Answer(b"", 500), GARBAGE, Answer(b"", 502), told("zhipu/error_1302_rate_limit", 429)]
    line = "GET /async-result/8431793751283621085"
    world.script[line][:0] = [*bad, said({"task_status": "PONDERING", "new": [1]})]
    assert studio.film("zhipu-cogvideox-flash") == clip()
    assert len(world.asked(FILM)) == 1


@pytest.mark.parametrize("answer", [HANG, told("zhipu/async_result_processing")])
def test_a_provider_that_never_gets_done_runs_into_the_deadline(
    world: World, studio: Studio, answer: Answer
) -> None:
    zhipu(world)
    world.on("GET /async-result/8431793751283621085", answer)
    assert fails(studio, "zhipu-cogvideox-flash", SHORT).code == "cloud_timeout"


def test_an_expired_link_is_asked_for_once_more(world: World, studio: Studio) -> None:
    zhipu(world)
    world.on("GET /files/video/", [Answer(b"<Error>AccessDenied</Error>", 403), Answer(clip())])
    assert studio.film("zhipu-cogvideox-flash") == clip()
    assert len(world.asked(FILM)) == 1


@pytest.mark.parametrize("name", ["zhipu-cogvideox-flash", "siliconflow-kolors"])
def test_a_link_that_stays_dead_is_told(world: World, studio: Studio, name: str) -> None:
    zhipu(world)
    world.on("POST /images/generations", told("siliconflow/images_generations"))
    world.on("GET /files", Answer(b"", 404))
    world.script.pop("GET /files/video/")
    assert fails(studio, name).code == "cloud_expired"
    assert len(world.asked("GET /files")) == (2 if "video" in name else 1)


def test_a_file_server_that_stumbles_is_asked_again(world: World, studio: Studio) -> None:
    zhipu(world)
    world.on("GET /files/video/", [Answer(b"", 500), Answer(b"", 503), Answer(clip())])
    assert studio.film("zhipu-cogvideox-flash") == clip()


def test_an_error_repeats_neither_the_key_nor_an_account(
    world: World, studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    words = (
        f"Incorrect API key provided: {KEY} for <org-1a2b3c4d5e6f> <ak-9f8e7d6c5b4a>, "
        "sk-****0571, see https://files.example/a?Signature=AbCd%3D&Expires=1"
    )
    world.on(FILM, [said({"error": {"code": "1302", "message": words}}, 429)] * 2)
    caplog.set_level(logging.DEBUG)
    error = str(fails(studio, "zhipu-cogvideox-flash", SHORT))
    assert "Incorrect API key provided" in error
    for secret in (KEY, "0571", "1a2b3c4d5e6f", "9f8e7d6c5b4a", "AbCd"):
        assert secret not in error
        assert secret not in caplog.text
