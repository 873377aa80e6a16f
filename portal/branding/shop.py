"""What a shop's pages fetch to be dressed: stylesheet, pictures, icon, manifest.  Open to all, as the shop is."""

from flask import Response, request

from portal.branding import fittings, queries, serving, sheet
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.web import face, open_to_all
from portal.tenants.arrival import Way

shop = face("shop_branding", __name__, door="shop")


@shop.get("/brand-<stylesheet_hash>.css")
@open_to_all
def stylesheet(stylesheet_hash: str) -> Response:
    return serving.stylesheet(_here(queries.stylesheet(stylesheet_hash)), shared=True)


@shop.get("/look.css")
@open_to_all
def look() -> Response:
    """The stylesheet of a look that is not published: only below its own address."""
    worn = here.dress.get("look")
    if worn is None:
        raise NotFound
    return serving.stylesheet(_here(worn.stylesheet(fittings.css(worn.css))), shared=False)


@shop.get("/pictures/<file>")
@open_to_all
def picture(file: str) -> Response:
    return serving.picture(queries.picture(file), shared=True)


@shop.get("/favicon.ico")
@open_to_all
def favicon() -> Response:
    """Browsers ask here without being told; for them alone it has a fixed address, and is kept for an hour only."""
    brand = queries.published()
    if brand is None:
        raise NotFound
    return serving.for_a_while(serving.picture(queries.picture(brand.files["favicon"]), shared=True))


@shop.get("/social.png")
@open_to_all
def social() -> Response:
    """What stands beside a link to the shop; its address stays, as those who pass links on keep it."""
    brand = queries.published()
    if brand is None:
        raise NotFound
    return serving.for_a_while(serving.social(brand))


@shop.get("/manifest.webmanifest")
@open_to_all
def manifest() -> Response:
    brand = queries.published()
    if brand is None:
        raise NotFound
    return serving.for_a_while(
        serving.manifest(brand, home=f"{request.script_root}/", language=here.organization.language)
    )


def _here(text: str) -> str:
    """A stylesheet as it may be worn here: the neutral host belongs to all shops, so none brings CSS of its own there."""
    way: Way = request.environ["vitrine.way"]
    return sheet.without_own(text) if way.client_id else text
