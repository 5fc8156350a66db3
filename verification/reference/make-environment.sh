#!/bin/sh
# Makes a Python environment for the tests that ask TensorFlow itself, and prints the line that names it.
set -eu
if [ $# -ne 1 ] || [ "$1" = --help ]; then
  echo "Usage: verification/reference/make-environment.sh FOLDER   (about 1.5 GB; needs python3 and PyPI)"
  [ "${1-}" = --help ]
  exit
fi
here=$(cd "$(dirname "$0")" && pwd)
python3 -m venv "$1"
"$1/bin/python" -m pip install --quiet --requirement "$here/requirements.txt"
# It names "tensorflow" as its dependency, half a gigabyte of GPU code more than tensorflow-cpu.
"$1/bin/python" -m pip install --quiet --no-deps tensorflow-serving-api==2.21.0
echo "export FOVEA_PYTHON=$(cd "$1" && pwd)/bin/python"
