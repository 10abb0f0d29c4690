"""Undo: takes the book deleted last out of the trash and puts it back where it stood."""

from folio.storage import Store
from folio.web import Problem, Request, Response, reply


def undo_deletion(request: Request) -> Response:
    with Store(request.data).change() as content:
        if not content["trash"]:
            raise Problem(409, "There is nothing to undo.")
        *content["trash"], last = content["trash"]
        content["books"].insert(last["place"], last["book"])
    return reply({"restored": last["book"]})


ROUTES = [("POST", r"/api/undo", undo_deletion)]
