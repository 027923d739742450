// Which device does the work. A device counts only after it gave the CPU's numbers for a small network and its gradients;
// otherwise the CPU is used and the reader is told, never silently. What the runtime said is kept for the doctor.
import { device as deviceContract, type Device } from '../../shared/contracts/inference.ts';
import { differentiate } from '../autodiff/backward.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { writeOnnx } from '../onnx/write.ts';
import { randomFrom } from '../random.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';
import { difference, ownWords, runOnce, tolerance } from './compare.ts';
import { candidateDevices, type DeviceName } from './session.ts';

export interface SelfTest {
  readonly name: DeviceName;
  readonly state: 'agrees' | 'differs' | 'fails';
  /** Largest relative difference to the processor; null where nothing ran. */
  readonly worst: number | null;
  /** The runtime's own words where it failed. */
  readonly problem: string | null;
}

/** What a device is called where physicians read it. */
export const deviceWords: Readonly<Record<DeviceName, string>> = {
  cpu: 'the processor', dml: 'the graphics card (DirectML)', cuda: 'the NVIDIA graphics card (CUDA)', coreml: 'the Apple accelerator (CoreML)', webgpu: 'the graphics card (WebGPU)',
};

/** Convolution, two normalizations, attention and a multilayer perceptron: the loss and the weights' gradients. */
function probe(): { model: Uint8Array; feeds: Record<string, Tensor> } {
  const random = randomFrom(7);
  const g = new GraphBuilder();
  const feeds: Record<string, Tensor> = {};
  const given = (name: string, dims: readonly number[], scale: number) => { feeds[name] = float32(dims, Float32Array.from({ length: sizeOf(dims) }, () => scale * random.normal())); return g.input(name, dims); };
  const ones = g.constant(float32([8], new Float32Array(8).fill(1)));
  const c = g.relu(g.node('Conv', [given('x', [1, 3, 16, 16], 1), given('w', [8, 3, 3, 3], 0.2)], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }));
  const d = g.node('Conv', [c, given('k', [8, 8, 3, 3], 0.2)], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
  const n = g.node('InstanceNormalization', [d, ones, g.constant(float32([8], new Float32Array(8)))]);
  const l = g.node('LayerNormalization', [g.transpose(g.reshape(n, [1, 8, 64]), [0, 2, 1]), ones]);
  const a = g.matmul(g.softmax(g.matmul(l, g.transpose(l, [0, 2, 1]))), g.gelu(g.linear(l, given('v', [8, 8], 0.5), null)));
  const y = g.unit(a);
  const graph = g.finish({ y, loss: g.sum(g.mul(y, given('target', y.shape, 1)), y.shape.map((_, i) => i), false) });
  return { model: writeOnnx(differentiate(graph, 'loss', ['x', 'w', 'k', 'v']), 'probe'), feeds };
}

export async function selfTest(name: DeviceName): Promise<SelfTest> {
  const { model, feeds } = probe();
  const expected = await runOnce('cpu', model, feeds);
  try {
    const worst = difference(expected, await runOnce(name, model, feeds));
    return { name, state: worst <= tolerance ? 'agrees' : 'differs', worst, problem: null };
  } catch (error) {
    return { name, state: 'fails', worst: null, problem: ownWords(error) };
  }
}

/** The first of `names` that passes; else the processor, with the reason for each that did not. */
export async function chooseFrom(names: readonly DeviceName[]): Promise<Device> {
  const refused: string[] = [];
  for (const name of names) {
    if (name === 'cpu') return { name: 'cpu', verified: true, reason: 'The processor was asked for.' };
    const { state, worst } = await selfTest(name);
    if (state === 'agrees') return { name, verified: true, reason: `Checked: ${deviceWords[name]} gives the same numbers as the processor.` };
    refused.push(state === 'differs' ? `${deviceWords[name]} gives other numbers than the processor (by ${worst === null || worst > 10 ? 'a multiple' : `${Math.max(0.1, 100 * worst).toFixed(1)} %`})` : `${deviceWords[name]} cannot be used on this computer`);
  }
  return { name: 'cpu', verified: true, reason: refused.length === 0 ? 'No graphics device is offered on this computer; the processor does the work.' : `The processor does the work: ${refused.join('; ')}.` };
}

let chosen: Promise<Device> | null = null;
/** The best device that passes; found once a process. The environment variable REGIONMED_DEVICE names one to insist on. */
export function chooseDevice(): Promise<Device> {
  const wish = deviceContract.shape.name.safeParse(process.env['REGIONMED_DEVICE']);
  chosen ??= chooseFrom(wish.success ? [wish.data] : candidateDevices().filter((d) => d !== 'cpu'));
  return chosen;
}
