// Which device does the work. A device counts only after it gave the CPU's numbers for a small network that holds the
// operators of the real one; otherwise the CPU is used and the reason is told, never silently.
import { z } from 'zod';
import type { Device } from '../../shared/contracts/inference.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { writeOnnx } from '../onnx/write.ts';
import { randomFrom } from '../random.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import { candidateDevices, openSession, type DeviceName } from './session.ts';

/** Largest relative difference to the CPU that passes. */
const tolerance = 1e-3;

function probe(): { model: Uint8Array; feeds: Record<string, Tensor> } {
  const random = randomFrom(7);
  const g = new GraphBuilder();
  const weight = (name: string, dims: number[]) => g.initializer(name, float32(dims, Float32Array.from({ length: sizeOf(dims) }, () => 0.2 * random.normal())));
  const x = g.input('x', [1, 3, 16, 16]);
  const c = g.relu(g.node('Conv', [x, weight('w', [8, 3, 3, 3])], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }));
  const n = g.node('InstanceNormalization', [c, g.constant(float32([8], new Float32Array(8).fill(1))), g.constant(float32([8], new Float32Array(8)))]);
  const tokens = g.transpose(g.reshape(n, [1, 8, 64]), [0, 2, 1]);
  const l = g.node('LayerNormalization', [tokens, g.constant(float32([8], new Float32Array(8).fill(1)))]);
  const a = g.matmul(g.softmax(g.matmul(l, g.transpose(l, [0, 2, 1]))), g.gelu(g.linear(l, weight('v', [8, 8]), null)));
  const graph = g.finish({ y: g.unit(a) });
  return { model: writeOnnx(graph, 'probe'), feeds: { x: float32([1, 3, 16, 16], Float32Array.from({ length: 768 }, () => random.normal())) } };
}

async function answer(device: DeviceName): Promise<Float32Array> {
  const { model, feeds } = probe();
  const session = await openSession(model, { device, threads: 1 });
  try {
    const { y } = await session.run(feeds);
    if (y?.dtype !== 'float32') throw new Error('the self-test gave no numbers');
    return y.data;
  } finally {
    await session.release();
  }
}

let chosen: Promise<Device> | null = null;
/** The best device that passes; found once a process. The environment variable REGIONMED_DEVICE names one to insist on. */
export function chooseDevice(): Promise<Device> {
  chosen ??= choose();
  return chosen;
}

const deviceName = z.enum(['cpu', 'dml', 'cuda', 'coreml', 'webgpu']);

async function choose(): Promise<Device> {
  const wish = deviceName.safeParse(process.env['REGIONMED_DEVICE']);
  const refused: string[] = [];
  for (const name of wish.success ? [wish.data] : candidateDevices().filter((d) => d !== 'cpu')) {
    if (name === 'cpu') return { name: 'cpu', verified: true, reason: 'The processor was asked for.' };
    try {
      const [expected, found] = [await answer('cpu'), await answer(name)];
      const scale = expected.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-6);
      const worst = expected.reduce((m, v, i) => Math.max(m, Math.abs(v - (found[i] ?? NaN)) / scale), 0);
      if (worst <= tolerance) return { name, verified: true, reason: `${name} agrees with the processor within ${worst.toExponential(1)}.` };
      refused.push(`${name} gives other numbers than the processor (${worst.toExponential(1)})`);
    } catch (error) {
      refused.push(`${name}: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 160)}`);
    }
  }
  return { name: 'cpu', verified: true, reason: refused.length === 0 ? 'No graphics device is offered on this computer; the processor does the work.' : `The processor does the work: ${refused.join('; ')}.` };
}
