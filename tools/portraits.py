"""Draws the portraits of the demo people from parameters.

    python -m tools.portraits            writes static/img/people/*.svg
    python -m tools.portraits --sheet    prints one page with all of them, to look at

Run it in the checkout; nothing but Python is needed. The people are in `portrait_people.py`, the shapes in
`portrait_shapes.py`.
"""

import sys
from pathlib import Path
from typing import NamedTuple

from tools.portrait_people import PEOPLE, Look
from tools.portrait_shapes import (
    BEARDS,
    BLAZER_EDGES,
    CLOTH,
    COLLARS,
    FOLDS,
    HAIR_BACK,
    HAIR_FRONT,
    HIJAB_DRAPE,
    HIJAB_EDGE,
    HIJAB_SHADOW,
    ROOMS,
    STRANDS,
)

OUT = Path(__file__).resolve().parent.parent / "static" / "img" / "people"
INK = "#1f1a1c"
NO_CAP = ("bald", "receding")
LOWER_SIDE = "C163 136 144 160 120 160C117 160 114 159.6 111 159C134 150 146 128 146 100"
SIDE_OF_FACE = f"M133 72C152 75 163 84 163 96{LOWER_SIDE}C146 88 142 80 133 72Z"
SIDE_OF_BARE_HEAD = f"M133 60C152 64 163 78 163 96{LOWER_SIDE}C146 84 142 70 133 60Z"


class Stroke(NamedTuple):
    """A line: its colour, its width, and how strongly it shows."""

    colour: str
    width: float
    opacity: float = 1

    def draw(self, d: str) -> str:
        faint = f' opacity="{self.opacity}"' if self.opacity < 1 else ""
        return (
            f'<path d="{d}" fill="none" stroke="{self.colour}" stroke-width="{self.width}"'
            f' stroke-linecap="round" stroke-linejoin="round"{faint}/>'
        )


def fill(d: str, colour: str, more: str = "") -> str:
    return f'<path d="{d}" fill="{colour}"{more}/>'


def portrait(look: Look) -> str:
    """The whole drawing as SVG text."""
    light, deep = look.background
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240"><defs>'
        f'<linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop stop-color="{light}"/>'
        f'<stop offset="1" stop-color="{deep}"/></linearGradient></defs>'
        '<path fill="url(#g)" d="M0 0h240v240H0z"/>'
        '<circle cx="176" cy="64" r="92" fill="#fff" opacity=".17"/>'
        f'<g transform="translate(-22 -8) scale(1.18)">{figure(look)}</g></svg>\n'
    )


