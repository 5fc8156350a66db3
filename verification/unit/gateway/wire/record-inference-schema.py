"""Records the schema of the Open Inference Protocol as Triton's own Python client has it, for proto-files.test.ts.

    python -m venv venv && venv/bin/pip install 'tritonclient[grpc]==2.73.0'
    venv/bin/python record-inference-schema.py > recorded-inference-schema.json
"""
import json

from tritonclient.grpc import model_config_pb2, service_pb2

TYPES = {1: 'DOUBLE', 2: 'FLOAT', 3: 'INT64', 4: 'UINT64', 5: 'INT32', 8: 'BOOL', 9: 'STRING', 11: 'MESSAGE',
         12: 'BYTES', 13: 'UINT32', 14: 'ENUM'}


def kind(field):
    named = field.message_type or field.enum_type
    return f'{"repeated " if field.is_repeated else ""}{TYPES[field.type]}{" ." + named.full_name if named else ""}'


def collect(descriptor, messages):
    messages[descriptor.full_name] = {field.name: [field.number, kind(field)] for field in descriptor.fields}
    for nested in descriptor.nested_types:
        collect(nested, messages)


messages, enums = {}, {}
for module in (service_pb2, model_config_pb2):
    for descriptor in module.DESCRIPTOR.message_types_by_name.values():
        collect(descriptor, messages)
    for descriptor in module.DESCRIPTOR.enum_types_by_name.values():
        enums[descriptor.full_name] = {value.name: value.number for value in descriptor.values}

# What a server without schedulers has no use for.
FOREIGN = ('Batch', 'ModelInstance', 'ModelEnsembling',
           'ModelOptimization', 'ModelQueue', 'ModelDynamic', 'ModelSequence', 'ModelWarmup', 'ModelOperations', 'ModelMetrics',
           'ModelTransaction', 'ModelRepositoryAgents', 'ModelResponseCache', 'ModelRateLimiter', 'ModelTensorReshape',
           'ModelVersionPolicy', 'MemoryUsage', 'InferResponseStatistics')
messages = {name: fields for name, fields in messages.items()
            if not name.removeprefix('inference.').startswith(FOREIGN) and not name.endswith('Entry')}
# The client has the messages only; the methods are those that its stub calls.
print(json.dumps({'messages': messages, 'enums': enums}, indent=1, sort_keys=True))
