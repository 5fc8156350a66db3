#!/bin/sh
# Starts the model server with the models that lie in /models; further flags come after ours and win.
set -eu
configuration=/etc/tf-serving/models.config
made=/tmp/models.config

is_installed() {
  set -- "$1"/[0-9]*/saved_model.pb
  [ -e "$1" ]
}

# A model that is named but absent would keep TensorFlow Serving from opening its ports.
present_models() {
  while IFS= read -r line; do
    case $line in
      *'config {'*'base_path: "/models/'*'}')
        folder=${line#*base_path: \"}
        folder=${folder%%\"*}
        is_installed "$folder" || continue
        ;;
      '}') unnamed_models ;;
    esac
    printf '%s\n' "$line"
  done <"$configuration"
}

unnamed_models() {
  for folder in /models/*; do
    if is_installed "$folder" && ! grep -q "\"$folder\"" "$configuration"; then
      printf '  config { name: "%s" base_path: "%s" model_platform: "tensorflow" }\n' "${folder##*/}" "$folder"
    fi
  done
}

present_models >"$made"
if ! grep -q 'base_path' "$made"; then
  echo 'tf-serving: there is no SavedModel in /models; mount a folder of <name>/<version>/saved_model.pb there.' >&2
  exit 1
fi
sed -n 's/.*name: "\([^"]*\)" base_path.*/tf-serving: offers \1/p' "$made" >&2

set -- --port=8500 --rest_api_port=8501 --model_config_file="$made" \
  --monitoring_config_file=/etc/tf-serving/monitoring.config \
  --enable_batching=true --batching_parameters_file=/etc/tf-serving/batching.config "$@"

if command -v tensorflow_model_server >/dev/null; then
  exec tensorflow_model_server "$@"
fi
fovea=/app/dist/gateway/main.js
if ! [ -e "$fovea" ]; then
  echo 'tf-serving: the image that TF_SERVING_IMAGE names is neither TensorFlow Serving nor fovea-img-class.' >&2
  exit 1
fi
exec node --max-semi-space-size=2 --heap-growing-percent=100 "$fovea" serve --as tensorflow-serving "$@"