def scene(look: Look, room: str) -> str:
    """The person in a call, with a room behind: for pictures of the product."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 600" width="900" height="600">'
        f'{ROOMS[room]}<path fill="#000" opacity=".1" d="M0 0h900v600H0z"/>'
        f'<g transform="translate(264 222) scale(1.55)">{figure(look)}</g></svg>'
    )


def figure(look: Look) -> str:
    """From the back to the front: hair, clothes, head, beard, hair, face, what is worn."""
    layers = (hair_behind, body, head, beard, hair_before, age, face, glasses, jewels, headphones)
    return "".join(layer(look) for layer in layers)


def hair_behind(look: Look) -> str:
    drawn = fill(HAIR_BACK[look.style], look.hair) if look.style in HAIR_BACK else ""
    for start, end, y in STRANDS.get(look.style, []):
        line = f"M{start} 84C{start} 116 {end} 132 {end} {y}"
        drawn += Stroke(look.hair, 13).draw(line) + Stroke("#fff", 1.6, 0.16).draw(line)
    return drawn


def body(look: Look) -> str:
    drawn = fill("M22 250C22 204 52 186 96 176C104 184 136 184 144 176C188 186 218 204 218 250Z", look.top)
    drawn += fill("M100 136V172C100 192 140 192 140 172V136Z", look.skin.shade)
    drawn += fill(COLLARS[look.collar], look.lapel)
    if look.collar == "blazer":
        drawn += fill("M100 150V170C100 190 140 190 140 170V150Z", look.skin.shade)
        drawn += Stroke("#000", 2.4, 0.28).draw(BLAZER_EDGES)
    if look.collar == "hoodie":
        drawn += Stroke("#fff", 3, 0.7).draw("M108 208V232M132 208V228")
    return drawn


def head(look: Look) -> str:
    drawn = ""
    if look.style != "hijab":
        drawn += fill("M78 98a9 13 0 1 0 4 22Z M162 98a9 13 0 1 1 -4 22Z", look.skin.shade)
    drawn += fill("M77 96C77 58 163 58 163 96C163 136 144 160 120 160C96 160 77 136 77 96Z", look.skin.base)
    bare = look.style in NO_CAP or look.style == "hijab"
    drawn += fill("M77 98C77 34 163 34 163 98Z", look.skin.base if bare else look.hair)
    if look.style not in NO_CAP:
        drawn += fill(
            "M77 96C77 62 163 62 163 96C163 136 144 160 120 160C96 160 77 136 77 96Z", look.skin.base
        )
    return drawn + fill(SIDE_OF_BARE_HEAD if bare else SIDE_OF_FACE, look.skin.shade, ' opacity=".55"')


def beard(look: Look) -> str:
    if not look.beard:
        return ""
    faint = ' opacity=".2"' if look.beard == "stubble" else ""
    shape = BEARDS["full" if look.beard == "stubble" else look.beard]
    return fill(shape, look.beard_colour or look.hair, f' fill-rule="evenodd"{faint}')


def hair_before(look: Look) -> str:
    if look.style == "hijab":
        edge = fill(HIJAB_EDGE, look.hair, ' fill-rule="evenodd"')
        return edge + fill(HIJAB_DRAPE, look.hair) + fill(HIJAB_SHADOW, "#000", ' opacity=".12"')
    if look.style in CLOTH:
        folds = Stroke("#000", 2.4, 0.2).draw(FOLDS[look.style])
        return fill(CLOTH[look.style], look.hair) + folds
    return fill(HAIR_FRONT[look.style], look.hair) if look.style in HAIR_FRONT else ""


def age(look: Look) -> str:
    lines = {0: "", 1: "M98 124Q95 129 97 134M142 124Q145 129 143 134"}
    lines[2] = (
        lines[1] + "M96 111.500Q103 115 109 111.500M131 111.500Q137 115 144 111.500M104 78Q120 74 136 78"
    )
    drawn = Stroke(look.skin.line, 1.8, 0.5).draw(lines[look.age]) if look.age else ""
    spots = [(96, 114), (101, 118), (92, 119), (144, 114), (139, 118), (148, 119)] if look.freckles else []
    return drawn + "".join(
        f'<circle cx="{x}" cy="{y}" r="1.4" fill="{look.skin.line}" opacity=".6"/>' for x, y in spots
    )


def face(look: Look) -> str:
    eyes = "".join(f'<ellipse cx="{x}" cy="104" rx="3.5" ry="4.2"/>' for x in (103, 137))
    brows = Stroke(look.brow or look.hair, 3.6).draw("M95 92Q103 87.5 110 91M130 91Q137 87.5 145 92")
    nose = Stroke(look.skin.line, 2.6).draw("M121 106C124 114 126 119 119 121")
    return f'<g fill="{INK}">{eyes}</g>{brows}{nose}{mouth(look)}'


def mouth(look: Look) -> str:
    if look.mouth == "smile":
        line = f' stroke="{look.skin.line}" stroke-width="1.8" stroke-linejoin="round"'
        return fill("M106 133C112 142 128 142 134 133C126 135.5 114 135.5 106 133Z", "#fff", line)
    curve = "M109 135Q120 142 131 135" if look.mouth == "soft" else "M108 136Q122 140 132 133"
    return Stroke(look.lips or look.skin.line, 3).draw(curve)


def glasses(look: Look) -> str:
    if not look.glasses:
        return ""
    if look.round_glasses:
        rims = '<circle cx="103" cy="104" r="13"/><circle cx="137" cy="104" r="13"/>'
    else:
        rims = "".join(f'<rect x="{x}" y="95" width="26" height="20" rx="9"/>' for x in (90, 124))
    bridge = '<path d="M116 102Q120 99.5 124 102" fill="none"/>'
    return f'<g fill="#fff" fill-opacity=".14" stroke="{look.glasses}" stroke-width="3">{rims}{bridge}</g>'


def jewels(look: Look) -> str:
    if not look.earring:
        return ""
    return "".join(f'<circle cx="{x}" cy="124" r="3.5" fill="{look.earring}"/>' for x in (76, 164))


def headphones(look: Look) -> str:
    if not look.headphones:
        return ""
    band = Stroke(look.headphones, 7).draw("M70 98C62 20 178 20 170 98")
    cups = "".join(f'<rect x="{x}" y="92" width="17" height="32" rx="8"/>' for x in (61, 162))
    return f'{band}<g fill="{look.headphones}">{cups}</g>'


def sheet() -> str:
    """All portraits on one page, with their names."""
    cells = "".join(f'<p><img src="{OUT / name}.svg" width="140"><br>{name}</p>' for name in PEOPLE)
    return f"<!DOCTYPE html><body>{cells}<style>p{{display:inline-block;margin:6px}}</style>"


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, look in PEOPLE.items():
        (OUT / f"{name}.svg").write_text(portrait(look), encoding="utf-8")
    if "--sheet" in sys.argv:
        sys.stdout.write(sheet())


if __name__ == "__main__":
    main()
