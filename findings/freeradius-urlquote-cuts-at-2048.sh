#!/usr/bin/env bash
# FreeRADIUS 3.2.1 (Debian 3.2.1+dfsg-4+deb12u1), module rlm_expr, expansion urlquote.
#
# Behaviour: of a text of more than 2048 bytes, the expansion gives back only the beginning, without an error or a line in the
# log. Here five values of Class, each of the greatest length, are 2544 characters in hexadecimal digits.
# A good engineer expects: the whole text, or a failure.
# Output seen: see the last line; the quoted text is shorter than what was quoted.
# Source: FreeRADIUS 3.2 src/main/xlat.c (a buffer of 2048 bytes for functions without one of their own); tried with the packages
# named below.
set -euo pipefail
V=3.2.1+dfsg-4+deb12u1
T=$(mktemp -d); trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$T"' EXIT
cd "$T"
apt-get download -qq freeradius=$V freeradius-common=$V freeradius-utils=$V libfreeradius3=$V \
    libtalloc2=2.4.0-f2 2>apt.log || { cat apt.log; exit 1; }
for package in ./*.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$T/root/usr/lib/freeradius:$T/root/usr/lib/x86_64-linux-gnu
mkdir raddb; {
    printf "libdir = $T/root/usr/lib/freeradius\nclient one {\nipaddr = 127.0.0.1\nsecret = testing\n}\n"
    printf "modules {\nexpr {\n}\nalways reject {\nrcode = reject\n}\n}\n"
    printf "server default {\nlisten {\ntype = auth\nipaddr = 127.0.0.1\nport = 21813\n}\nauthorize {\nupdate reply {\n"
    printf '&Reply-Message := "%%{strlen:%%{Class[*]}} %%{strlen:%%{urlquote:%%{Class[*]}}}"\n}\nreject\n}\n}\n'
} >raddb/radiusd.conf
root/usr/sbin/freeradius -f -l stdout -d raddb -D root/usr/share/freeradius >log 2>&1 &
until grep -q "Ready to process" log; do sleep 0.2; kill -0 $! || { cat log; exit 1; }; done
{ echo 'User-Name = "zoe"'; echo 'Message-Authenticator = 0x00'
  for digit in 1 2 3 4 5; do printf 'Class = 0x%s\n' "$(printf "$digit$digit%.0s" $(seq 253))"; done; } >request
root/usr/bin/radclient -x -D root/usr/share/freeradius 127.0.0.1:21813 auth testing <request >answer 2>&1 || true
said=$(sed -n 's/.*Reply-Message = "\(.*\)"/\1/p' answer)
echo "characters, and characters quoted (a comma becomes three): $said"
read -r whole quoted <<<"$said"
[ "$whole" -gt 2500 ] && [ "$quoted" -lt "$whole" ]
