"""After the last retry: what was acknowledged is there once, what was refused is not, the books are right."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sessions_app.models import Consultation
from tests.crash.acks import Ack
from wallet.checks import violations
from wallet.models import Journal, TopUp

FINAL = {"decline": "declined", "end": "ended"}


@dataclass
class Verdict:
    """Everything that is not as it was told."""

    acknowledged: int = 0
    refused: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        return not (self.lost or self.doubled or self.unknown or self.violations)


def judge(acks: list[Ack], before: set[str]) -> Verdict:
    """Compare what workers were told with what the tables hold; the keys `before` were there already."""
    verdict = Verdict(
        acknowledged=sum(not ack.refused for ack in acks), refused=sum(ack.refused for ack in acks)
    )
    answers: dict[str, set[str]] = defaultdict(set)
    for ack in acks:
        answers[ack.key].add(ack.answer)
    verdict.doubled += [f"{key}: {sorted(told)}" for key, told in answers.items() if len(told) > 1]
    told = {key: min(answer) for key, answer in answers.items()}
    calls = {f"{row.request_key}": row for row in Consultation.objects.all()}
    journals = dict(Journal.objects.values_list("idem_key", "pk"))
    bought = {f"{row.form_key}": row for row in TopUp.objects.all()}
    expected = {f"{row.key}" for row in bought.values() if f"buy:{row.form_key}" in told}
    for key, answer in told.items():
        verb, _, name = key.partition(":")
        if answer.startswith("refused:"):
            verdict.unknown += _refused_but_there(verb, name, calls, bought)
            continue
        needed = _needed(verb, name, answer, calls, bought)
        expected |= needed.keys()
        for journal, pk in needed.items():
            if journal not in journals or (pk and journals[journal] != pk):
                verdict.lost.append(f"{key} -> {answer}: {journal}")
        verdict.lost += _state_differs(verb, key, name, answer, calls)
    verdict.unknown += sorted(journals.keys() - expected - before)
    verdict.unknown += [f"ask:{name}" for name in calls if f"ask:{name}" not in told]
    settled = Counter(
        Journal.objects.filter(op__in=("capture", "release")).values_list("reference", flat=True)
    )
    verdict.doubled += [reference for reference, count in settled.items() if count > 1]
    verdict.violations += [f"{broken.rule}: {broken.count} {broken.rows[:3]}" for broken in violations()]
    return verdict


def _needed(
    verb: str, name: str, answer: str, calls: dict[str, Consultation], bought: dict[str, TopUp]
) -> dict[str, int]:
    """The journals that must be there, with their id where the worker was told one (0: any)."""
    if verb == "buy":
        return {bought[name].key if name in bought else f"topup:{answer}": 0}
    if verb == "refund":
        return {f"dispute:{name}:refund": int(answer)}
    if name not in calls:
        return {f"consultation:{answer}:hold": 0}
    reference = calls[name].reference
    if verb == "mature":
        return {f"{reference}:mature": int(answer)}
    kinds = {"ask": "hold", "decline": "release", "end": "capture"}
    return {f"{reference}:{kinds[verb]}": 0} if verb in kinds else {}


def _state_differs(verb: str, key: str, name: str, answer: str, calls: dict[str, Consultation]) -> list[str]:
    row = calls.get(name)
    if verb in ("buy", "refund", "mature"):
        return []
    if row is None:
        return [f"{key}: no consultation"]
    wrong = verb == "ask" and str(row.pk) != answer
    wrong |= verb in FINAL and row.state != FINAL[verb]
    wrong |= verb == "end" and answer != f"{row.pk} {row.bill} {row.fee}"
    return [f"{key} -> {answer}, but {row.pk} {row.state} {row.bill} {row.fee}"] if wrong else []


def _refused_but_there(
    verb: str, name: str, calls: dict[str, Consultation], bought: dict[str, TopUp]
) -> list[str]:
    there = (verb == "ask" and name in calls) or (verb == "buy" and name in bought)
    return [f"{verb}:{name} was refused and is there"] if there else []
