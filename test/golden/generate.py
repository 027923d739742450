"""Golden gradients: published architectures with random weights and tiny widths, exported to ONNX the way people export
them, and beside each file what PyTorch's autograd says of it. Run by hand when an architecture is added; neither the
product nor its tests need Python. See README.md for versions and the command.

NAME.onnx         the network, in evaluation mode, weights in float32
NAME.safetensors  input:NAME    what to feed
                  output:NAME   what comes out
                  loss:NAME     fixed random numbers; the loss is the sum over outputs of output * loss
                  grad:NAME     gradient of that loss for the initializer NAME of the .onnx file, in its layout
                  metadata      dimensions (sizes of symbolic dimensions, JSON), exporter, opset
"""
import json
import sys
import zlib
from pathlib import Path

import numpy
import onnx
import torch
from onnx import numpy_helper
from safetensors.numpy import save_file

out = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / 'networks')
only = set(sys.argv[2:])


class Outputs(torch.nn.Module):
    """A model that answers with a tuple of tensors: the named fields of whatever it returns, or the tensor itself."""

    def __init__(self, model, fields=(), keywords=()):
        super().__init__()
        self.model, self.fields, self.keywords = model, fields, keywords

    def forward(self, *inputs):
        named = dict(zip(self.keywords, inputs)) if self.keywords else {}
        answer = self.model(**named) if named else self.model(*inputs)
        return tuple(getattr(answer, f) for f in self.fields) if self.fields else answer


