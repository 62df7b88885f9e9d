#!/usr/bin/env python3
"""Makes an OCI image layout with a gzip layer for each directory:  layout.py LAYOUT TAG DIRECTORY..."""

import hashlib
import json
import os
import subprocess
import sys

layout, tag, directories = sys.argv[1], sys.argv[2], sys.argv[3:]
blobs = os.path.join(layout, "blobs", "sha256")
os.makedirs(blobs, exist_ok=True)


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def blob(media_type, data):
    digest = digest_of(data)
    with open(os.path.join(blobs, digest.removeprefix("sha256:")), "wb") as file:
        file.write(data)
    return {"mediaType": media_type, "digest": digest, "size": len(data)}


def output(*words, data=None):
    return subprocess.run(words, input=data, stdout=subprocess.PIPE, check=True).stdout


kind = "application/vnd.oci.image."
layers, diff_ids = [], []
for directory in directories:
    archive = output("tar", "--numeric-owner", "-C", directory, "-cf", "-", ".")
    diff_ids.append(digest_of(archive))
    layers.append(blob(kind + "layer.v1.tar+gzip", output("gzip", "-n", "-6", data=archive)))
config = {
    "architecture": "amd64",
    "os": "linux",
    "config": {"Cmd": ["/bin/sh"], "Env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]},
    "rootfs": {"type": "layers", "diff_ids": diff_ids},
}
manifest = {
    "schemaVersion": 2,
    "mediaType": kind + "manifest.v1+json",
    "config": blob(kind + "config.v1+json", json.dumps(config).encode()),
    "layers": layers,
}
root = blob(kind + "manifest.v1+json", json.dumps(manifest).encode())
root["annotations"] = {"org.opencontainers.image.ref.name": tag}
with open(os.path.join(layout, "index.json"), "w", encoding="utf-8") as file:
    json.dump({"schemaVersion": 2, "manifests": [root]}, file)
with open(os.path.join(layout, "oci-layout"), "w", encoding="utf-8") as file:
    json.dump({"imageLayoutVersion": "1.0.0"}, file)
