"""Where a model is reached by options, and where no key is needed."""

from __future__ import annotations

import pytest

from clappper.core.errors import UsageError
from clappper.core.planning.llm.endpoint import read_endpoint

KEY = "sk-very-secret-0123456789"
LOCAL = "http://localhost:11434/v1"


def test_options_go_before_the_environment():
    environment = {
        "CLAPPPER_LLM_API_KEY": KEY,
        "CLAPPPER_LLM_BASE_URL": "https://there/v1",
        "CLAPPPER_LLM_MODEL": "that",
    }
    found = read_endpoint(environment, base_url=" https://here/v1/ ", model="this")
    assert (found.base_url, found.model, found.api_key) == ("https://here/v1", "this", KEY)
    found = read_endpoint(environment, base_url="", model=None)
    assert (found.base_url, found.model) == ("https://there/v1", "that")


@pytest.mark.parametrize(
    "url",
    [
        LOCAL,
        "http://127.0.0.1:8000/v1",
        "http://[::1]:8000/v1",
        "http://192.168.1.20:1234/v1",
        "http://ollama:11434/v1",
        "http://workstation.local/v1",
    ],
)
def test_local_server_needs_no_key(url):
    found = read_endpoint({"CLAPPPER_LLM_BASE_URL": url}, model="qwen3")
    assert (found.base_url, found.model) == (url, "qwen3")
    assert found.api_key.isascii()
    assert found.api_key.isprintable()
    assert found.api_key not in repr(found)


def test_local_server_gets_the_key_there_is():
    found = read_endpoint({"CLAPPPER_LLM_API_KEY": KEY}, base_url=LOCAL, model="qwen3")
    assert found.api_key == KEY


@pytest.mark.parametrize("url", ["https://api.example.org/v1", "http://8.8.8.8/v1", "http://[bad"])
def test_far_server_without_a_key_is_none(url):
    assert read_endpoint({}, base_url=url, model="m") is None


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"base_url": "ftp://localhost/v1", "model": "m"}, "^--base-url is no address"),
        ({"base_url": "http://me:pw@localhost/v1", "model": "m"}, "leave out user"),
        ({"base_url": LOCAL}, "--model"),
        ({"base_url": LOCAL, "model": "m" * 300}, "--model"),
        ({"base_url": LOCAL, "model": "a\x1bb"}, "--model"),
    ],
)
def test_options_that_cannot_be_used_are_named(options, word):
    with pytest.raises(UsageError, match=word):
        read_endpoint({}, **options)
