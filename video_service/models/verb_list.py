"""`models list`."""

import argparse
import logging

from rich.console import Console

from video_service.config import ServiceConfig
from video_service.models import show_list
from video_service.models.common import offers_of, print_json
from video_service.models.listing import row_of
from video_service.probe import probe


def run(options: argparse.Namespace, config: ServiceConfig) -> int:
    """Print every engine but the drafts, which are always there and nothing to get."""
    logging.basicConfig(level=logging.ERROR)  # what does not fit stands in the table
    settings = config.video_service
    here = probe(settings)
    rows = [row_of(o, settings, here) for o in offers_of(settings, here) if not o.spec.draft]
    if options.json:
        print_json([row.told() for row in rows])
    else:
        show_list.show(rows, here, Console())
    return 0
