#!/usr/bin/env bash
# FreeRADIUS 3.2.1 (Debian 3.2.1+dfsg-4+deb12u1), module rlm_rest, answers in JSON.
#
# Behaviour: a string of the answer is unescaped a second time, after JSON's own unescaping, although the attribute says
# "do_xlat": false. A reply of C:\new (in JSON "C:\\new") arrives as C:, a line feed and ew. A REST service that hands out
# passwords with a backslash has to double it.
# A good engineer expects: with expansion off, the decoded JSON string is the attribute's value.
# Output seen: Reply-Message = "C:\new" in radclient, which prints a line feed as \n (a backslash would be \\), as hex 433a0a6577.
# Source: FreeRADIUS 3.2 src/modules/rlm_rest/rest.c, json_pair_make_leaf; tried with the packages named below.
set -euo pipefail
V=3.2.1+dfsg-4+deb12u1
T=$(mktemp -d); trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$T"' EXIT
cd "$T"
apt-get download -qq freeradius=$V freeradius-rest=$V freeradius-common=$V freeradius-utils=$V libfreeradius3=$V \
    libtalloc2=2.4.0-f2 libjson-c5=0.16-2 2>apt.log || { cat apt.log; exit 1; }
for package in ./*.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$T/root/usr/lib/freeradius:$T/root/usr/lib/x86_64-linux-gnu
cat >rest.py <<'PY'
import http.server
class Service(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = rb'{"control:Auth-Type":{"value":["Accept"],"do_xlat":false},"reply:Reply-Message":{"value":["C:\\new"],"do_xlat":false}}'
        self.send_response(200); self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Service)
print(server.server_port, flush=True); server.serve_forever()
PY
python3 rest.py >port & until [ -s port ]; do sleep 0.1; done
mkdir raddb; {
    printf "libdir = $T/root/usr/lib/freeradius\nclient one {\nipaddr = 127.0.0.1\nsecret = testing\n}\n"
    printf "modules {\nrest {\nauthorize {\nuri = \"http://127.0.0.1:$(cat port)/\"\nmethod = post\nbody = post\ndata = \"x=1\"\n}\n}\n}\n"
    printf "server default {\nlisten {\ntype = auth\nipaddr = 127.0.0.1\nport = 21812\n}\nauthorize {\nrest\n}\n}\n"
} >raddb/radiusd.conf
root/usr/sbin/freeradius -f -l stdout -d raddb -D root/usr/share/freeradius >log 2>&1 &
until grep -q "Ready to process" log; do sleep 0.2; kill -0 $! || { cat log; exit 1; }; done
echo 'User-Name = "ada", Message-Authenticator = 0x00' |
    root/usr/bin/radclient -x -D root/usr/share/freeradius 127.0.0.1:21812 auth testing | tee answer
# 20 bytes of head, 2 of the attribute, and 5 of the value: C, :, line feed, e, w.
grep -q 'Reply-Message = "C:\\new"' answer && grep -q "Access-Accept.* length 27" answer
echo "still so: the backslash of a JSON string is unescaped twice"
