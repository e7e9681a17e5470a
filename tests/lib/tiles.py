#!/usr/bin/env python3
"""tiles.py check FOLDER VKEY - is this folder a sound C2SP tlog-tiles log?
tiles.py make FOLDER SIZE - write one of our own, and print its public key.

An independent reading of the published format: it shares nothing with what it
checks. The tree is the recursion of RFC 6962; signatures are openssl's."""
import base64, hashlib, os, subprocess, sys, tempfile

SEED = "302e020100300506032b657004220420"  # how PKCS #8 begins for Ed25519
PUBLIC = "302a300506032b6570032100"


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def mth(hashes):
    """MTH of RFC 6962, section 2.1, over leaf hashes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\1" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def name(level, index, width):
    """tile/<L>/x001/x234/067[.p/<W>]"""
    digits = "%03d" % (index % 1000)
    while index >= 1000:
        index //= 1000
        digits = "x%03d/%s" % (index % 1000, digits)
    return "tile/%s/%s%s" % (level, digits, "" if width == 256 else ".p/%d" % width)


def tiles(count):
    for index in range((count + 255) // 256):
        yield index, min(256, count - index * 256)


def openssl(text, *args):
    with tempfile.NamedTemporaryFile() as message:
        message.write(text)
        message.flush()
        return subprocess.run(("openssl", "pkeyutl", "-rawin", "-in", message.name) + args,
                              capture_output=True)


def verified(key, text, signature):
    with tempfile.NamedTemporaryFile() as pub, tempfile.NamedTemporaryFile() as sig:
        pub.write(bytes.fromhex(PUBLIC) + key)
        sig.write(signature)
        pub.flush(), sig.flush()
        return openssl(text, "-verify", "-pubin", "-keyform", "DER", "-inkey", pub.name,
                       "-sigfile", sig.name).returncode == 0


def read_checkpoint(folder, vkey):
    origin, number, key = vkey.split("+", 2)
    key = base64.b64decode(key)
    assert hashlib.sha256(origin.encode() + b"\n" + key).digest()[:4].hex() == number
    text, signatures = open(folder + "/checkpoint", encoding="utf-8").read().split("\n\n")
    for line in signatures.splitlines():
        dash, who, signature = line.split(" ")
        raw = base64.b64decode(signature)
        if dash == "\u2014" and who == origin and raw[:4].hex() == number:
            assert verified(key[1:], (text + "\n").encode(), raw[4:]), "the signature is wrong"
            break
    else:
        raise AssertionError("the key did not sign")
    lines = text.split("\n")
    assert lines[0] == origin
    return int(lines[1]), base64.b64decode(lines[2])


def check(folder, vkey):
    size, root = read_checkpoint(folder, vkey)
    level, row = 0, []
    for index, width in tiles(size):
        data = open("%s/%s" % (folder, name("entries", index, width)), "rb").read()
        for _ in range(width):
            length = int.from_bytes(data[:2], "big")
            assert len(data) >= 2 + length, "a bundle is cut short"
            row.append(leaf(data[2:2 + length]))
            data = data[2 + length:]
        assert not data, "a bundle is too long"
    assert mth(row) == root, "the entries do not make the root"
    while row:
        for index, width in tiles(len(row)):
            data = open("%s/%s" % (folder, name(level, index, width)), "rb").read()
            assert data == b"".join(row[index * 256:index * 256 + width]), "a tile is wrong"
        row = [mth(row[at:at + 256]) for at in range(0, len(row) - 255, 256)]
        level += 1
    return "all %d entries" % size


def write(folder, path, data):
    os.makedirs(os.path.dirname(folder + "/" + path), exist_ok=True)
    open(folder + "/" + path, "wb").write(data)


def make(folder, size):
    origin = "example.org/tests/tiles"
    entries = [b'{"number":%d}' % i + b" " * (i % 7) for i in range(int(size))]
    row, level = [leaf(entry) for entry in entries], 0
    root = mth(row)
    for index, width in tiles(len(row)):
        part = entries[index * 256:index * 256 + width]
        write(folder, name("entries", index, width),
              b"".join(len(entry).to_bytes(2, "big") + entry for entry in part))
    while row:
        for index, width in tiles(len(row)):
            write(folder, name(level, index, width),
                  b"".join(row[index * 256:index * 256 + width]))
        row = [mth(row[at:at + 256]) for at in range(0, len(row) - 255, 256)]
        level += 1
    text = "%s\n%d\n%s\n" % (origin, len(entries), base64.b64encode(root).decode())
    with tempfile.NamedTemporaryFile() as seed:
        seed.write(bytes.fromhex(SEED) + hashlib.sha256(b"a seed of the tests").digest())
        seed.flush()
        public = subprocess.run(("openssl", "pkey", "-inform", "DER", "-in", seed.name, "-pubout",
                                 "-outform", "DER"), capture_output=True).stdout[-32:]
        signature = openssl(text.encode(), "-sign", "-keyform", "DER", "-inkey", seed.name).stdout
    key = b"\1" + public
    number = hashlib.sha256(origin.encode() + b"\n" + key).digest()[:4]
    line = base64.b64encode(number + signature).decode()
    write(folder, "checkpoint", ("%s\n\u2014 %s %s\n" % (text, origin, line)).encode())
    return "%s+%s+%s" % (origin, number.hex(), base64.b64encode(key).decode())


try:
    print({"check": check, "make": make}[sys.argv[1]](*sys.argv[2:]))
except (AssertionError, ValueError, IndexError, OSError) as why:
    sys.exit("rejected: %s" % why)
