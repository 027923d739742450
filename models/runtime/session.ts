// The one door to onnxruntime-node: opens a model on a device and runs it on plain tensors. Settings follow what was
// measured: sequential execution, no memory pattern for training graphs, denormals flushed, one thread a physical core.
import { existsSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import type { Device } from '../../shared/contracts/inference.ts';
import { AppError } from '../../shared/errors.ts';
import { sizeOf, type Tensor } from '../tensor.ts';

// The library writes a page about every device it does not find; what matters is told by device.ts.
ort.env.logLevel = 'fatal';

export const runtimeVersion = ort.env.versions.common;
export type DeviceName = Device['name'];
export interface SessionOptions {
  readonly device?: DeviceName;
  /** Threads within an operator; the machine's physical cores when left out. */
  readonly threads?: number;
  /** Training graphs take less memory without a plan made in advance. */
  readonly memoryPattern?: boolean;
  /** Where the time of every node is written when the session is released: a file's name without its end. */
  readonly profile?: string;
  /** Whether what the device lacks may run on the processor instead (it may); where not, such a model does not open. */
  readonly fallback?: boolean;
}

export interface Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Runs once; blocks the process meanwhile. Outputs are copies that outlive the session. */
  run(feeds: Readonly<Record<string, Tensor>>, wanted?: readonly string[]): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** AppError('device-unavailable') when the device cannot open the model; 'bundle-damaged' when the model is none. */
export async function openSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const device = options.device ?? 'cpu';
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(model, {
      executionProviders: [device], executionMode: 'sequential', graphOptimizationLevel: 'all', interOpNumThreads: 1, logSeverityLevel: 3,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      enableMemPattern: options.memoryPattern ?? true, enableCpuMemArena: true,
      ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
      extra: { session: { set_denormal_as_zero: '1', disable_cpu_ep_fallback: options.fallback === false ? '1' : '0' } },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(device === 'cpu' ? 'bundle-damaged' : 'device-unavailable', device === 'cpu' ? `The model cannot be opened: ${reason}` : `The device ${device} cannot open the model: ${reason}`, { cause });
  }
  return {
    inputs: session.inputNames, outputs: session.outputNames,
    async run(feeds, wanted) {
      const inputs: Record<string, ort.Tensor> = {};
      for (const [name, t] of Object.entries(feeds)) inputs[name] = toOrt(t);
      const results = wanted === undefined ? await session.run(inputs) : await session.run(inputs, [...wanted]);
      const outputs: Record<string, Tensor> = {};
      for (const [name, t] of Object.entries(results)) { outputs[name] = fromOrt(name, t); t.dispose(); }
      return outputs;
    },
    release: () => { if (options.profile !== undefined) session.endProfiling(); return session.release(); },
  };
}

function toOrt(t: Tensor): ort.Tensor {
  const dims = [...t.dims];
  switch (t.dtype) {
    case 'float32': return new ort.Tensor('float32', t.data, dims);
    case 'int64': return new ort.Tensor('int64', t.data, dims);
    case 'int32': return new ort.Tensor('int32', t.data, dims);
    case 'bool': return new ort.Tensor('bool', t.data, dims);
  }
}

function fromOrt(name: string, t: ort.OnnxValue): Tensor {
  const { data, dims } = t;
  if (data instanceof Float32Array && data.length === sizeOf(dims)) return { dtype: 'float32', dims, data };
  if (data instanceof BigInt64Array) return { dtype: 'int64', dims, data };
  if (data instanceof Int32Array) return { dtype: 'int32', dims, data };
  if (data instanceof Uint8Array) return { dtype: 'bool', dims, data };
  throw new Error(`the output ${name} has a type (${t.type}) that is not in use here`);
}

const vulkanLoaders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib', ...process.env['LD_LIBRARY_PATH']?.split(':').filter((f) => f !== '') ?? []].map((folder) => `${folder}/libvulkan.so.1`);

/** The devices this platform's onnxruntime may have, best first; whether one works is for the self-test to say. */
export function candidateDevices(): DeviceName[] {
  const listed = new Set(ort.listSupportedBackends().map((b) => b.name));
  const order: readonly DeviceName[] = process.platform === 'win32' ? ['dml', 'webgpu'] : process.platform === 'darwin' ? ['coreml', 'webgpu'] : ['cuda', 'webgpu'];
  // Without a Vulkan loader WebGPU cannot work on Linux, and asking for it writes warnings of its own.
  const possible = order.filter((d) => d !== 'webgpu' || process.platform !== 'linux' || vulkanLoaders.some((file) => existsSync(file)));
  return [...possible.filter((d) => listed.has(d)), 'cpu'];
}
