"""The pages: what a household sees, hears, forgets and checks, in a browser (R-13, R-23).

    site = create_site(service, settings, sweeps)      # the API, and the pages beside it

Rendered here, whole, so that everything that matters works without scripts; htmx and a few modules
make it quicker. docs/design/pages.md says how a page is made.
"""

from bailee.web.app import create_site
from bailee.web.maps.tiles import Tiles

__all__ = ["Tiles", "create_site"]
