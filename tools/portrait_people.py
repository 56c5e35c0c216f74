"""What each of the demo people looks like; `portraits.py` draws them."""

from dataclasses import dataclass
from typing import NamedTuple


class Skin(NamedTuple):
    base: str
    shade: str
    line: str


PALE = Skin("#f7d7c2", "#e8b79c", "#b4735a")
LIGHT = Skin("#f0c4a4", "#dca381", "#a8674a")
OLIVE = Skin("#e3b48a", "#c99468", "#8f5a36")
TAN = Skin("#d9a273", "#bd8256", "#7d4a2c")
BROWN = Skin("#a97148", "#8c5935", "#55311a")
DEEP = Skin("#8d5a3c", "#72442b", "#43240f")
DARK = Skin("#6b4330", "#533122", "#2d170c")


@dataclass(frozen=True)
class Look:
    """One face. `style` is the hair or what covers it; `age` is 0, 1 (a few lines) or 2 (more)."""

    skin: Skin
    style: str
    hair: str
    top: str
    lapel: str
    collar: str
    background: tuple[str, str]
    mouth: str = "soft"
    brow: str = ""
    beard: str = ""
    beard_colour: str = ""
    glasses: str = ""
    round_glasses: bool = False
    earring: str = ""
    headphones: str = ""
    lips: str = ""
    freckles: bool = False
    age: int = 0


SAND, MOSS, ROSE = ("#f3d9b8", "#e5b98a"), ("#dfe6dc", "#b4c6b2"), ("#eebfae", "#d98f78")
SEA, SKY, LILAC = ("#bcd7cf", "#86b3a8"), ("#c9d3ee", "#96a8da"), ("#e6d3ea", "#bf9fc9")
STONE, HONEY, SAGE = ("#d5dbe0", "#a9b5bf"), ("#f2cf9d", "#dfa762"), ("#d6e4d3", "#a3c0a0")
LINEN, ICE, BLUSH = ("#eadfca", "#cfbb96"), ("#cfe3ea", "#93bccb"), ("#f4d5d0", "#dfa39b")

