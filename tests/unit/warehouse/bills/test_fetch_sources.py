from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.warehouse.quality.hand_in import HandIn, agency, usage
from warehouse.bills.fetch_sources import AWS, read_source
from warehouse.errors import FeedError

PATH = "bills/apis/payer.toml"
SOUND = 'provider = "AWS"\naccount = "999"\nfrom = "2025-03"\n'
AZURE = 'provider = "Azure"\naccount = "8800"\nfrom = "2025-03"\n'


def test_a_declaration_says_what_to_fetch_and_where_credentials_are() -> None:
    source = read_source(f'{SOUND}environment = "HEALTH_"\nnet = true\ncalls_a_day = 9', PATH)

    assert (source.name, source.provider, source.account) == ("payer", AWS, "999")
    assert source.variable("AWS_ACCESS_KEY_ID") == "HEALTH_AWS_ACCESS_KEY_ID"
    assert (source.net, source.calls_a_day, source.first_month) == (True, 9, "2025-03")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("provider =", "is no TOML"),
        ('provider = "GCP"', "provider should be"),
        (f'{SOUND}aws_secret_access_key = "x"', "Credentials don't belong here"),
        (f'{SOUND}profile = "a"\nenvironment = "B_"', "both profile and environment"),
        (f'{SOUND}environment = "b="', "in capital letters"),
        (f"{SOUND}calls_a_day = 0", "from 1 to 10,000"),
        (f"{SOUND}calls_a_day = true", "from 1 to 10,000"),
        (SOUND.replace("2025-03", "2025-13"), "first month"),
        (SOUND.replace('"999"', '""'), "account is missing"),
        (SOUND.replace('"999"', "999"), "should be a text"),
        (f'{SOUND}net = "yes"', "true or false"),
        (AZURE, "scope should name"),
        (f'{AZURE}scope = "/subscriptions/../x?y"', "scope should name"),
        (f'{AZURE}scope = "/subscriptions/a/../../providers"', "scope should name"),
    ],
)
def test_a_declaration_that_cannot_be_one_is_refused_with_what_to_write(
    text: str, said: str
) -> None:
    with pytest.raises(FeedError, match="can't be used") as refusal:
        read_source(text, PATH)

    assert said in str(refusal.value)


def test_a_build_refuses_a_declaration_that_holds_a_credential(tmp_path: Path) -> None:
    hand_in = HandIn(tmp_path)
    hand_in.agencies(agency(1))
    hand_in.usage(usage(1))
    hand_in.write("bills/apis/sound.toml", SOUND)
    hand_in.write("bills/apis/bad.toml", f'{SOUND}secret = "hunter2"')

    outcome = hand_in.stage()

    assert outcome.rows(
        "SELECT path, status FROM source_file WHERE feed = 'bill_sources' ORDER BY path"
    ) == [("bills/apis/bad.toml", "refused"), ("bills/apis/sound.toml", "accepted")]
    [(said,)] = outcome.rows("SELECT detail FROM finding WHERE rule = 'file_is_sound'")
    assert "Credentials don't belong here" in said
    assert "hunter2" not in said
