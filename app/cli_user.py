"""`kotae user`: who works with Kotae."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_output import AsJson, print_json
from app.domain.audit import COMMAND_LINE, Act
from app.domain.people import LANGUAGES, StaffRole, named_skills

if TYPE_CHECKING:
    from app.domain.outcome import Language
    from app.domain.people import User
    from app.wiring.staff import Staff

user_app = typer.Typer(help="Staff: who may sign in, and what they may do.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="What the person signs in with: an e-mail address or a short name.")]
Roles = Annotated[list[StaffRole], typer.Option("--role", help="Once for each: agent, kb_owner, qa, admin.")]
Skills = Annotated[list[str], typer.Option("--skill", help="Once for each route whose tickets they take; none: all.")]
Languages = Annotated[list[str], typer.Option("--language", help="Once for each: ja, en; none: both.")]


@user_app.command()
def add(
    login: Login,
    roles: Roles,
    name: Annotated[str, typer.Option(help="The name that customers and colleagues see; the login otherwise.")] = "",
    skills: Skills = [],  # noqa: B006
    languages: Languages = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Add somebody, and print the link with which they choose a password."""
    staff, knows, speaks = _staff(), named_skills(skills), _languages(languages)
    user = staff.people.add(login, name or login, frozenset(roles))
    if knows or speaks:
        user = staff.people.change(user.id, skills=knows, languages=speaks)
    staff.audit.add(COMMAND_LINE, Act.USER_ADDED, f"{user.id} {' '.join(sorted(user.roles))}")
    _print([user], as_json, staff.invitation(user))


@user_app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """Who there is, by login."""
    _print(_staff().people.users(), as_json)


@user_app.command()
def roles(login: Login, roles: Roles, as_json: AsJson = False) -> None:
    """Give somebody these roles, and no others."""
    staff = _staff()
    user = staff.people.change(staff.people.find(login).id, roles=frozenset(roles))
    staff.audit.add(COMMAND_LINE, Act.ROLES, f"{user.id} {' '.join(sorted(user.roles))}")
    _print([user], as_json)


@user_app.command()
def skills(
    login: Login,
    skills: Skills = [],  # noqa: B006
    languages: Languages = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Which tickets somebody is given, by skill and language; without any, all."""
    staff = _staff()
    user_id = staff.people.find(login).id
    user = staff.people.change(user_id, skills=named_skills(skills), languages=_languages(languages))
    _print([user], as_json)


@user_app.command()
def disable(login: Login, as_json: AsJson = False) -> None:
    """Sign somebody out, and let them sign in no more; what they did stays."""
    staff = _staff()
    user = staff.people.change(staff.people.find(login).id, is_disabled=True)
    staff.audit.add(COMMAND_LINE, Act.USER_DISABLED, user.id)
    _print([user], as_json)


@user_app.command()
def enable(login: Login, as_json: AsJson = False) -> None:
    """Let somebody sign in again."""
    staff = _staff()
    user = staff.people.change(staff.people.find(login).id, is_disabled=False)
    staff.audit.add(COMMAND_LINE, Act.USER_ENABLED, user.id)
    _print([user], as_json)


@user_app.command()
def password(login: Login, as_json: AsJson = False) -> None:
    """Print a link with which somebody chooses a new password: it works once, within 24 hours."""
    staff = _staff()
    user = staff.people.find(login)
    staff.audit.add(COMMAND_LINE, Act.INVITE, user.id)
    _print([user], as_json, staff.invitation(user))


def _languages(names: list[str]) -> "frozenset[Language]":
    if unknown := [name for name in names if name not in LANGUAGES]:
        raise typer.BadParameter(f"There is no language {unknown[0]!r}: {', '.join(LANGUAGES)}.")
    return frozenset(lang for lang in LANGUAGES if lang in names)


def _staff() -> "Staff":
    from app.settings import load_settings
    from app.wiring.staff import open_staff

    return open_staff(load_settings())


def _print(users: "list[User]", as_json: bool, invitation: str | None = None) -> None:
    if as_json:
        link = {"invitation": invitation} if invitation else {}
        print_json([_shown(user) | link for user in users])
        return
    for user in users:
        state = "disabled" if user.is_disabled else "" if user.has_password else "no password yet"
        print(f"{user.login}  {user.name}  {', '.join(sorted(user.roles))}  {state}".rstrip())
    if invitation:
        print(f"To choose a password, once, within 24 hours: {invitation}")


def _shown(user: "User") -> dict[str, Any]:
    given = {"skills": sorted(user.skills), "languages": sorted(user.languages)}
    return {"login": user.login, "name": user.name, "roles": sorted(user.roles), "disabled": user.is_disabled} | given
