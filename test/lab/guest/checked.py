"""Answers health checks over IPv4 and IPv6; wrongly, or too late, while there is a file /run/wrong.

7001 accepts, 7002 is a web server, 7003 a mail server, 7004 a name server, 7005 answers datagrams.
"""
import os
import socket
import threading
import time

LATE_SECONDS = 60


def wrong():
    return os.path.exists("/run/wrong")


def page(path):
    if path == "/late" and wrong():
        time.sleep(LATE_SECONDS)
    status = "503 no" if path == "/status" and wrong() else "200 OK"
    text = "nothing" if path == "/text" and wrong() else 'all of "it" is $up {now}'
    return "HTTP/1.0 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(text), text)


def web(connection):
    path = connection.recv(4096).split()[1].decode()
    connection.sendall(page(path).encode())


def mail(connection):
    connection.sendall(b"554 no\r\n" if wrong() else b"220 web1\r\n")
    while line := connection.recv(4096):
        connection.sendall(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 ok\r\n")


def names(query):
    # The same question as an answer: without an error, or with that of a server that fails.
    return query[:2] + (b"\x81\x82" if wrong() else b"\x81\x80") + query[4:]


def datagrams(query):
    return b"\x00" if wrong() or query != b"\x0a\x1b" else b"\x0a\x1c"


def listener(port, kind):
    made = socket.socket(socket.AF_INET6, kind)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    made.bind(("", port))
    return made


def talk(connection, answer):
    try:
        answer(connection)
    except (OSError, IndexError):
        pass
    connection.close()


def stream(port, answer):
    made = listener(port, socket.SOCK_STREAM)
    made.listen(64)
    while True:
        connection, _ = made.accept()
        threading.Thread(target=talk, args=(connection, answer), daemon=True).start()


def datagram(port, answer):
    made = listener(port, socket.SOCK_DGRAM)
    while True:
        query, peer = made.recvfrom(4096)
        made.sendto(answer(query), peer)


servers = [
    (stream, 7001, lambda connection: None),
    (stream, 7002, web),
    (stream, 7003, mail),
    (datagram, 7004, names),
    (datagram, 7005, datagrams),
]
for serve, port, answer in servers[1:]:
    threading.Thread(target=serve, args=(port, answer), daemon=True).start()
stream(*servers[0][1:])
