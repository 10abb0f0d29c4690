"""Statistics over HTTP."""

from datetime import date

from folio.chart import draw_months
from folio.stats import summarise
from folio.storage import Store
from folio.web import Request, Response, reply


def read_stats(request: Request) -> Response:
    content = Store(request.data).read()
    summary = summarise(content["books"], content["log"], date.today())
    return reply({**summary, "chart": draw_months(summary["months"])})


ROUTES = [("GET", r"/api/stats", read_stats)]
