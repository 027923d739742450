// The messages of the ONNX format that graphs need (onnx.proto3, IR version 13), described for protobufjs. Field
// numbers are the format's.
import protobuf from 'protobufjs';

const messages = {
  OperatorSetIdProto: { domain: ['string', 1], version: ['int64', 2] },
  StringStringEntryProto: { key: ['string', 1], value: ['string', 2] },
  'TensorShapeProto.Dimension': { dim_value: ['int64', 1], dim_param: ['string', 2] },
  TensorShapeProto: { dim: ['TensorShapeProto.Dimension', 1, 'repeated'] },
  'TypeProto.Tensor': { elem_type: ['int32', 1], shape: ['TensorShapeProto', 2] },
  TypeProto: { tensor_type: ['TypeProto.Tensor', 1] },
  ValueInfoProto: { name: ['string', 1], type: ['TypeProto', 2] },
  TensorProto: {
    dims: ['int64', 1, 'repeated'], data_type: ['int32', 2], float_data: ['float', 4, 'repeated'], int32_data: ['int32', 5, 'repeated'],
    int64_data: ['int64', 7, 'repeated'], name: ['string', 8], raw_data: ['bytes', 9], double_data: ['double', 10, 'repeated'], uint64_data: ['uint64', 11, 'repeated'],
    external_data: ['StringStringEntryProto', 13, 'repeated'], data_location: ['int32', 14],
  },
  AttributeProto: {
    name: ['string', 1], f: ['float', 2], i: ['int64', 3], s: ['bytes', 4], t: ['TensorProto', 5], g: ['GraphProto', 6],
    floats: ['float', 7, 'repeated'], ints: ['int64', 8, 'repeated'], strings: ['bytes', 9, 'repeated'], type: ['int32', 20], ref_attr_name: ['string', 21],
  },
  NodeProto: {
    input: ['string', 1, 'repeated'], output: ['string', 2, 'repeated'], name: ['string', 3], op_type: ['string', 4], attribute: ['AttributeProto', 5, 'repeated'], domain: ['string', 7],
    overload: ['string', 8],
  },
  GraphProto: {
    node: ['NodeProto', 1, 'repeated'], name: ['string', 2], initializer: ['TensorProto', 5, 'repeated'],
    input: ['ValueInfoProto', 11, 'repeated'], output: ['ValueInfoProto', 12, 'repeated'], value_info: ['ValueInfoProto', 13, 'repeated'], sparse_initializer: ['bytes', 15, 'repeated'],
  },
  FunctionProto: {
    name: ['string', 1], input: ['string', 4, 'repeated'], output: ['string', 5, 'repeated'], node: ['NodeProto', 7, 'repeated'], opset_import: ['OperatorSetIdProto', 9, 'repeated'],
    domain: ['string', 10], attribute_proto: ['AttributeProto', 11, 'repeated'], overload: ['string', 13],
  },
  ModelProto: {
    ir_version: ['int64', 1], producer_name: ['string', 2], producer_version: ['string', 3], graph: ['GraphProto', 7], opset_import: ['OperatorSetIdProto', 8, 'repeated'],
    functions: ['FunctionProto', 25, 'repeated'],
  },
} as const;

const flat = (name: string): string => name.replaceAll('.', '');
const root = new protobuf.Root();
for (const [name, fields] of Object.entries(messages)) {
  const type = new protobuf.Type(flat(name));
  for (const [field, definition] of Object.entries(fields)) {
    const [kind, number, rule]: readonly [string, number, string?] = definition;
    type.add(new protobuf.Field(field, number, flat(kind), rule));
  }
  root.add(type);
}
export const modelProto = root.lookupType('ModelProto');

/** TensorProto.DataType of the element types in use. */
export const dataTypes = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
/** AttributeProto.AttributeType. */
export const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const;
