#!/usr/bin/env bash
# Builds, starts, tests and stops the containers of docker-compose.yml: the gateway and TensorFlow Serving behind it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage='docker_run.sh: the gateway and TensorFlow Serving behind it, in containers

Usage: ./docker_run.sh [build|up|test|down] [--cpu|--gpu|--stand-in]

Commands:
  build       builds both images
  up          builds them, starts both and waits until they are ready (the default)
  test        builds and starts both once more, beside those that serve, with a container that tests them;
              the exit code is the result
  down        stops and removes everything that up and test have made, but for the images

What is behind the gateway:
  --cpu       tensorflow/serving:latest
  --gpu       tensorflow/serving:latest-gpu, with the GPUs of this machine (docker-compose-gpu.yml)
  --stand-in  Fovea itself in the place of TensorFlow Serving, which needs no image but the base image of Node.js
  otherwise   the image that TF_SERVING_IMAGE names here or in .env, else tensorflow/serving:latest-gpu

Exit code: 0 done, 1 failed, 2 wrong usage.'

refuse() {
  printf 'docker_run.sh: %s\n' "$2" >&2
  exit "$1"
}

command=
mode=
for word in "$@"; do
  case $word in
    -h | --help)
      printf '%s\n' "$usage"
      exit
      ;;
    build | up | test | down)
      [ "${command:-$word}" = "$word" ] || refuse 2 "give one command, not both $command and $word."
      command=$word
      ;;
    --cpu | --gpu | --stand-in)
      [ "${mode:-$word}" = "$word" ] || refuse 2 "give one of --cpu, --gpu and --stand-in, not both $mode and $word."
      mode=$word
      ;;
    *) refuse 2 "there is no \"$word\" here; ./docker_run.sh --help lists what there is." ;;
  esac
done

command -v docker >/dev/null || refuse 1 'docker was not found; install Docker Engine with its Compose plugin.'
version=$(docker compose version --short 2>/dev/null) ||
  refuse 1 'docker has no Compose plugin; install docker-compose-plugin 2.24 or newer.'
IFS=.- read -r major minor _ <<<"${version#v}"
((major > 2 || (major == 2 && minor >= 24))) || refuse 1 "Docker Compose is $version; 2.24 or newer is needed."
docker info >/dev/null 2>&1 ||
  refuse 1 'the Docker engine does not answer; start it, or ask for the right to use it (group docker).'

test_files=docker-compose-test.yml
case $mode in
  --cpu) export TF_SERVING_IMAGE=tensorflow/serving:latest ;;
  --gpu)
    export TF_SERVING_IMAGE=tensorflow/serving:latest-gpu
    export COMPOSE_FILE=docker-compose.yml:docker-compose-gpu.yml
    test_files+=:docker-compose-gpu.yml
    ;;
  --stand-in) export TF_SERVING_IMAGE=fovea-img-class ;;
esac

# One after the other, because the stand-in is made of the gateway's image.
build() {
  docker compose build img-class ||
    refuse 1 'the image of img-class was not built, for the reason above.'
  docker compose build tf-serving ||
    refuse 1 'the image of tf-serving was not built, for the reason above; --stand-in needs no image of TensorFlow Serving.'
}

# Says what Docker says, while it says it, and keeps it for why_not.
start() {
  docker compose up -d --wait 2>&1 | while IFS= read -r line; do
    printf '%s\n' "$line" >&2
    printf '%s\n' "$line"
  done
}

why_not() {
  case $1 in
    *'address already in use'* | *'port is already allocated'*)
      refuse 1 'a port is taken, see above; free it, or set IC_PORT and GRPC_PORT, here or in .env, to free ones.'
      ;;
    *'invalid port specification'*)
      refuse 1 'IC_PORT or GRPC_PORT is no port, see above; give each a number up to 65535, here or in .env.'
      ;;
    *'cannot assign requested address'*)
      refuse 1 'HOST is no address of this machine, see above; set it to one, here or in .env, or leave it out.'
      ;;
    *'could not select device driver'*)
      refuse 1 'Docker has no GPU for containers; install the NVIDIA container toolkit, or take --cpu.'
      ;;
    *'bind source path does not exist'*)
      refuse 1 'the folder of the models does not exist, see above; MODELS_DIR, here or in .env, names it.'
      ;;
  esac
  docker compose logs --tail 8 >&2
  refuse 1 'the containers did not become ready; their last words are above, and ./docker_run.sh down removes them.'
}

# Says an address as docker says it, with its IPv6 addresses bare or in brackets, as a URL has it.
in_url() {
  local host=${1%:*} port=${1##*:}
  case $host in
    0.0.0.0 | :: | '[::]') host=localhost ;;
    '['*) ;;
    *:*) host="[$host]" ;;
  esac
  printf '%s:%s' "$host" "$port"
}

case ${command:-up} in
  build) build ;;
  up)
    build
    words=$(start) || why_not "$words"
    address=$(docker compose port img-class 5000)
    printf 'Ready: curl -F image=@cat.jpg http://%s/classify/resnet\n' "$(in_url "$address")"
    ;;
  test)
    export COMPOSE_FILE=$test_files
    trap 'docker compose down -v --remove-orphans >/dev/null 2>&1' EXIT
    build
    docker compose build verification || refuse 1 'the image of verification was not built, for the reason above.'
    docker compose up --attach verification --no-log-prefix --exit-code-from verification || {
      tested=$(docker compose ps --all --status exited --quiet verification 2>/dev/null) || tested=
      docker compose logs --tail 15 img-class tf-serving >&2
      [ -n "$tested" ] ||
        refuse 1 'the containers did not start, so nothing was tested; the reason and their last words are above.'
      refuse 1 'the test failed; the last words of the containers are above.'
    }
    ;;
  down)
    COMPOSE_FILE=docker-compose.yml docker compose down -v --remove-orphans
    COMPOSE_FILE=docker-compose-test.yml docker compose down -v --remove-orphans
    ;;
esac
