"""The page that a mailed link leads to: a button lets its reader into a group.

Programs that look at mails follow links, so that looking at the page changes nothing.
"""

from __future__ import annotations

from flask import Response, render_template, request

from engine.groups.answers import Admitted
from engine.groups.confirming import Confirming
from engine.groups.links import BadLink, space_of
from engine.service.errors import Conflict, NotFound
from web.replies import Answered
from web.services import Services
from web.subjects import Parameter, Subject

SUBJECT = Subject("links", "Mailed links")
HTML = "text/html"
_PATH = "/groups/confirm"
_TOKEN = Parameter(
    "token", "What stands in the link.", {"type": "string", "minLength": 1}, required=True
)


@SUBJECT.call("GET", _PATH, None, {200: None, 404: None}, query=(_TOKEN,), media=(HTML,))
def show_invitation(services: Services) -> Response:
    """Show the page of a mailed link, with a button to join the group."""
    try:
        invited = _confirming(services).look(_token())
    except (BadLink, NotFound) as error:
        return _page(404, title="This link can't be used", error=error)
    return _page(200, title=f"Join {invited.title}", invited=invited)


@SUBJECT.call(
    "POST",
    _PATH,
    None,
    {200: None, 404: None, 409: None},
    query=(_TOKEN,),
    media=(HTML,),
    repeatable=False,
)
def accept_invitation(services: Services) -> Response:
    """Let in who has clicked the button; clicked again, it answers the same."""
    try:
        confirming = _confirming(services)
        invited, answer = confirming.look(_token()), confirming.accept(_token())
    except (BadLink, NotFound) as error:
        return _page(404, title="This link can't be used", error=error)
    except Conflict as error:
        return _page(409, title="You could not be let in", error=error)
    if isinstance(answer, Admitted):
        return _page(200, title=f"You are in {invited.title}", admitted=answer)
    return _page(409, title=f"{invited.title} can't let you in", refused=answer)


def _confirming(services: Services) -> Confirming:
    """The use cases of the space that the link is of. Raises `BadLink`."""
    space = space_of(services.database, _token())
    if space is None:
        raise BadLink("this link is not one that was sent", "copy the whole link out of the mail")
    return services.desks.of(space).groups.confirming


def _token() -> str:
    return request.args.get(_TOKEN.name, "")


def _page(status: int, **said: object) -> Response:
    return Answered(render_template("confirm.html", **said), status, mimetype=HTML)