PEOPLE = {
    # the design's own ten
    "caller": Look(DEEP, "side", "#1c120d", "#31506e", "#dfe7ee", "shirt", SAGE, "smile"),
    "mara": Look(LIGHT, "bob", "#3a2520", "#27446b", "#f4efe6", "shirt", SAND, "smile", earring="#e8c15a"),
    "idris": Look(DARK, "crop", "#17110f", "#c9553a", "#a8402a", "crew", SEA, beard="full"),
    "yuki": Look(PALE, "long", "#1d1a22", "#e9e4d8", "#cfc7b4", "roll", SKY),
    "tomas": Look(LIGHT, "side", "#8a5a2f", "#35523f", "#e9e4d8", "shirt", LINEN, "smile", glasses="#2b2523"),
    "amara": Look(DEEP, "afro", "#21150f", "#f0b93f", "#cf9423", "vee", ROSE, "smile", earring="#f6e3a8"),
    "leila": Look(TAN, "hijab", "#44566f", "#2c3a4e", "#2c3a4e", "vee", MOSS, "smile", brow="#3a2418"),
    "viktor": Look(
        PALE, "bald", "#b9a28c", "#3b3f48", "#24272e", "roll", STONE, brow="#9b7f66", glasses="#8c3b2a"
    ),
    "priya": Look(TAN, "bun", "#1b1214", "#7a2f52", "#f2d9a2", "vee", LILAC, "smile", earring="#f2d9a2"),
    "noah": Look(TAN, "curly", "#2b1b14", "#d8dfe6", "#b6c1cc", "crew", HONEY),
    # consultants
    "sofia": Look(
        OLIVE, "wave", "#4a2a1c", "#8f2f3a", "#f6efe4", "blazer", LINEN, "smile", earring="#e8c15a"
    ),
    "kwame": Look(DARK, "quiff", "#15100e", "#2f5d50", "#244a40", "crew", HONEY, "smile", glasses="#d9b98a"),
    "hanna": Look(
        PALE, "ponytail", "#c8924a", "#3f7fa6", "#2f678b", "crew", ICE, "smile", brow="#9a6c33", freckles=True
    ),
    "rafael": Look(
        BROWN, "short", "#2a211d", "#f1ead9", "#d6c9ab", "shirt", SEA, "smile", beard="moustache", age=1
    ),
    "mei": Look(
        PALE,
        "fringe",
        "#17151b",
        "#bb4436",
        "#f4ece0",
        "blazer",
        STONE,
        round_glasses=True,
        glasses="#5b4a86",
    ),
    "harpreet": Look(
        BROWN, "turban", "#d8722c", "#26324a", "#eef1f5", "shirt", SKY, "smile", "#1c1512", "long", "#1c1512"
    ),
    "sigrid": Look(
        PALE,
        "bob",
        "#d9d5cf",
        "#5b7f86",
        "#f3efe8",
        "scarf",
        BLUSH,
        "smile",
        "#a49c92",
        glasses="#3b5d78",
        age=2,
    ),
    "omar": Look(OLIVE, "curly", "#1d1512", "#4a4e8f", "#3a3d74", "hoodie", SAND, beard="stubble"),
    "lucia": Look(TAN, "cloud", "#4b2b1b", "#e2703a", "#c4572a", "vee", SAGE, "smile", earring="#2f8f83"),
    "bruno": Look(
        TAN,
        "tousled",
        "#3b281c",
        "#23252b",
        "#3d4048",
        "crew",
        LILAC,
        beard="full",
        headphones="#e9e4d8",
        age=1,
    ),
    "nadia": Look(
        LIGHT, "long", "#b5723c", "#2f4858", "#dbe4ea", "blazer", BLUSH, brow="#84501f", glasses="#2b2523"
    ),
    "george": Look(
        PALE,
        "receding",
        "#c9c4bc",
        "#6b5a45",
        "#f0e9dc",
        "shirt",
        MOSS,
        "smile",
        "#a8a097",
        glasses="#4a3a2b",
        age=2,
    ),
    "thandiwe": Look(
        DARK, "wrap", "#e0a526", "#8c2f5a", "#e0a526", "crew", ICE, "smile", "#1a110d", earring="#f4e2b0"
    ),
    "kenji": Look(LIGHT, "tousled", "#1a181d", "#d9a441", "#b98628", "crew", SEA, "smile", beard="goatee"),
    "elif": Look(OLIVE, "pixie", "#2a1a18", "#e7ddd0", "#2a2c33", "roll", ROSE, "smile", earring="#c9553a"),
    "arjun": Look(
        BROWN, "quiff", "#17120f", "#3d6b9e", "#2f5680", "hoodie", LINEN, beard="stubble", glasses="#1f1a1c"
    ),
    "claire": Look(
        PALE, "updo", "#8f3f24", "#31473f", "#e9d8b8", "scarf", LILAC, "smile", "#6b2f1a", freckles=True
    ),
    "samuel": Look(
        DEEP, "crop", "#2b2522", "#f2f4f6", "#86b3a8", "shirt", SKY, "smile", beard="goatee", age=1
    ),
    "ines": Look(OLIVE, "curly", "#5a3420", "#3f7a5c", "#316148", "vee", HONEY, "smile", freckles=True),
    "tane": Look(BROWN, "locs", "#241914", "#27667a", "#1d5161", "crew", STONE, "smile", beard="stubble"),
    "ruth": Look(
        LIGHT,
        "cloud",
        "#8d8781",
        "#3a2f52",
        "#f2ead9",
        "blazer",
        HONEY,
        "smile",
        "#5f5954",
        glasses="#b03a3a",
        age=1,
    ),
    "mikkel": Look(
        PALE, "short", "#c9a25e", "#8a5a3a", "#e9e0cf", "shirt", SAGE, "smile", "#93713a", "full", age=1
    ),
    "grace": Look(
        DARK, "braids", "#1a1210", "#2f8f83", "#f0e7d6", "blazer", SAND, "smile", earring="#e8c15a"
    ),
    # staff
    "ingrid": Look(
        PALE,
        "wave",
        "#d3ac63",
        "#2c3a4e",
        "#f4efe6",
        "blazer",
        MOSS,
        brow="#96743a",
        glasses="#5b4a3a",
        age=1,
    ),
    # clients
    "jonas": Look(
        PALE, "side", "#b98a4c", "#5c6f57", "#49593f", "crew", ICE, brow="#8a6432", glasses="#2b2523"
    ),
    "ana": Look(TAN, "ponytail", "#33201a", "#c9553a", "#f4e3cf", "vee", SEA, "smile", earring="#f6e3a8"),
    "petra": Look(LIGHT, "pixie", "#b8b2aa", "#44566f", "#dfe6ee", "shirt", LILAC, brow="#7d766e", age=2),
    "oliver": Look(
        LIGHT, "tousled", "#a3492a", "#2c3a4e", "#22303f", "hoodie", BLUSH, "smile", "#8a3c20", "full"
    ),
    "chidi": Look(DEEP, "short", "#191210", "#e6dcc8", "#c9bb9c", "crew", STONE, "smile"),
}
