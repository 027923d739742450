// Every operator the shape table knows, decided: a rule, 'zero' (constant almost everywhere), or 'forbidden' (has a
// gradient that is not written down yet). The walk refuses what is not here, so nothing is silently dropped.
import type { Rule } from '../rule.ts';
import { Abs } from './Abs.ts';
import { Add } from './Add.ts';
import { Clip } from './Clip.ts';
import { Concat } from './Concat.ts';
import { Conv } from './Conv.ts';
import { Cos } from './Cos.ts';
import { Div } from './Div.ts';
import { Erf } from './Erf.ts';
import { Exp } from './Exp.ts';
import { Expand } from './Expand.ts';
import { Flatten } from './Flatten.ts';
import { Gather } from './Gather.ts';
import { Gelu } from './Gelu.ts';
import { Gemm } from './Gemm.ts';
import { GlobalAveragePool } from './GlobalAveragePool.ts';
import { Identity } from './Identity.ts';
import { InstanceNormalization } from './InstanceNormalization.ts';
import { LayerNormalization } from './LayerNormalization.ts';
import { LeakyRelu } from './LeakyRelu.ts';
import { Log } from './Log.ts';
import { LogSoftmax } from './LogSoftmax.ts';
import { MatMul } from './MatMul.ts';
import { Max } from './Max.ts';
import { Min } from './Min.ts';
import { Mul } from './Mul.ts';
import { Neg } from './Neg.ts';
import { Pad } from './Pad.ts';
import { Pow } from './Pow.ts';
import { Reciprocal } from './Reciprocal.ts';
import { ReduceMax } from './ReduceMax.ts';
import { ReduceMean } from './ReduceMean.ts';
import { ReduceSum } from './ReduceSum.ts';
import { Relu } from './Relu.ts';
import { Reshape } from './Reshape.ts';
import { Resize } from './Resize.ts';
import { Sigmoid } from './Sigmoid.ts';
import { Sin } from './Sin.ts';
import { Slice } from './Slice.ts';
import { Softmax } from './Softmax.ts';
import { Softplus } from './Softplus.ts';
import { Split } from './Split.ts';
import { Sqrt } from './Sqrt.ts';
import { Squeeze } from './Squeeze.ts';
import { Sub } from './Sub.ts';
import { Tanh } from './Tanh.ts';
import { Transpose } from './Transpose.ts';
import { Unsqueeze } from './Unsqueeze.ts';
import { Where } from './Where.ts';

export const rules: Readonly<Record<string, Rule | 'zero' | 'forbidden'>> = {
  Abs, Add, Clip, Concat, Conv, Cos, Div, Erf, Exp, Expand, Flatten, Gather, Gelu, Gemm, GlobalAveragePool, Identity, InstanceNormalization, 
  LayerNormalization, LeakyRelu, Log, LogSoftmax, MatMul, Max, Min, Mul, Neg, Pad, Pow, Reciprocal, ReduceMax, ReduceMean, ReduceSum, Relu, Reshape, 
  Resize, Sigmoid, Sin, Slice, Softmax, Softplus, Split, Sqrt, Squeeze, Sub, Tanh, Transpose, Unsqueeze, Where, 
  Equal: 'zero', Greater: 'zero', Less: 'zero', GreaterOrEqual: 'zero', LessOrEqual: 'zero', And: 'zero', Or: 'zero', Not: 'zero', Sign: 'zero',
  Shape: 'zero', ConstantOfShape: 'zero', OneHot: 'zero',
  Cast: 'forbidden', ConvTranspose: 'forbidden', GroupNormalization: 'forbidden', BatchNormalization: 'forbidden', AveragePool: 'forbidden', MaxPool: 'forbidden',
  ScatterND: 'forbidden', ScatterElements: 'forbidden', HardSigmoid: 'forbidden', HardSwish: 'forbidden', Elu: 'forbidden', Dropout: 'forbidden',
};
