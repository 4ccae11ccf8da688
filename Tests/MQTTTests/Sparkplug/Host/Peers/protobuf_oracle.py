"""Reads payloads in hexadecimal, a line each, with Google's Protocol Buffers and the definition that pysparkplug was
made from, and says what they are: as words, and written again."""
import struct
import sys

from pysparkplug._protobuf.sparkplug_b_pb2 import Payload
from google.protobuf.message import DecodeError


def utf8(content):
    if isinstance(content, bytes):
        raise UnicodeError("bytes that are no UTF-8")
    return content.encode("utf-8").hex()


def value(holder):
    field = holder.WhichOneof("value")
    if field is None:
        return "none"
    content = getattr(holder, field)
    kind = field.removesuffix("_value")
    if kind == "float":
        return "float " + struct.pack(">f", content).hex()
    if kind == "double":
        return "double " + struct.pack(">d", content).hex()
    if kind in ("int", "long", "boolean"):
        return f"{kind} {int(content)}"
    if kind == "string":
        return "string " + utf8(content)
    if kind == "bytes":
        return "bytes " + content.hex()
    return "other"


def optional(holder, field):
    return str(getattr(holder, field)) if holder.HasField(field) else "-"


def text(holder, field):
    return utf8(getattr(holder, field)) + "." if holder.HasField(field) else "-"


def words(payload):
    parts = [optional(payload, "timestamp"), optional(payload, "seq"), text(payload, "uuid")]
    parts.append(payload.body.hex() + "." if payload.HasField("body") else "-")
    for metric in payload.metrics:
        properties = {}
        for key, held in zip(metric.properties.keys, metric.properties.values):
            if held.is_null or held.WhichOneof("value") is None:
                properties.pop(key, None)
            else:
                properties[key] = value(held)
        flags = "".join(str(int(getattr(metric, flag))) for flag in ("is_historical", "is_transient", "is_null"))
        parts.append("/".join(
            [text(metric, "name"), optional(metric, "alias"), optional(metric, "timestamp"),
             optional(metric, "datatype"), flags, "none" if metric.is_null else value(metric)]
            + [utf8(key) + "=" + properties[key] for key in sorted(properties, key=lambda key: bytes.fromhex(utf8(key)))]))
    return " ; ".join(parts)


for line in open(sys.argv[1]):
    try:
        payload = Payload.FromString(bytes.fromhex(line.strip()))
        print(words(payload), "|", payload.SerializeToString(deterministic=True).hex())
    except (DecodeError, UnicodeError):
        print("none")
