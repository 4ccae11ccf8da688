"""An edge node "plant/cell" with a device "oven", played by pysparkplug. Each line on stdin is something to do."""
import logging
import sys
import time

import pysparkplug as spb

port = int(sys.argv[1])
logging.disable(logging.CRITICAL)


def metric(name, datatype, value, age=0, historical=False):
    return spb.Metric(
        timestamp=int(time.time() * 1000) - age, name=name, datatype=datatype, value=value, is_historical=historical
    )


def heard(node, message):
    for found in message.payload.metrics:
        print("command", found.name, found.value, flush=True)


node = spb.EdgeNode(
    "plant",
    "cell",
    (
        metric("Supply/Voltage", spb.DataType.INT32, -240),
        metric("Node Control/Rebirth", spb.DataType.BOOLEAN, False),
    ),
    cmd_callback=heard,
)
oven = (
    metric("Temperature", spb.DataType.DOUBLE, 21.5),
    metric("Recipe", spb.DataType.STRING, "Käse"),
    metric("Count", spb.DataType.INT64, -1),
)
node.register(spb.Device("oven", oven))
print("ready", flush=True)

for line in sys.stdin:
    words = line.split()
    if words[0] == "connect":
        node.connect("127.0.0.1", port=port)
    elif words[0] == "temperature":
        node.update_device("oven", [metric("Temperature", spb.DataType.DOUBLE, float(words[1]))])
    elif words[0] == "history":
        node.update_device(
            "oven",
            [metric("Count", spb.DataType.INT64, int(text), 60_000 - 1_000 * index, True)
             for index, text in enumerate(words[1:])],
        )
    elif words[0] == "voltage":
        node.update([metric("Supply/Voltage", spb.DataType.INT32, int(words[1]))])
    elif words[0] == "deregister":
        node.deregister("oven")
    elif words[0] == "disconnect":
        node.disconnect()
    print("done", line.strip(), flush=True)
