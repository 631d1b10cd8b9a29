#!/usr/bin/env bash
# FreeRADIUS 3.2.1 (Debian 3.2.1+dfsg-4+deb12u1), module rlm_rest, a request body without `chunk`.
#
# Behaviour: a body of more than 4,096 bytes is not sent at all. The module returns fail, the REST service sees no request, and
# the access point gets a rejection or no answer. A shorter one arrives. Nothing in mods-available/rest names the limit.
# A good engineer expects: HTTP has no such limit, so a long attribute costs at most the service's own bound.
# Output seen: "6 values of 200 bytes: Access-Accept", "7 values of 200 bytes: Access-Reject", and one request in the service's log.
# Source: FreeRADIUS 3.2 src/modules/rlm_rest/rest.h, REST_BODY_MAX_LEN; tried with the packages named below.
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
        length = len(self.rfile.read(int(self.headers["Content-Length"])))
        open("seen", "a").write(f"{length}\n")
        body = b'{"control:Auth-Type":{"value":["Accept"],"do_xlat":false}}'
        self.send_response(200); self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Service)
print(server.server_port, flush=True); server.serve_forever()
PY
python3 rest.py >port & until [ -s port ]; do sleep 0.1; done
mkdir raddb; {
    printf "libdir = $T/root/usr/lib/freeradius\nclient one {\nipaddr = 127.0.0.1\nsecret = testing\n}\n"
    printf "modules {\nrest {\nauthorize {\nuri = \"http://127.0.0.1:$(cat port)/\"\nmethod = post\nbody = post\ndata = \"%%{Filter-Id[*]}%%{Filter-Id[*]}%%{Filter-Id[*]}\"\n}\n}\n}\n"
    printf "server default {\nlisten {\ntype = auth\nipaddr = 127.0.0.1\nport = 21812\n}\nauthorize {\nrest\n}\n}\n"
} >raddb/radiusd.conf
root/usr/sbin/freeradius -f -l stdout -d raddb -D root/usr/share/freeradius >log 2>&1 &
until grep -q "Ready to process" log; do sleep 0.2; kill -0 $! || { cat log; exit 1; }; done
# Values of 200 bytes, each three times in the body.
for values in 6 7; do
    { echo 'User-Name = "ada", Message-Authenticator = 0x00'; for _ in $(seq $values); do printf 'Filter-Id = "%0200d"\n' 0; done; } |
        root/usr/bin/radclient -D root/usr/share/freeradius 127.0.0.1:21812 auth testing 2>&1 | grep -o "Access-[A-Z][a-z]*" | tail -1 |
        sed "s/^/$values values of 200 bytes: /" | tee -a answer || true
done
cat seen
grep -q "6 values of 200 bytes: Access-Accept" answer && grep -q "7 values of 200 bytes: Access-Reject" answer && [ "$(wc -l <seen)" = 1 ]
echo "still so: a body over 4,096 bytes is not sent"
