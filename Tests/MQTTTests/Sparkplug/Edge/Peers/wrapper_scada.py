"""A host application of the group "plant", played by mqtt-spb-wrapper, which knows no aliases: prints births and deaths,
a JSON line each. Each line on stdin is something to do."""
import json
import logging
import sys

from mqtt_spb_wrapper import MqttSpbEntityScada

port = int(sys.argv[1])
logging.disable(logging.CRITICAL)


def number(text):
    return None if text is None else int(text)


def show(topic, payload):
    print(json.dumps({
        "kind": topic.message_type,
        "device": topic.eon_device_name,
        "sequence": number(payload.get("seq")),
        "quality": 0,
        "retained": False,
        "metrics": [{
            "name": metric.get("name"), "alias": number(metric.get("alias")), "type": str(metric.get("datatype")),
            "value": metric.get("value"), "historical": bool(metric.get("is_historical")),
            "null": bool(metric.get("is_null")), "time": number(metric.get("timestamp")),
        } for metric in payload.get("metrics", [])],
    }), flush=True)


scada = MqttSpbEntityScada(
    "plant", "wrapper", callback_birth=show, callback_data=show, callback_death=show)
scada.connect("127.0.0.1", port)
print("ready", flush=True)

for line in sys.stdin:
    words = line.split()
    if words[0] == "write":
        scada.send_command(words[2], float(words[3]), "line1", words[1])
    elif words[0] == "rebirth":
        scada.send_command("Node Control/Rebirth", True, "line1")
    print("done", line.strip(), flush=True)
scada.disconnect()
