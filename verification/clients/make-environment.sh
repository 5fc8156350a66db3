#!/bin/sh
# Makes a Python environment with clients of the Open Inference Protocol, and prints the line that names it.
set -eu
if [ $# -ne 1 ] || [ "$1" = --help ]; then
  echo "Usage: verification/clients/make-environment.sh FOLDER   (about 520 MB; needs python3 and PyPI)"
  [ "${1-}" = --help ]
  exit
fi
here=$(cd "$(dirname "$0")" && pwd)
python3 -m venv "$1"
"$1/bin/python" -m pip install --quiet --requirement "$here/open-inference-requirements.txt"
# It wants an older FastAPI than kserve, for the server that nobody starts here.
"$1/bin/python" -m pip install --quiet --no-deps mlserver==1.7.1
echo "export FOVEA_CLIENTS_PYTHON=$(cd "$1" && pwd)/bin/python"
