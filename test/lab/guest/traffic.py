"""The client's side of a test, as one process: forking is slow under emulation.

traffic.py connect ADDRESS PORT COUNT PROTOCOL   who answered, as counts by name
traffic.py hold ADDRESS PORT                     one connection; each line of input asks over it
traffic.py refusals ADDRESS PORT                 connects until the input ends; what came of it
traffic.py steady ADDRESS PORTS HELD              connects to each port again and again, and holds HELD connections to each
traffic.py owners ADDRESS DEVICE                 asks for the address's MAC until the input ends

All but connect say "ready" first. The last line is the finding, as JSON.
"""
import collections
import errno
import fcntl
import itertools
import select
import socket
import struct
import sys
import time

SCTP = 132
TIMEOUT = 5  # longer than the kernel asks for a neighbour, so that one who is not there is told from silence
REPEATED = 2  # the kernel asks again after a second: a busy emulator is late, which is no silence
KINDS = {
    "tcp": (socket.SOCK_STREAM, socket.IPPROTO_TCP),
    "udp": (socket.SOCK_DGRAM, socket.IPPROTO_UDP),
    "sctp": (socket.SOCK_STREAM, SCTP),
}
FAILURES = {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset", errno.EHOSTUNREACH: "unreachable",
            errno.ENETUNREACH: "unreachable", errno.ETIMEDOUT: "timeout"}


FAILED = set(FAILURES.values()) | {"closed"}


def failure(error):
    return FAILURES.get(error.errno) or errno.errorcode.get(error.errno, "failed")


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def say(text):
    print(text, flush=True)


def as_json(counts):
    """The smallest of Pythons has no json module."""
    return "{%s}" % ", ".join('"%s": %d' % (name, count) for name, count in counts.items())


def input_ended(wait):
    return bool(select.select([sys.stdin], [], [], wait)[0])


def ask(address, port, protocol, timeout, own_port=0):
    """The name that answered, or why none did."""
    connection = socket.socket(family(address), *KINDS[protocol])
    connection.settimeout(timeout)
    try:
        if own_port:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # another program may use it for another address
            connection.bind(("", own_port))
        connection.connect((address, port))
        connection.sendall(b"who\n")
        return connection.recv(256).decode().strip() or "closed"
    except socket.timeout:
        return "timeout"
    except OSError as error:
        return failure(error)
    finally:
        connection.close()


def own_ports():
    """
    Ports that do not come again for minutes, below those that the kernel chooses: IPVS knows the port of a client for
    two minutes after its connection, and sends one that comes again to the real server from then, which may be gone.
    """
    first = int(time.monotonic() * 100)
    return (10000 + (first + number) % 20000 for number in itertools.count())


def connect(address, port, count, protocol):
    answers = (ask(address, int(port), protocol, TIMEOUT, own) for own in itertools.islice(own_ports(), int(count)))
    say(as_json(collections.Counter(answers)))


def hold(address, port):
    connection = socket.create_connection((address, int(port)), TIMEOUT)
    say("ready")
    for _ in sys.stdin:
        try:
            connection.sendall(b"who\n")
            say(connection.recv(256).decode().strip() or "closed")
        except socket.timeout:
            say("timeout")
        except OSError as error:
            say(failure(error))


def refusals(address, port):
    found = collections.Counter()
    ask(address, int(port), "tcp", 0.5)  # finds the neighbour
    say("ready")
    while not input_ended(0.15):
        found[ask(address, int(port), "tcp", REPEATED)] += 1
    say(as_json(found))


def ask_held(holding):
    """Asks over each held connection that is alive, all at once: by its socket, who answered or what came of it."""
    answers, waiting = {}, []
    for connection in holding:
        try:
            connection.sendall(b"who\n")
            waiting.append(connection)
        except OSError as error:
            answers[connection] = failure(error)
    ending = time.monotonic() + TIMEOUT
    while waiting and time.monotonic() < ending:
        for connection in select.select(waiting, [], [], ending - time.monotonic())[0]:
            waiting.remove(connection)
            try:
                answers[connection] = connection.recv(256).decode().strip() or "closed"
            except OSError as error:
                answers[connection] = failure(error)
    return {**answers, **{connection: "timeout" for connection in waiting}}


