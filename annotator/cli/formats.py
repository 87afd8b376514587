"""List the formats that can be written and read, and what each cannot hold."""

from __future__ import annotations

from annotator.i18n import mark, translate
from annotator.plugins import offers
from annotator.present.arguments import Arguments, Command


def _run(_: Arguments) -> int:
    from annotator.formats.format import Exchange, Format

    offered = (*offers("annotator.formats", "FORMAT"), *offers("annotator.formats", "EXCHANGE"))
    for one in sorted((one for one in offered if isinstance(one, Format | Exchange)), key=lambda one: one.id):
        lost = ", ".join(translate(trait.value) for trait in one.cannot_hold)
        told = translate(mark("cannot hold: {what}"), what=lost) if lost else translate(mark("holds everything"))
        only = "" if one.read is not None else translate(mark(" (is only written)"))
        print(f"{one.id:<12} {translate(one.name)}{only}; {told}")
        for choice in one.choices if isinstance(one, Exchange) else ():
            offered_words = " | ".join(f"{value} ({translate(words)})" for value, words in choice.words)
            print(f"{'':<12}   {translate(choice.text)}: --with {choice.key}={offered_words}")
    return 0


COMMAND = Command(name="formats", text=mark("List the annotation formats and what each cannot hold."), options=(), run=_run)
