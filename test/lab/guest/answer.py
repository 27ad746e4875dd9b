"""Answers with this host's name, on every address: the stand-in for a real server's service.

TCP and SCTP: an HTTP request is answered and the connection closed; any other line is answered
with one line and the connection stays. UDP: each datagram is answered, from the address that it
was sent to.
"""
import selectors
import socket

PORTS = (53, 80, 443, 5060, 8080)
SCTP = 132

name = (socket.gethostname() + "\n").encode()
http = b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(name), name)
events = selectors.DefaultSelector()


def accept(listener):
    connection, _ = listener.accept()
    connection.setblocking(False)
    events.register(connection, selectors.EVENT_READ, answer_stream)


def answer_stream(connection):
    try:
        data = connection.recv(4096)
        is_http = data.startswith((b"GET ", b"HEAD "))
        if data:
            connection.send(http if is_http else name * max(1, data.count(b"\n")))
        if data and not is_http:
            return
    except OSError:
        pass
    events.unregister(connection)
    connection.close()


def answer_datagram(receiver):
    _, control, _, peer = receiver.recvmsg(65535, 256)
    # The destination of the request becomes the source of the reply.
    reply = [(level, kind, data) for level, kind, data in control if kind in (IP_PKTINFO, IPV6_PKTINFO)]
    try:
        if receiver.family == socket.AF_INET:
            # struct in_pktinfo: interface, source of a reply, destination of a request.
            reply = [(level, kind, bytes(4) + data[8:12] + bytes(4)) for level, kind, data in reply]
        else:
            reply = [(level, kind, data[:16] + bytes(4)) for level, kind, data in reply]
        receiver.sendmsg([name], reply, 0, peer)
    except OSError:
        pass


IP_PKTINFO = 8
IPV6_PKTINFO = 50


def listen_stream(family, port, protocol):
    listener = socket.socket(family, socket.SOCK_STREAM, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind(("", port))
    listener.listen(128)
    listener.setblocking(False)
    events.register(listener, selectors.EVENT_READ, accept)


def listen_datagram(family, port):
    receiver = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6:
        receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    else:
        receiver.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    receiver.bind(("", port))
    events.register(receiver, selectors.EVENT_READ, answer_datagram)


for port in PORTS:
    for family in (socket.AF_INET, socket.AF_INET6):
        listen_stream(family, port, socket.IPPROTO_TCP)
        listen_stream(family, port, SCTP)
        listen_datagram(family, port)

while True:
    for key, _ in events.select():
        key.data(key.fileobj)
