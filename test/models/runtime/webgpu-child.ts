// Runs in a process with a software Vulkan driver: the gradients of the small dual-branch network on WebGPU and on the
// processor, and the operator table for the operators named. Prints one JSON document.
import { differentiate } from '../../../models/autodiff/backward.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { difference, runOnce } from '../../../models/runtime/compare.ts';
import { selfTest } from '../../../models/runtime/device.ts';
import { operatorTable } from '../../../models/runtime/operator-table.ts';
import type { Tensor } from '../../../models/tensor.ts';
import { smallBatch, smallNetwork } from '../nets/small-network.ts';

const { graph, parameters } = smallNetwork(3);
const feeds: Record<string, Tensor> = smallBatch(5);
for (const p of parameters.list) feeds[p.name] = { dtype: 'float32', dims: p.dims, data: Float32Array.from(p.data) };
const step = differentiate(graph, 'total', parameters.list.map((p) => p.name));
const given = Object.fromEntries(step.inputs.flatMap(({ name }) => { const t = feeds[name]; return t === undefined ? [] : [[name, t]]; }));
const model = writeOnnx(step, 'small-step');
const [expected, found] = [await runOnce('cpu', model, given), await runOnce('webgpu', model, given)];
const apart = Object.entries(expected).map(([name, e]) => {
  const f = found[name];
  return { name, difference: f === undefined ? Infinity : difference({ [name]: e }, { [name]: f }), largest: Array.from(e.data, Number).reduce((m, v) => Math.max(m, Math.abs(v)), 0) };
});
const table = await operatorTable('webgpu', new Set(process.argv.slice(2)));
process.stdout.write(`${JSON.stringify({ selfTest: await selfTest('webgpu'), apart, table })}\n`);
