"""Passwords and words that anybody who guesses tries first."""

from __future__ import annotations

from typing import Final

COMMON_PASSWORDS: Final = frozenset(
    """
    passwordpassword password12345678 passwordpassword1 mypasswordismypassword thisismypassword
    thisisapassword thisisnotapassword passwordispassword letmeinletmeinletmein iloveyouiloveyou
    ilovemyhusband ilovemymother ilovemyfamily iloveyouforever iloveyousomuch iloveyoubabygirl
    justinbieberfan qwertyuiopasdfgh qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm
    qwertyuiop123456 1234567890qwerty 1234567890qwertyuiop qwerty1234567890 1q2w3e4r5t6y7u8i9o0p
    1qaz2wsx3edc4rfv 1qazxsw23edcvfr4 q1w2e3r4t5y6u7i8 zaq12wsxcde34rfv 1234567890123456
    123456789012345 12345678901234567890 1234567891234567 123456789123456789 123123123123123
    111111111111111 000000000000000 987654321987654321 9876543210987654 abcdefghijklmno
    abcdefghijklmnop abcdefghijklmnopqrstuvwxyz abcdef1234567890 abcd1234abcd1234
    abc123abc123abc123 abc123def456ghi789 a1b2c3d4e5f6g7h8 correcthorsebatterystaple
    correct-horse-battery-staple correcthorsebattery trustno1trustno1 trustnooneatall
    changemechangeme changemeimmediately pleasechangeme pleasechangethis pleasechangemenow
    administrator1 administrator123 administratoradministrator defaultpassword defaultdefault1
    temporarypassword temporarypassword1 temppassword123 initialpassword initialpassword1
    supersecretpassword supersecret12345 secretpassword123 welcomewelcome1 welcome123welcome123
    welcometothejungle welcometotheteam mothersmaidenname nobodyknowsthis idontknowmypassword
    iforgotmypassword ihatepasswords1 ihatepasswordssomuch opensesameopensesame letmeinplease123
    monkeymonkeymonkey dragondragondragon footballfootball baseballbaseball
    liverpoolfootballclub manchesterunited manchesterunited1 manchestercityfc superman12345678
    spiderman1234567 batmanbatmanbatman starwarsstarwars maytheforcebewithyou tobeornottobe
    tobeornottobethatisthequestion thequickbrownfox thequickbrownfoxjumpsoverthelazydog
    twinkletwinklelittlestar godblessamerica godisgoodallthetime jesuschristislord
    jesuslovesme123 thelordismyshepherd inthebeginning1 supercalifragilisticexpialidocious
    antidisestablishmentarianism happybirthdaytoyou happybirthday123 merrychristmas123
    merrychristmas2025 happynewyear2026 sunshinesunshine princessprincess mynameisnotbob
    whatisthepassword googlegooglegoogle microsoftmicrosoft facebookfacebook amazonwebservices
    forgedbyblood11 jesuschrist1234 unitedstatesofamerica trinidadandtobago
    """.split()  # noqa: SIM905 - a hundred quoted lines would be harder to read
)
"""Common passwords of fifteen characters and more, in lower case."""

OWN_WORDS: Final = frozenset(
    """
    exchequer treasury treasurer ministry ministries minister department agency government
    governments finance finances financial revenue budget budgets spending spend billing invoice
    account accounts accounting audit auditor auditors admin admins administrator viewer manager
    portal cloud clouds console dashboard reliability governance summary demo demonstration
    example sample test testing tester guest user users login signin password passwords
    passphrase passwort secret welcome letmein changeme change default initial temporary please
    security secure access office public service services server health education transport
    agriculture energy justice defence defense interior labour labor trade tourism environment
    planning works housing customs police parliament cabinet national federal republic
    commonwealth jamaica barbados belize trinidad tobago caribbean amazon azure google microsoft
    oracle digital technology information january february march april june july august
    september october november december monday tuesday wednesday thursday friday saturday sunday
    spring summer autumn winter iloveyou monkey dragon football sunshine princess qwerty
    """.split()  # noqa: SIM905 - a hundred quoted lines would be harder to read
)
"""Words of this portal and its surroundings; a password takes more than these strung together."""
