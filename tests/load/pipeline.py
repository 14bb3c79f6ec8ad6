"""What people run instead of a hub: behind Mosquitto a paho script that keeps each message before it counts it.

    pipeline.py <port> wal|full|json <folder>

Lines on stdin ask, JSON lines on stdout answer: `begin` counts from nothing, `state` says how many are kept, and how many
seconds passed from the arrival of the first one until the last one was kept.
"""
import json
import os
import sqlite3
import sys
import time

import paho.mqtt.client as mqtt

FILTER = "ruche/+/telemetry"
# A list that is written anew for each message must not grow for ever.
RECORDS_MAX = 1000
SCHEMA = """CREATE TABLE readings (device TEXT, metric TEXT, at INTEGER, value REAL,
            PRIMARY KEY (device, metric, at)) WITHOUT ROWID"""
INSERT = "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?)"
PRAGMAS = {
    "wal": ["PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"],
    "full": ["PRAGMA journal_mode=DELETE", "PRAGMA synchronous=FULL"],
}


class Database:
    """One transaction for each message."""

    def __init__(self, folder, pragmas):
        self.database = sqlite3.connect(os.path.join(folder, "readings.db"), check_same_thread=False)
        for pragma in pragmas:
            self.database.execute(pragma)
        self.database.execute(SCHEMA)
        self.database.commit()

    def keep(self, device, at, values):
        self.database.executemany(INSERT, [(device, metric, at, value) for metric, value in values.items()])
        self.database.commit()


class JsonFile:
    """The last readings as one list, written as a whole for each message."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "readings.json")
        self.records = []

    def keep(self, device, at, values):
        self.records.append({"device_id": device, "ts": at, **values})
        del self.records[:-RECORDS_MAX]
        with open(self.path, "w", encoding="utf8") as file:
            json.dump(self.records, file)


class Pipeline:
    def __init__(self, keeper):
        self.keeper = keeper
        self.begin()

    def begin(self):
        self.stored, self.first_s, self.last_s = 0, None, None

    def state(self):
        seconds = 0 if self.last_s is None else self.last_s - self.first_s
        return {"stored": self.stored, "seconds": seconds}

    def hear(self, client, userdata, message):
        if self.first_s is None:
            self.first_s = time.monotonic()
        said = json.loads(message.payload)
        self.keeper.keep(message.topic.split("/")[1], said["t"], said["v"])
        self.last_s = time.monotonic()
        self.stored += 1


def say(answer):
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main():
    port, kind, folder = sys.argv[1:]
    pipeline = Pipeline(JsonFile(folder) if kind == "json" else Database(folder, PRAGMAS[kind]))
    client = mqtt.Client("pipeline")
    client.on_connect = lambda *_: client.subscribe(FILTER, qos=1)
    client.on_subscribe = lambda *_: say({"ready": True})
    client.on_message = pipeline.hear
    client.connect("127.0.0.1", int(port), 60)
    client.loop_start()
    for line in sys.stdin:
        if line.strip() == "begin":
            pipeline.begin()
        say(pipeline.state())
    os._exit(0)


main()
