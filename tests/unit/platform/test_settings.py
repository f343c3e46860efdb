"""Settings: one object, clear errors."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from nazdik.platform.settings import Settings, SettingsError, load_settings


def test_without_anything_the_defaults_hold() -> None:
    assert load_settings({"PATH": "/bin"}) == Settings()
    assert Settings().display_offset_min == 210


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "nazdik.toml"
    file.write_text('port = 9000\ndemo = true\nlanguages = ["en"]\norigins = ["https://a.example"]\ndata_dir = "d"\n')
    settings = load_settings({"NAZDIK_CONFIG": str(file), "NAZDIK_PORT": "9001", "NAZDIK_LANGUAGES": "fa, en"})
    assert (settings.port, settings.demo, settings.languages) == (9001, True, ("fa", "en"))
    assert (settings.origins, settings.data_dir) == (frozenset({"https://a.example"}), Path("d"))


@pytest.mark.parametrize(("word", "value"), [("1", True), ("yes", True), ("FALSE", False), ("0", False)])
def test_yes_and_no_are_words(word: str, value: bool) -> None:
    assert load_settings({"NAZDIK_DEMO": word}).demo is value


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "x"), ("PORT", "0"), ("PORT", "70000"), ("DEMO", "perhaps"), ("LANGUAGES", "de"), ("LANGUAGES", ""),
     ("DISPLAY_OFFSET_MIN", "9999"), ("ORIGINS", "evil"), ("TLS_KEY", "key.pem"), ("NAME", " "), ("PROT", "1")],
)  # fmt: skip
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({f"NAZDIK_{name}": value})
    assert "tls_certificate" in str(error.value) or name.lower() in str(error.value)


@pytest.mark.parametrize(
    "text", ["port = ", 'port = "a"', "port = true", "languages = [1]", "nonsense = 1", "data_dir = 5"]
)
def test_a_wrong_file_is_said_clearly(tmp_path: Path, text: str) -> None:
    file = tmp_path / "nazdik.toml"
    file.write_text(text)
    with pytest.raises(SettingsError):
        load_settings({}, config=file)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({}, config=tmp_path / "absent.toml")


def test_secrets_are_named_by_their_files_and_never_given_in_settings() -> None:
    """A word in the environment or in a settings file is read by whoever lists processes or copies the file."""
    secret = re.compile(r"secret|password|token|credential|private|_key$|^key")
    # Public keys, and the key with which copies are sealed and not opened.
    public = {"trusted_keys", "backup_key"}
    bad = [
        f.name for f in fields(Settings) if secret.search(f.name) and f.name not in public and "Path" not in str(f.type)
    ]
    assert bad == []
