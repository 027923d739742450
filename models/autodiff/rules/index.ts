// Every operator of the ONNX standard (ai.onnx up to opset 28), decided: a rule, 'zero' (constant almost everywhere, or
// no floating-point number comes out), or the reason why it is forbidden. The walk refuses what is not here, so nothing
// is silently dropped.
import type { Decision } from '../rule.ts';
import { Abs } from './Abs.ts';
import { Acos } from './Acos.ts';
import { Acosh } from './Acosh.ts';
import { Add } from './Add.ts';
import { Asin } from './Asin.ts';
import { Asinh } from './Asinh.ts';
import { Atan } from './Atan.ts';
import { Atanh } from './Atanh.ts';
import { Attention } from './Attention.ts';
import { AveragePool } from './AveragePool.ts';
import { BatchNormalization } from './BatchNormalization.ts';
import { Cast } from './Cast.ts';
import { CastLike } from './CastLike.ts';
import { Celu } from './Celu.ts';
import { Clip } from './Clip.ts';
import { Concat } from './Concat.ts';
import { Conv } from './Conv.ts';
import { ConvTranspose } from './ConvTranspose.ts';
import { Cos } from './Cos.ts';
import { Cosh } from './Cosh.ts';
import { CumSum } from './CumSum.ts';
import { DepthToSpace } from './DepthToSpace.ts';
import { Div } from './Div.ts';
import { Dropout } from './Dropout.ts';
import { Einsum } from './Einsum.ts';
import { Elu } from './Elu.ts';
import { Erf } from './Erf.ts';
import { Exp } from './Exp.ts';
import { Expand } from './Expand.ts';
import { Flatten } from './Flatten.ts';
import { Gather } from './Gather.ts';
import { GatherElements } from './GatherElements.ts';
import { GatherND } from './GatherND.ts';
import { Gelu } from './Gelu.ts';
import { Gemm } from './Gemm.ts';
import { GlobalAveragePool } from './GlobalAveragePool.ts';
import { GlobalMaxPool } from './GlobalMaxPool.ts';
import { GroupNormalization } from './GroupNormalization.ts';
import { HardSigmoid } from './HardSigmoid.ts';
import { HardSwish } from './HardSwish.ts';
import { Identity } from './Identity.ts';
import { InstanceNormalization } from './InstanceNormalization.ts';
import { LayerNormalization } from './LayerNormalization.ts';
import { LeakyRelu } from './LeakyRelu.ts';
import { Log } from './Log.ts';
import { LogSoftmax } from './LogSoftmax.ts';
import { LpNormalization } from './LpNormalization.ts';
import { MatMul } from './MatMul.ts';
import { Max } from './Max.ts';
import { MaxPool } from './MaxPool.ts';
import { Mean } from './Mean.ts';
import { MeanVarianceNormalization } from './MeanVarianceNormalization.ts';
import { Min } from './Min.ts';
import { Mish } from './Mish.ts';
import { Mod } from './Mod.ts';
import { Mul } from './Mul.ts';
import { Neg } from './Neg.ts';
import { PRelu } from './PRelu.ts';
import { Pad } from './Pad.ts';
import { Pow } from './Pow.ts';
import { RMSNormalization } from './RMSNormalization.ts';
import { Reciprocal } from './Reciprocal.ts';
import { ReduceL1 } from './ReduceL1.ts';
import { ReduceL2 } from './ReduceL2.ts';
import { ReduceLogSum } from './ReduceLogSum.ts';
import { ReduceLogSumExp } from './ReduceLogSumExp.ts';
import { ReduceMax } from './ReduceMax.ts';
import { ReduceMean } from './ReduceMean.ts';
import { ReduceMin } from './ReduceMin.ts';
import { ReduceProd } from './ReduceProd.ts';
import { ReduceSum } from './ReduceSum.ts';
import { ReduceSumSquare } from './ReduceSumSquare.ts';
import { Relu } from './Relu.ts';
import { Reshape } from './Reshape.ts';
import { Resize } from './Resize.ts';
import { RotaryEmbedding } from './RotaryEmbedding.ts';
import { ScatterElements } from './ScatterElements.ts';
import { ScatterND } from './ScatterND.ts';
import { Selu } from './Selu.ts';
import { Shrink } from './Shrink.ts';
import { Sigmoid } from './Sigmoid.ts';
import { Sin } from './Sin.ts';
import { Sinh } from './Sinh.ts';
import { Slice } from './Slice.ts';
import { Softmax } from './Softmax.ts';
import { Softplus } from './Softplus.ts';
import { Softsign } from './Softsign.ts';
import { SpaceToDepth } from './SpaceToDepth.ts';
import { Split } from './Split.ts';
import { Sqrt } from './Sqrt.ts';
import { Squeeze } from './Squeeze.ts';
import { Sub } from './Sub.ts';
import { Sum } from './Sum.ts';
import { Swish } from './Swish.ts';
import { Tan } from './Tan.ts';
import { Tanh } from './Tanh.ts';
import { ThresholdedRelu } from './ThresholdedRelu.ts';
import { Tile } from './Tile.ts';
import { TopK } from './TopK.ts';
import { Transpose } from './Transpose.ts';
import { Trilu } from './Trilu.ts';
import { Unsqueeze } from './Unsqueeze.ts';
import { Where } from './Where.ts';

