"""Prints, for every event of an EPCIS document, the identifier that the reference implementation computes."""
import logging
import sys

from epcis_event_hash_generator import hash_generator, json_to_py

logging.disable(logging.CRITICAL)
with open(sys.argv[1], encoding="utf-8") as file:
    events = json_to_py.event_list_from_epcis_document_str(file.read())
hashes = hash_generator.epcis_hashes_from_events(events)
print("\n".join(hashes))
