#!/usr/bin/env python3
"""Sends requests that were recorded, and takes the answers: what no kit can do without.

usage: bare.py HOST PORT CA_FILE < sequences

HOST:PORT is a proxy; each host gets one TLS connection, which is kept. A sequence is a line of JSON,
[[host, request], …] with requests in Latin-1; each is answered by a line with the seconds that it took
and the statuses of the answers. Where a request has {receipt}, it gets the receipt handle that came
with an answer before, which is as long as what it stands for.
"""

import json
import re
import socket
import ssl
import sys
import time

from messages import Messages, run

_MOST_BYTES = 64 << 20


def connect(proxy, tls, host):
    connection = socket.create_connection(proxy)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    plain = Messages(connection, _MOST_BYTES)
    run(plain.send(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode(), b""))
    run(plain.head())
    return Messages(tls.wrap_socket(connection, server_hostname=host), _MOST_BYTES)


def replay(connections, requests):
    statuses = []
    receipt = b""
    for host, request in requests:
        connection = connections[host]
        run(connection.send(request.replace(b"{receipt}", receipt), b""))
        head = run(connection.head())
        body = run(connection.body(head))
        statuses.append(int(head[9:12]))
        if b"ReceiptHandle" in body[:2000]:
            receipt = re.search(rb'"ReceiptHandle":"([^"]+)"', body).group(1)
    return statuses


def main():
    proxy = (sys.argv[1], int(sys.argv[2]))
    tls = ssl.create_default_context(cafile=sys.argv[3])
    connections = {}
    for line in sys.stdin:
        requests = [(host, request.encode("latin-1")) for host, request in json.loads(line)]
        for host, _ in requests:
            if host not in connections:
                connections[host] = connect(proxy, tls, host)
        began = time.perf_counter()
        statuses = replay(connections, requests)
        print(json.dumps([time.perf_counter() - began, statuses]), flush=True)


if __name__ == "__main__":
    main()
