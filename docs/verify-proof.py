#!/usr/bin/env python3
"""verify-proof.py VKEY CORE PROOF - is this record in the log? Exit status 0 or 1.

A second reading of docs/audit-log.md, in plain Python without any library, so
that nobody has to trust one program. It is slow and only checks proofs."""
import base64, hashlib, sys

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def add(a, b):  # points of edwards25519 as (x, y)
    t = D * a[0] * b[0] * a[1] * b[1] % P
    return ((a[0] * b[1] + a[1] * b[0]) * pow(1 + t, -1, P) % P,
            (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, -1, P) % P)

def times(n, point):
    sum_ = (0, 1)
    while n:
        sum_, point, n = add(sum_, point) if n & 1 else sum_, add(point, point), n >> 1
    return sum_

def point(data):
    y, sign = int.from_bytes(data, "little") & 2**255 - 1, data[31] >> 7
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if x * x % P == xx else x * pow(2, (P - 1) // 4, P) % P
    assert y < P and x * x % P == xx and (x or not sign), "not a point"
    return (x if x % 2 == sign else P - x, y)

BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

def signed(key, text, sig):  # RFC 8032, strict
    s, a, r = int.from_bytes(sig[32:], "little"), point(key), point(sig[:32])
    k = int.from_bytes(hashlib.sha512(sig[:32] + key + text).digest(), "little") % L
    return s < L and times(8, a) != (0, 1) and times(s, BASE) == add(r, times(k, a))

def unbase64(text):
    data = base64.b64decode(text, validate=True)
    assert base64.b64encode(data).decode() == text, "not base64"
    return data

def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()

def check(vkey, core, proof):
    name, key_id, key = vkey.strip().split("+", 2)
    key = unbase64(key)
    assert hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] == key_id and key[0] == 1
    head, _, note = proof.decode().partition("\n\n")
    lines = head.split("\n")
    assert lines.pop(0) == "c2sp.org/tlog-proof@v1"
    lines = lines[1:] if lines[0].startswith("extra ") else lines
    assert lines[0].startswith("index ")
    index, path = int(lines[0][6:]), [unbase64(line) for line in lines[1:]]
    assert lines[0] == "index %d" % index and all(len(h) == 32 for h in path)
    text, _, signatures = note.rpartition("\n\n")
    origin, size, root = (text + "\n").split("\n")[:3]
    ours = [unbase64(line.split(" ")[2]) for line in signatures.split("\n")
            if line.startswith("\u2014 %s " % name)]
    ours = [sig for sig in ours if sig[:4].hex() == key_id]
    assert ours and all(signed(key[1:], text.encode() + b"\n", sig[4:]) for sig in ours)
    assert origin == name and 0 <= index < int(size)
    here, last, hash_ = index, int(size) - 1, hashlib.sha256(b"\0" + core).digest()
    for sibling in path:
        assert last > 0, "the proof is too long"
        if here % 2 or here == last:
            hash_ = node(sibling, hash_)
            while here % 2 == 0:
                here, last = here >> 1, last >> 1
        else:
            hash_ = node(hash_, sibling)
        here, last = here >> 1, last >> 1
    assert last == 0 and hash_ == unbase64(root), "the record is not in that tree"
    return "entry %d of %s, size %s" % (index, origin, size)

try:
    print("accepted:", check(sys.argv[1], *(open(f, "rb").read() for f in sys.argv[2:4])))
except (AssertionError, ValueError, IndexError, OSError) as why:
    sys.exit("rejected: %s" % why)
