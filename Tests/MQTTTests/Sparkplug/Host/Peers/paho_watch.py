"""Prints what comes on a topic, by paho-mqtt: topic, QoS, retained, payload in hexadecimal."""
import sys

import paho.mqtt.client as paho


def show(client, userdata, message):
    print("message", message.topic, message.qos, message.retain, message.payload.hex(), flush=True)


client = paho.Client(client_id="paho-watch", clean_session=True)
client.on_connect = lambda client, userdata, flags, code: client.subscribe(sys.argv[2], 1)
client.on_subscribe = lambda *arguments: print("ready", flush=True)
client.on_message = show
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
