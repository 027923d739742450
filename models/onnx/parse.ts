// The bytes of an ONNX file as checked messages, nothing yet interpreted. Weights stay views on the bytes: a file of
// hundreds of megabytes is not copied to be looked at.
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { modelProto } from './schema.ts';

const bytes = z.custom<Uint8Array>((v) => v instanceof Uint8Array);
const names = z.array(z.string()).default([]), numbers = z.array(z.number()).default([]), text = z.string().default('');
const tensorProto = z.object({
  name: text, dims: z.array(z.int().nonnegative()).default([]), data_type: z.number().default(0), raw_data: bytes.optional(),
  float_data: numbers, int32_data: numbers, int64_data: numbers, double_data: numbers, uint64_data: numbers,
  data_location: z.number().default(0), external_data: z.array(z.object({ key: text, value: text })).default([]),
});
export type TensorProto = z.infer<typeof tensorProto>;

export interface AttributeProto {
  readonly name: string; readonly type: number; readonly f: number; readonly i: number; readonly s?: Uint8Array | undefined; readonly t?: TensorProto | undefined; readonly g?: GraphProto | undefined;
  readonly floats: readonly number[]; readonly ints: readonly number[]; readonly ref_attr_name: string;
}
const attributeProto: z.ZodType<AttributeProto> = z.object({
  name: text, type: z.number().default(0), f: z.number().default(0), i: z.number().default(0), s: bytes.optional(), t: tensorProto.optional(), g: z.lazy(() => graphProto).optional(),
  floats: numbers, ints: numbers, ref_attr_name: text,
});
const nodeProto = z.object({ input: names, output: names, name: text, op_type: text, domain: text, overload: text, attribute: z.array(attributeProto).default([]) });
export type NodeProto = z.infer<typeof nodeProto>;
const valueProto = z.object({
  name: text,
  type: z.object({ tensor_type: z.object({ elem_type: z.number().default(0), shape: z.object({ dim: z.array(z.object({ dim_value: z.number().optional(), dim_param: z.string().optional() })).default([]) }).optional() }).optional() }).optional(),
});
export type ValueProto = z.infer<typeof valueProto>;
const graphProto = z.object({
  node: z.array(nodeProto).default([]), initializer: z.array(tensorProto).default([]), sparse_initializer: z.array(z.unknown()).default([]),
  input: z.array(valueProto).default([]), output: z.array(valueProto).default([]),
});
export type GraphProto = z.infer<typeof graphProto>;
const opsetImports = z.array(z.object({ domain: text, version: z.number().default(1) })).default([]);
const functionProto = z.object({ name: text, domain: text, overload: text, input: names, output: names, node: z.array(nodeProto).default([]), attribute_proto: z.array(attributeProto).default([]), opset_import: opsetImports });
export type FunctionProto = z.infer<typeof functionProto>;
const model = z.object({ ir_version: z.number().default(0), opset_import: opsetImports, graph: graphProto, functions: z.array(functionProto).default([]) });
export type ModelProto = z.infer<typeof model>;

/** What the file itself is not, as against what this program does not take. */
export const damaged = (sentence: string, cause?: unknown): AppError => new AppError('bundle-damaged', sentence, { cause });
export const unsupported = (sentence: string, cause?: unknown): AppError => new AppError('model-unsupported', sentence, { cause });

/** The newest that the onnxruntime in use opens, and the oldest whose operators have the forms that are read here. */
const opsets = { oldest: 13, newest: 26 } as const;
const newestFormat = 13;

export const importedOpset = (imports: ModelProto['opset_import']): number | null => imports.find((o) => o.domain === '' || o.domain === 'ai.onnx')?.version ?? null;

/** AppError('bundle-damaged') when the bytes are no ONNX model; 'model-unsupported' when it is older or newer than what is read. */
export function parseModel(data: Uint8Array): ModelProto {
  let parsed: ModelProto;
  try {
    parsed = model.parse(modelProto.toObject(modelProto.decode(data), { longs: Number, defaults: false }));
  } catch (cause) {
    throw damaged('This is not an ONNX model.', cause);
  }
  const opset = importedOpset(parsed.opset_import);
  if (parsed.ir_version > newestFormat) throw unsupported(`The network is written in version ${parsed.ir_version} of the ONNX format; versions up to ${newestFormat} are read. Export it with an older exporter.`);
  if (opset === null) throw damaged('The network does not say which version of the ONNX operators it uses.');
  if (opset < opsets.oldest || opset > opsets.newest) throw unsupported(`The network uses version ${opset} of the ONNX operators; versions ${opsets.oldest} to ${opsets.newest} are read. Export it again with opset_version=20.`);
  return parsed;
}