def randomise(model):
    """Nothing starts at zero or one: a gradient that is dropped must show. Statistics of batch norms stay positive."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            centre = 1.0 if p.ndim == 1 and name.endswith('weight') else 0.0
            fan = max(1, p[0].numel()) if p.ndim > 1 else 25
            p.copy_(centre + torch.randn_like(p) * min(0.3, fan ** -0.5))
        for name, b in model.named_buffers():
            if name.endswith('running_mean'):
                b.copy_(torch.randn_like(b) * 0.2)
            if name.endswith('running_var'):
                b.copy_(torch.rand_like(b) + 0.5)
    return model.eval()


def golden(name, model, inputs, outputs, opset, dynamo, dimensions=None, external=False, fold=True, brief=False):
    """model: a function that makes it. inputs: {name: tensor}; dimensions: {input: {axis: dimension name}} for symbolic ones.
    fold=False where the exporter would compute with a parameter (select from a table, cut a position embedding, merge batch
    norms into convolutions) and store the result: what is trained then is the result, of which PyTorch has no gradient. brief=True drops the long names that the exporter makes up."""
    if only and name not in only:
        return
    torch.manual_seed(zlib.crc32(name.encode()))
    model = randomise(model())
    file = out / f'{name}.onnx'
    dimensions = dimensions or {}
    if dynamo:
        shapes = tuple({axis: torch.export.Dim(d) for axis, d in dimensions.get(i, {}).items()} for i in inputs)
        if isinstance(model, Outputs):
            shapes = (shapes,)
        program = torch.onnx.export(model, tuple(inputs.values()), dynamo=True, opset_version=opset, input_names=list(inputs), output_names=outputs, dynamic_shapes=shapes if dimensions else None, verbose=False, optimize=fold)
        program.save(file, external_data=external)
    else:
        torch.onnx.export(model, tuple(inputs.values()), file, dynamo=False, opset_version=opset, input_names=list(inputs), output_names=outputs, dynamic_axes=dimensions or None,
                          training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=fold)
    proto = onnx.load(file)
    for field in ('doc_string',):
        proto.ClearField(field)
    for node in proto.graph.node:
        node.ClearField('doc_string')
        del node.metadata_props[:]
    for v in list(proto.graph.value_info) + list(proto.graph.input) + list(proto.graph.output):
        del v.metadata_props[:]
    if brief:
        shorten(proto.graph)
    del proto.graph.value_info[:]
    del proto.graph.metadata_props[:]
    del proto.metadata_props[:]
    for t in proto.graph.initializer:
        del t.metadata_props[:]
    for f in proto.functions:
        for node in f.node:
            node.ClearField('doc_string')
            del node.metadata_props[:]
    data = file.with_suffix('.onnx.data')
    data.unlink(missing_ok=True)
    if external:
        onnx.save(proto, file, save_as_external_data=True, all_tensors_to_one_file=True, location=data.name, size_threshold=256)
        proto = onnx.load(file)
    else:
        onnx.save(proto, file)

    answer = model(*inputs.values())
    answers = answer if isinstance(answer, tuple) else (answer,)
    losses = [torch.randn_like(a) for a in answers]
    parameters = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    gradients = torch.autograd.grad(sum((a * l).sum() for a, l in zip(answers, losses)), [p for _, p in parameters], allow_unused=True)

    tensors = {}
    for key, value in inputs.items():
        tensors[f'input:{key}'] = value.numpy().astype(numpy.float32)
    for key, a, l in zip(outputs, answers, losses):
        tensors[f'output:{key}'], tensors[f'loss:{key}'] = a.detach().numpy(), l.numpy()
    stored = {t.name: numpy_helper.to_array(t) for t in proto.graph.initializer}
    for node in proto.graph.node:
        if node.op_type == 'Constant' and node.attribute[0].name == 'value':
            stored[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    count = 0
    for (key, p), gradient in zip(parameters, gradients):
        if gradient is None:
            continue
        value, gradient = p.detach().numpy(), gradient.numpy()
        found = [(n, g) for n, t in stored.items() if t.dtype == numpy.float32 for g in [layout(value, gradient, t)] if g is not None]
        if len(found) != 1:
            raise SystemExit(f'{name}: {key} {value.shape} is {len(found)} initializers: {[n for n, _ in found]}')
        tensors[f'grad:{found[0][0]}'] = found[0][1]
        count += value.size
    sizes = {d: int(inputs[i].shape[axis]) for i, axes in dimensions.items() for axis, d in axes.items()}
    save_file({k: numpy.ascontiguousarray(v) for k, v in tensors.items()}, out / f'{name}.safetensors', metadata={'dimensions': json.dumps(sizes), 'exporter': 'dynamo' if dynamo else 'torchscript', 'opset': str(opset)})
    total = sum(f.stat().st_size for f in out.glob(f'{name}.*'))
    print(f'{name}: {count} parameters in {len(parameters)} tensors, {total} bytes, operators: {" ".join(sorted({n.op_type for n in proto.graph.node}))}')


def shorten(graph):
    kept = {''} | {t.name for t in graph.initializer} | {v.name for v in [*graph.input, *graph.output]}
    short = {}
    for node in graph.node:
        node.ClearField('name')
        for names in (node.input, node.output):
            for i, n in enumerate(names):
                if n not in kept:
                    names[i] = short.setdefault(n, f'v{len(short)}')


def layout(value, gradient, stored):
    """The gradient in the layout in which an exporter stored the parameter: as it is, transposed, or with axes of 1."""
    if value.size != stored.size:
        return None
    if numpy.array_equal(value.ravel(), stored.ravel()):
        return gradient.reshape(stored.shape)
    if value.ndim >= 2 and numpy.array_equal(numpy.swapaxes(value, -1, -2).ravel(), stored.ravel()):
        return numpy.swapaxes(gradient, -1, -2).reshape(stored.shape)
    return None


def image(side):
    return torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(side))


def tokens(n, length, top):
    return torch.randint(2, top - 1, (n, length), generator=torch.Generator().manual_seed(top))


import open_clip.transformer  # noqa: E402
import timm.models as tm  # noqa: E402
import torchvision  # noqa: E402
import transformers as hf  # noqa: E402
from timm.layers import set_fused_attn  # noqa: E402
from torchvision.models.efficientnet import MBConvConfig  # noqa: E402
from torchvision.models.mobilenetv3 import InvertedResidualConfig  # noqa: E402
from torchvision.models.regnet import BlockParams  # noqa: E402

small = dict(img_size=16, patch_size=8, embed_dim=16, num_heads=2, num_classes=5, mlp_ratio=2)
golden('vit', lambda: tm.VisionTransformer(**small, depth=2), {'pixels': image(16)}, ['logits'], 17, False, {'pixels': {0: 'batch'}})
set_fused_attn(False)  # the older operators know no scaled_dot_product_attention
golden('vit-13', lambda: tm.VisionTransformer(**small, depth=1, global_pool='avg'), {'pixels': image(16)}, ['logits'], 13, False)
set_fused_attn(True)
golden('deit', lambda: tm.deit.VisionTransformerDistilled(**small, depth=1), {'pixels': image(16)}, ['logits'], 18, True, {'pixels': {0: 'batch'}})
golden('siglip', lambda: Outputs(hf.SiglipVisionModel(hf.SiglipVisionConfig(hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2, image_size=16, patch_size=8)), ('last_hidden_state', 'pooler_output'), ('pixel_values',)),
       {'pixel_values': image(16)}, ['tokens', 'pooled'], 23, True, {'pixel_values': {0: 'batch'}})
golden('swin', lambda: tm.SwinTransformer(img_size=32, patch_size=4, window_size=4, embed_dim=8, depths=(2, 1), num_heads=(1, 2), num_classes=5), {'pixels': image(32)}, ['logits'], 16, False, fold=False, brief=True)
golden('convnext', lambda: tm.ConvNeXt(depths=(1, 1, 1, 1), dims=(8, 8, 8, 16), num_classes=5, patch_size=4), {'pixels': image(32)}, ['logits'], 20, True)
golden('resnet', lambda: tm.ResNet(tm.resnet.Bottleneck, (1, 1, 1, 1), channels=(4, 4, 4, 4), stem_width=4, stem_type='deep', num_classes=5), {'pixels': image(32)}, ['logits'], 14, False)
golden('resnext', lambda: tm.ResNet(tm.resnet.Bottleneck, (1, 1, 1, 1), channels=(4, 4, 4, 4), cardinality=2, base_width=64, stem_width=4, stem_type='deep', num_classes=5), {'pixels': image(32)}, ['logits'], 18, False)
golden('regnet', lambda: torchvision.models.RegNet(BlockParams([1, 1], [8, 16], [4, 8], [1.0, 1.0], [2, 2], se_ratio=0.25), num_classes=5, stem_width=8), {'pixels': image(32)}, ['logits'], 18, True, fold=False)
golden('mobilenetv3', lambda: torchvision.models.MobileNetV3([InvertedResidualConfig(8, 3, 8, 8, True, 'RE', 2, 1, 1.0), InvertedResidualConfig(8, 5, 16, 16, True, 'HS', 2, 1, 1.0), InvertedResidualConfig(16, 3, 32, 16, False, 'HS', 1, 1, 1.0)], 24, num_classes=5), {'pixels': image(32)}, ['logits'], 17, False)
golden('efficientnet', lambda: torchvision.models.EfficientNet([MBConvConfig(1, 3, 1, 8, 8, 1), MBConvConfig(2, 5, 2, 8, 16, 1)], 0.0, num_classes=5, last_channel=32), {'pixels': image(32)}, ['logits'], 20, False)
golden('bert', lambda: Outputs(hf.BertModel(hf.BertConfig(vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, max_position_embeddings=12)), ('last_hidden_state', 'pooler_output'), ('input_ids', 'attention_mask', 'token_type_ids')),
       {'input_ids': tokens(2, 7, 60), 'attention_mask': torch.tensor([[1] * 7, [1] * 4 + [0] * 3]), 'token_type_ids': torch.tensor([[0] * 7, [0] * 3 + [1] * 4])}, ['last_hidden_state', 'pooler_output'], 17, False,
       {k: {0: 'batch', 1: 'sequence'} for k in ('input_ids', 'attention_mask', 'token_type_ids')}, brief=True)
golden('bert-new', lambda: Outputs(hf.BertModel(hf.BertConfig(vocab_size=60, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24, max_position_embeddings=12)), ('last_hidden_state', 'pooler_output'), ('input_ids', 'attention_mask')),
       {'input_ids': tokens(2, 7, 60), 'attention_mask': torch.tensor([[1] * 7, [1] * 4 + [0] * 3])}, ['last_hidden_state', 'pooler_output'], 21, True, {k: {0: 'batch', 1: 'sequence'} for k in ('input_ids', 'attention_mask')})
text = tokens(2, 8, 50)
text[0, 5], text[1, 7] = 49, 49
golden('clip-text', lambda: open_clip.transformer.TextTransformer(context_length=8, vocab_size=50, width=16, heads=2, layers=1, mlp_ratio=2.0, output_dim=8), {'text': text}, ['embedding'], 17, False, {'text': {0: 'batch'}}, brief=True)
golden('clip-text-new', lambda: Outputs(hf.CLIPTextModelWithProjection(hf.CLIPTextConfig(vocab_size=50, hidden_size=16, intermediate_size=24, projection_dim=8, num_hidden_layers=1, num_attention_heads=2, max_position_embeddings=8, eos_token_id=49, bos_token_id=0, pad_token_id=1)), ('text_embeds', 'last_hidden_state'), ('input_ids',)),
       {'input_ids': text}, ['text_embeds', 'last_hidden_state'], 18, True, {'input_ids': {0: 'batch'}})
golden('clip-image', lambda: open_clip.transformer.VisionTransformer(image_size=16, patch_size=8, width=16, layers=1, heads=2, mlp_ratio=2.0, output_dim=8), {'pixels': image(16)}, ['embedding'], 20, False, brief=True)
golden('clip-image-external', lambda: Outputs(hf.CLIPVisionModelWithProjection(hf.CLIPVisionConfig(hidden_size=16, intermediate_size=24, projection_dim=8, num_hidden_layers=1, num_attention_heads=2, image_size=16, patch_size=8)), ('image_embeds', 'last_hidden_state'), ('pixel_values',)),
       {'pixel_values': image(16)}, ['image_embeds', 'last_hidden_state'], 18, True, {'pixel_values': {0: 'batch'}}, external=True)
golden('dinov2', lambda: Outputs(hf.Dinov2Model(hf.Dinov2Config(hidden_size=16, mlp_ratio=2, num_hidden_layers=1, num_attention_heads=2, image_size=16, patch_size=8)), ('last_hidden_state', 'pooler_output'), ('pixel_values',)),
       {'pixel_values': image(24)}, ['last_hidden_state', 'pooler_output'], 18, False, fold=False)
golden('dinov2-new', lambda: Outputs(hf.Dinov2Model(hf.Dinov2Config(hidden_size=16, mlp_ratio=2, num_hidden_layers=1, num_attention_heads=2, image_size=16, patch_size=8, use_swiglu_ffn=True)), ('last_hidden_state', 'pooler_output'), ('pixel_values',)),
       {'pixel_values': image(24)}, ['last_hidden_state', 'pooler_output'], 20, True, fold=False)
