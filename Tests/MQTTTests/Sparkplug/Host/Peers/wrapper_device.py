"""A device "oven" of the edge node "plant/cell", played by mqtt-spb-wrapper without its edge node: it is born without
an NBIRTH, names its metrics otherwise in births than in data, and dies without a time stamp."""
import logging
import sys
import time

from mqtt_spb_wrapper import MqttSpbEntityDevice

port = int(sys.argv[1])
logging.disable(logging.CRITICAL)
device = MqttSpbEntityDevice("plant", "cell", "oven", retain_birth="retain" in sys.argv)
device.data.set_value("Temperature", 21.5)
device.data.set_value("Recipe", "Käse")
device.data.set_value("Count", 1)
print("ready", flush=True)

for line in sys.stdin:
    words = line.split()
    if words[0] == "connect":
        device.connect("127.0.0.1", port)
        device.publish_birth()
    elif words[0] == "temperature":
        device.data.set_value("Temperature", float(words[1]), timestamp=int(time.time() * 1000))
        device.publish_data()
    elif words[0] == "disconnect":
        device.disconnect()
    print("done", line.strip(), flush=True)
