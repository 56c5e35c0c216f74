"""Creates the demo's accounts and profiles; a second run finds them and changes nothing."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import ConsultantProfile, ProfileStatus, Skill, User
from accounts.profiles import services as profiles
from marketplace.core.time import travel
from marketplace.demo.books import Books, Consultant, Person
from marketplace.demo.errors import DemoAddressTaken

PASSWORD = "quarter-demo"  # noqa: S105 - everyone knows it: demo data exists on this machine only
STAFF = Person(portrait="ingrid", name="Ingrid Solheim", zone="Europe/Oslo", signs_in=True)
JOINED_BEFORE = timedelta(days=60)


def make_people(*, books: Books, today: datetime) -> dict[str, User]:
    """Everyone in the books, by their short name in the story; raises DemoAddressTaken."""
    joined = today - JOINED_BEFORE
    skills = make_skills(names=books.skills)
    with travel(joined):
        staff = make_account(person=STAFF, email=STAFF.email, joined=joined, is_staff=True, is_superuser=True)
        people = {
            one.portrait: make_account(person=one, email=one.email, joined=joined) for one in books.clients
        }
        askers = {talk.client for talk in books.talks}
        for one in books.consultants:
            asks = one.portrait in askers
            people[one.portrait] = _consultant(one, joined, skills, needs_help=asks, staff=staff)
    with travel(today - timedelta(days=1)):
        for one in books.waiting:
            _consultant(one, today - timedelta(days=2), skills, needs_help=False, staff=None)
    return people


def make_skills(*, names: dict[str, dict[str, str]]) -> dict[str, Skill]:
    """The skills by slug; existing ones are used unchanged."""
    return {
        slug: Skill.objects.get_or_create(slug=slug, defaults=in_languages)[0]
        for slug, in_languages in names.items()
    }


@transaction.atomic(durable=True)
def make_account(*, person: Person, email: str, joined: datetime, **roles: bool) -> User:
    """The demo account with this address, with a confirmed address; raises DemoAddressTaken."""
    found = User.objects.filter(email=email).first()
    if found is not None and not found.is_demo:
        raise DemoAddressTaken(email=email)
    if found is not None:
        return found
    user = User.objects.create_user(
        email,
        PASSWORD if person.signs_in else None,
        name=person.name,
        time_zone=person.zone,
        portrait=f"people/{person.portrait}.svg",
        is_demo=True,
        **roles,
    )
    User.objects.filter(pk=user.pk).update(date_joined=joined)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _consultant(
    one: Consultant, joined: datetime, skills: dict[str, Skill], *, needs_help: bool, staff: User | None
) -> User:
    """An account with a profile that `staff` approved, or (None) that waits for approval."""
    user = make_account(person=one, email=one.email, joined=joined, gives_help=True, needs_help=needs_help)
    profile = profiles.draft_for(user=user)
    if profile.status == ProfileStatus.DRAFT and not profile.headline:
        _fill(profile, one, skills)
    if profile.status == ProfileStatus.DRAFT:
        profile = profiles.submit(profile=profile)
    if profile.status == ProfileStatus.SUBMITTED and staff is not None:
        profiles.approve(profile=profile, by=staff)
    return user


def _fill(profile: ConsultantProfile, one: Consultant, skills: dict[str, Skill]) -> None:
    profiles.save_profile(
        profile=profile,
        headline=one.headline,
        about=" ".join(one.about.split()),
        price=one.price,
        languages=one.languages,
        skills=[skills[slug] for slug in one.skills],
        hours=one.week,
    )
