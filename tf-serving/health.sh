#!/bin/bash
# Whether every model of the configuration answers: exit code 0 or 1. The image has bash, but no curl.
set -u

while IFS= read -r name; do
  exec 3<>/dev/tcp/127.0.0.1/8501 || exit 1
  printf 'GET /v1/models/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$name" >&3
  if ! grep -q '"AVAILABLE"' <&3; then
    echo "$name is not available"
    exit 1
  fi
  exec 3>&-
done < <(sed -n 's/^ *\(config {\)\{0,1\} *name: "\([^"]*\)".*/\2/p' /tmp/models.config)
