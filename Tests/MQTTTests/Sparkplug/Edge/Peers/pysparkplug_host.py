"""A host application of the group "plant", played by pysparkplug: says with STATE that it is online, resolves aliases by
the births, prints a JSON line for each message. Each line on stdin is something to do."""
import json
import logging
import sys
import time

import pysparkplug as spb

port, host_id = int(sys.argv[1]), sys.argv[2]
logging.disable(logging.CRITICAL)
started = int(time.time() * 1000)


def now():
    return int(time.time() * 1000)


def state(online):
    topic = spb.Topic(message_type=spb.MessageType.STATE, sparkplug_host_id=host_id)
    return spb.Message(topic, spb.State(timestamp=started, online=online), spb.QoS.AT_LEAST_ONCE, True)


def plain(value):
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def show(client, message):
    payload = message.payload
    metrics = getattr(payload, "metrics", None)
    if metrics is None:
        metrics = (payload.bd_seq_metric,) if hasattr(payload, "bd_seq_metric") else ()
    print(json.dumps({
        "kind": str(message.topic.message_type.value),
        "device": message.topic.device_id,
        "sequence": getattr(payload, "seq", None),
        "quality": int(message.qos),
        "retained": bool(message.retain),
        "metrics": [{
            "name": metric.name, "alias": metric.alias, "type": metric.datatype.name, "value": plain(metric.value),
            "historical": metric.is_historical, "null": metric.is_null, "time": metric.timestamp,
        } for metric in metrics],
    }), flush=True)


def command(message_type, payload, device=None):
    topic = spb.Topic(group_id="plant", message_type=message_type, edge_node_id="line1", device_id=device)
    client.publish(spb.Message(topic, payload, spb.QoS.AT_MOST_ONCE, False), include_dtypes=True)


client = spb.Client("pysparkplug-" + host_id)
client.set_will(state(False))
client.subscribe(spb.Topic(group_id="plant", message_type="#"), spb.QoS.AT_LEAST_ONCE, show)
# Ready when the subscription stands, of which pysparkplug itself does not tell.
client._client.on_subscribe = lambda *arguments: print("ready", flush=True)

client.connect("127.0.0.1", port=port, callback=lambda connected: connected.publish(state(True)))

for line in sys.stdin:
    words = line.split()
    if words[0] == "rebirth":
        metric = spb.Metric(
            timestamp=now(), name="Node Control/Rebirth", datatype=spb.DataType.BOOLEAN, value=True)
        command(spb.MessageType.NCMD, spb.NCmd(timestamp=now(), metrics=(metric,)))
    elif words[0] == "write":
        metric = spb.Metric(
            timestamp=now(), name=words[2], datatype=spb.DataType.DOUBLE, value=float(words[3]))
        command(spb.MessageType.DCMD, spb.DCmd(timestamp=now(), metrics=(metric,)), words[1])
    elif words[0] == "online":
        started = now()
        client.publish(state(True))
    elif words[0] == "offline":
        client.publish(state(False))
    print("done", line.strip(), flush=True)
client.publish(state(False))
client.disconnect()
