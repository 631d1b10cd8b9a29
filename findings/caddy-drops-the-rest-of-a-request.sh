#!/usr/bin/env bash
# Caddy 2.6.2 (Debian 12, caddy 2.6.2-5), reverse_proxy with its defaults, HTTP/1.1 on both sides.
#
# Behaviour: once the server behind it begins its answer, Caddy passes on no more of the request. The server sees the request end, or its
# connection close, in the middle; the client gets status 200. A program that answers line by line while
# it still reads, as for a long import, does only a part of the work, and nobody is told.
# A good engineer expects: the whole request to be passed on, or an error for the client.
# Output seen: client: 200; the server has read 19001 of 19901 lines (the number varies)
# Source: Go net/http, ResponseController.EnableFullDuplex: "by default, the HTTP/1 server unconditionally reads any remaining portion of
# the request body before beginning to write the response, preventing handlers from concurrently reading"; tried as below.
set -euo pipefail
V=2.6.2-5
T=$(mktemp -d); trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$T"' EXIT
cd "$T"
apt-get download -qq caddy=$V 2>apt.log || { cat apt.log; exit 1; }
dpkg-deb -x ./caddy_*.deb root
cat >server.py <<'PY'
import socket
listener = socket.create_server(("127.0.0.1", 0)); print(listener.getsockname()[1], flush=True)
connection = listener.accept()[0]
request = connection.makefile("rb")
while request.readline() not in (b"\r\n", b""): pass
# The first chunk is answered at once, as a server does that answers each line.
size = int(request.readline(), 16); seen = request.read(size).count(b"\n"); request.readline()
connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nok\n\r\n")
try:
    while size := int(request.readline() or b"0", 16):
        seen += request.read(size).count(b"\n"); request.readline()
except (OSError, ValueError): pass
open("seen", "w").write(str(seen))
try: connection.sendall(b"0\r\n\r\n")
except OSError: pass
PY
python3 server.py >port & until [ -s port ]; do sleep 0.1; done
PROXY=$(python3 -c "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])")
printf '{\n admin off\n auto_https off\n}\nhttp://127.0.0.1:%s {\n reverse_proxy 127.0.0.1:%s\n}\n' "$PROXY" "$(cat port)" >Caddyfile
HOME=$T root/usr/bin/caddy run --adapter caddyfile --config Caddyfile >log 2>&1 &
until (exec 3<>"/dev/tcp/127.0.0.1/$PROXY") 2>/dev/null; do sleep 0.1; kill -0 $! || { cat log; exit 1; }; done
cat >client.py <<'PY'
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=60)
def lines():
    for number in range(200): yield b"x" * 99 + b"\n" if number == 0 else (b"x" * 99 + b"\n") * 100
connection.request("POST", "/", body=lines(), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
print(connection.getresponse().status)
PY
python3 client.py "$PROXY" >status || echo "no answer" >status
until [ -s seen ]; do sleep 0.1; done
echo "client: $(cat status); the server has read $(cat seen) of 19901 lines"
[ "$(cat seen)" -lt 19901 ]
echo "still so: Caddy drops the rest of a request whose answer has begun"