def steady(address, ports, held):
    """
    Lines of input: "holders" says who answers on the held connections, "counts" who answered the new ones, and
    "release NAME" closes the held ones of a real server.
    """
    ports = [int(port) for port in ports.split(",")]
    holding = [socket.create_connection((address, port), TIMEOUT) for port in ports for _ in range(int(held))]
    answers = ask_held(holding)
    asked = time.monotonic()
    found = collections.Counter()
    say("ready")
    for port, own in zip(itertools.cycle(ports), own_ports()):
        words = sys.stdin.readline().split() if input_ended(0.02) else ["go on"]
        if not words:
            break
        if words[0] == "release":
            for connection in [one for one in holding if answers[one] == words[1]]:
                holding.remove(connection)
                connection.close()
                answers[connection] = "released"
            say("{}")
        if words[0] == "holders" or time.monotonic() - asked > 1:
            answers.update(ask_held([one for one in holding if answers[one] not in FAILED]))
            asked = time.monotonic()
        if words[0] == "holders":
            say(as_json(collections.Counter(answers.values())))
        if words[0] == "counts":
            say(as_json(found))
        found[ask(address, port, "tcp", TIMEOUT, own)] += 1
    say(as_json(found))


def interface(device, request):
    query = struct.pack("256s", device.encode())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        return fcntl.ioctl(any_socket.fileno(), request, query)


def mac_of(device):
    return interface(device, 0x8927)[18:24]


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def arp_request(address, device, mac):
    own = interface(device, 0x8915)[20:24]
    target = socket.inet_pton(socket.AF_INET, address)
    ethernet = b"\xff" * 6 + mac + b"\x08\x06"
    return ethernet + b"\x00\x01\x08\x00\x06\x04\x00\x01" + mac + own + bytes(6) + target


def arp_owner(frame, address):
    if frame[12:14] == b"\x08\x06" and frame[28:32] == socket.inet_pton(socket.AF_INET, address):
        return frame[22:28]  # requests of others that claim the address, and replies
    return None


def own_ipv6(device):
    with open("/proc/net/if_inet6") as table:
        rows = [row.split() for row in table]
    return next(bytes.fromhex(row[0]) for row in rows if row[5] == device and row[3] == "00")


def neighbour_solicitation(address, device, mac):
    own, target = own_ipv6(device), socket.inet_pton(socket.AF_INET6, address)
    group = bytes.fromhex("ff0200000000000000000001ff") + target[13:]
    body = b"\x87\x00\x00\x00" + bytes(4) + target + b"\x01\x01" + mac
    pseudo = own + group + struct.pack("!I", len(body)) + bytes(3) + b"\x3a"
    body = body[:2] + struct.pack("!H", checksum(pseudo + body)) + body[4:]
    header = struct.pack("!IHBB", 0x60000000, len(body), 58, 255) + own + group
    return b"\x33\x33\xff" + target[13:] + mac + b"\x86\xdd" + header + body


def advertisement_owner(frame, address):
    if frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 136:
        if frame[62:78] == socket.inet_pton(socket.AF_INET6, address):
            return frame[6:12]
    return None


def owners(address, device):
    """Which MACs claim an address; everything on the wire counts, not only replies to us."""
    every_protocol = 3
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(every_protocol))
    wire.bind((device, every_protocol))
    mac = mac_of(device)
    is_ipv6 = ":" in address
    request = (neighbour_solicitation if is_ipv6 else arp_request)(address, device, mac)
    owner_of = advertisement_owner if is_ipv6 else arp_owner
    found = collections.Counter()
    say("ready")
    asked = 0.0
    ending = None
    while ending is None or time.monotonic() < ending:
        if time.monotonic() - asked > 0.2:
            asked = time.monotonic()
            wire.send(request)
        sources = [wire] if ending else [wire, sys.stdin]
        ready = select.select(sources, [], [], 0.2)[0]
        if sys.stdin in ready:
            ending = time.monotonic() + 0.3  # for the replies under way
        if wire in ready:
            owner = owner_of(wire.recv(2048), address)
            if owner and owner != mac:
                found[owner.hex(":")] += 1
    say(as_json(found))


{"connect": connect, "hold": hold, "refusals": refusals, "steady": steady, "owners": owners}[sys.argv[1]](*sys.argv[2:])
