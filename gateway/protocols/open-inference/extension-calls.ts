/** Answers the methods of Triton's extensions that are not offered here, so that clients which look for them go on. */
import type {
  LogSettingsRequestMessage,
  SharedMemoryRequestMessage,
  TraceSettingRequestMessage,
} from '../../wire/open-inference/messages.ts';
import {
  noSharedMemory,
  requireNoChange,
  requireNoRegion,
  traceSettings,
  type LogSettings,
} from './absent-extensions.ts';
import type { InferenceServer } from './inference-server.ts';

type ExtensionCall = (request: object) => object;

/** By the names of the methods. */
export function extensionCalls(server: InferenceServer): Readonly<Record<string, ExtensionCall>> {
  return {
    SystemSharedMemoryStatus: sharedMemoryStatus,
    SystemSharedMemoryRegister: refuseSharedMemory,
    SystemSharedMemoryUnregister: unregister,
    CudaSharedMemoryStatus: sharedMemoryStatus,
    CudaSharedMemoryRegister: refuseSharedMemory,
    CudaSharedMemoryUnregister: unregister,
    TraceSetting: ({ settings = {}, model_name: name = '' }: TraceSettingRequestMessage) => {
      if (name !== '') server.resolve({ name });
      requireNoChange(settings, { of: 'traces', kind: 'method-not-allowed' });
      return {
        settings: Object.fromEntries(Object.entries(traceSettings).map(([key, value]) => [key, { value }])),
      };
    },
    LogSettings: ({ settings = {} }: LogSettingsRequestMessage) => {
      requireNoChange(settings, { of: 'log', kind: 'method-not-allowed' });
      return { settings: settingMessages(server.logSettings()) };
    },
  };
}

function sharedMemoryStatus({ name = '' }: SharedMemoryRequestMessage): object {
  requireNoRegion(name);
  return { regions: {} };
}

function refuseSharedMemory(): never {
  throw noSharedMemory('method-not-allowed');
}

/** Nothing is registered under any name afterwards. */
const unregister = (): object => ({});

function settingMessages(settings: LogSettings): object {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]: readonly [string, unknown]): [string, object] => {
      if (typeof value === 'boolean') return [key, { bool_param: value }];
      return [key, typeof value === 'number' ? { uint32_param: value } : { string_param: value }];
    }),
  );
}
