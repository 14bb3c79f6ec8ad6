"""A paho client on a leash: commands come as JSON lines on stdin, what happens goes out as JSON lines on stdout."""
import json
import os
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions


def say(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def connect_properties(expiry_s):
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = expiry_s
    return properties


def on_connect(client, userdata, flags, reason, properties):
    say(event="connected", isPresent=bool(flags["session present"]), reason=reason.value)


def on_disconnect(client, userdata, reason, properties=None):
    say(event="disconnected")


def on_message(client, userdata, message):
    pairs = getattr(message.properties, "UserProperty", [])
    say(event="message", topic=message.topic, payload=message.payload.decode(), retain=bool(message.retain), pairs=pairs)


def on_subscribe(client, userdata, mid, reasons, properties):
    say(event="subscribed", reasons=[reason.value for reason in reasons])


def on_publish(client, userdata, mid):
    say(event="published", mid=mid)


def obey(client, command):
    verb = command["verb"]
    if verb == "subscribe":
        client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in command["filters"]])
    elif verb == "publish":
        properties = Properties(PacketTypes.PUBLISH)
        for pair in command.get("pairs", []):
            properties.UserProperty = tuple(pair)
        client.publish(command["topic"], command["payload"], qos=1, retain=command["retain"], properties=properties)
    elif verb == "leave":
        client.disconnect()
        client.loop_stop()
        os._exit(0)


def main():
    wish = json.loads(sys.stdin.readline())
    client = mqtt.Client(wish["clientId"], protocol=mqtt.MQTTv5, transport=wish["transport"])
    client.on_connect, client.on_disconnect, client.on_message = on_connect, on_disconnect, on_message
    client.on_subscribe, client.on_publish = on_subscribe, on_publish
    client.will_set(wish["will"]["topic"], wish["will"]["payload"], qos=1, retain=True)
    client.reconnect_delay_set(1, 1)
    if wish["transport"] == "websockets":
        client.ws_set_options(path="/mqtt")
    client.connect("127.0.0.1", wish["port"], 60, clean_start=False, properties=connect_properties(wish["expiryS"]))
    client.loop_start()
    for line in sys.stdin:
        obey(client, json.loads(line))
    os._exit(0)


main()