const decide = (operators: string, decision: Decision): Record<string, Decision> => Object.fromEntries(operators.split(' ').map((op) => [op, decision]));

export const rules: Readonly<Record<string, Decision>> = {
  Abs, Acos, Acosh, Add, Asin, Asinh, Atan, Atanh, Attention, AveragePool, BatchNormalization, Cast, CastLike, Celu, Clip, Concat, Conv, ConvTranspose,
  Cos, Cosh, CumSum, DepthToSpace, Div, Dropout, Einsum, Elu, Erf, Exp, Expand, Flatten, Gather, GatherElements, GatherND, Gelu, Gemm,
  GlobalAveragePool, GlobalMaxPool, GroupNormalization, HardSigmoid, HardSwish, Identity, InstanceNormalization, LayerNormalization, LeakyRelu, Log,
  LogSoftmax, LpNormalization, MatMul, Max, MaxPool, Mean, MeanVarianceNormalization, Min, Mish, Mod, Mul, Neg, PRelu, Pad, Pow, RMSNormalization,
  Reciprocal, ReduceL1, ReduceL2, ReduceLogSum, ReduceLogSumExp, ReduceMax, ReduceMean, ReduceMin, ReduceProd, ReduceSum, ReduceSumSquare, Relu,
  Reshape, Resize, RotaryEmbedding, ScatterElements, ScatterND, Selu, Shrink, Sigmoid, Sin, Sinh, Slice, Softmax, Softplus, Softsign, SpaceToDepth,
  Split, Sqrt, Squeeze, Sub, Sum, Swish, Tan, Tanh, ThresholdedRelu, Tile, TopK, Transpose, Trilu, Unsqueeze, Where,
  ...decide('And BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not Or Xor', 'zero'),
  ...decide('ArgMax ArgMin Ceil Floor Hardmax NonZero OneHot Round Shape Sign Size NonMaxSuppression BitCast', 'zero'),
  ...decide('Bernoulli BlackmanWindow Constant ConstantOfShape EyeLike HammingWindow HannWindow MelWeightMatrix Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike Range', 'zero'),
  ...decide('If Loop Scan SequenceMap', { forbidden: 'its branches are graphs of their own' }),
  ...decide('ConcatFromSequence Optional OptionalGetElement OptionalHasElement SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SplitToSequence', { forbidden: 'it works on sequences or optional values, not on tensors' }),
  ...decide('ImageDecoder RegexFullMatch StringConcat StringNormalizer StringSplit TfIdfVectorizer', { forbidden: 'it works on text or encoded files' }),
  ...decide('ConvInteger DequantizeLinear DynamicQuantizeLinear MatMulInteger QLinearConv QLinearMatMul QuantizeLinear', { forbidden: 'a quantised network is trained before it is quantised' }),
  ...decide('GRU LSTM RNN CausalConvWithState LinearAttention', { forbidden: 'recurrent layers hide their steps' }),
  ...decide('DFT STFT', { forbidden: 'Fourier transforms of complex numbers are not in use in image and text networks' }),
  ...decide('Scatter Upsample', { forbidden: 'the standard has replaced it by another operator' }),
  ...decide('NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss', { forbidden: 'losses are written with LogSoftmax and sums' }),
  ...decide('AffineGrid CenterCropPad Col2Im Compress CumProd DeformConv Det GlobalLpPool GridSample LRN LpPool MaxRoiPool MaxUnpool ReverseSequence RoiAlign SwiGLU TensorScatter Unique', { forbidden: 'its gradient is not written down' }),
};
