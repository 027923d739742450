"""Times PyTorch eager on a forward model that `npm run bench:train -- --export-onnx DIR` wrote: the same nodes, weights,
inputs and loss, backward by autograd, clipping, fused AdamW. Prints one line of JSON.
Usage: python eager.py DIR/own-all [--steps 10] [--threads 2]"""
import argparse, json, os, resource, time
import numpy as np, onnx, torch, torch.nn.functional as F
from onnx import numpy_helper

DTYPES = {"float32": np.float32, "int64": np.int64, "int32": np.int32, "bool": np.bool_}


def ints(t):
    return [int(v) for v in t.reshape(-1).tolist()]


def conv(x, w, b=None, *, strides=(1, 1), pads=(0, 0, 0, 0), dilations=(1, 1), group=1, **_):
    if list(pads[:2]) != list(pads[2:]):
        x, pads = F.pad(x, (pads[1], pads[3], pads[0], pads[2])), (0, 0, 0, 0)
    return F.conv2d(x, w, b, tuple(strides), tuple(pads[:2]), tuple(dilations), group)


def gemm(a, b, c=None, *, transA=0, transB=0, alpha=1.0, beta=1.0, **_):
    a, b = a.t() if transA else a, b.t() if transB else b
    return alpha * (a @ b) if c is None else torch.addmm(c, a, b, beta=beta, alpha=alpha)


def reduced(f):
    def run(x, axes=None, *, keepdims=1, axes_=None, **more):
        dims = ints(axes) if axes is not None else more.get("axes") or list(range(x.dim()))
        return f(x, dims, bool(keepdims)) if dims else x
    return run


def sliced(x, starts, ends, axes=None, steps=None, **_):
    starts, ends = ints(starts), ints(ends)
    for i, axis in enumerate(ints(axes) if axes is not None else range(len(starts))):
        step, size = (ints(steps)[i] if steps is not None else 1), x.shape[axis]
        places = range(size)[slice(starts[i], None if step < 0 and ends[i] < -size else ends[i], step)]
        x = x.index_select(axis, torch.tensor(list(places))) if step != 1 else x.narrow(axis, places.start, len(places)) if len(places) else x.narrow(axis, 0, 0)
    return x


def split(x, sizes=None, *, axis=0, num_outputs=None, **_):
    return torch.split(x, ints(sizes), axis) if sizes is not None else torch.chunk(x, num_outputs, axis)


def gather(x, i, *, axis=0, **_):
    return F.embedding(i, x) if axis == 0 and x.dim() == 2 else x.index_select(axis, (i % x.shape[axis]).reshape(-1)).reshape(*x.shape[:axis], *i.shape, *x.shape[axis + 1:])


def clip(x, low=None, high=None, **_):
    return torch.clamp(x, None if low is None else low.item(), None if high is None else high.item())


def reshape(x, shape, **_):
    return x.reshape([x.shape[i] if d == 0 else d for i, d in enumerate(ints(shape))])


def several(f):
    def run(*inputs, **_):
        first = inputs[0]
        for other in inputs[1:]:
            first = f(first, other)
        return first
    return run


OPERATORS = {
    "Add": lambda a, b, **_: a + b, "Sub": lambda a, b, **_: a - b, "Mul": lambda a, b, **_: a * b, "Div": lambda a, b, **_: a / b, "Pow": lambda a, b, **_: a ** b, "Neg": lambda a, **_: -a,
    "Exp": lambda a, **_: a.exp(), "Log": lambda a, **_: a.log(), "Sqrt": lambda a, **_: a.sqrt(), "Abs": lambda a, **_: a.abs(), "Erf": lambda a, **_: a.erf(), "Tanh": lambda a, **_: a.tanh(), "Reciprocal": lambda a, **_: a.reciprocal(),
    "Relu": lambda a, **_: F.relu(a), "Sigmoid": lambda a, **_: a.sigmoid(), "Softplus": lambda a, **_: F.softplus(a), "Gelu": lambda a, approximate=b"none", **_: F.gelu(a, approximate=approximate.decode()),
    "Softmax": lambda a, axis=-1, **_: a.softmax(axis), "LogSoftmax": lambda a, axis=-1, **_: a.log_softmax(axis), "MatMul": lambda a, b, **_: a @ b, "Gemm": gemm, "Conv": conv,
    "LayerNormalization": lambda x, s, b=None, axis=-1, epsilon=1e-5, **_: F.layer_norm(x, x.shape[axis:], s, b, epsilon), "InstanceNormalization": lambda x, s, b, epsilon=1e-5, **_: F.instance_norm(x, weight=s, bias=b, eps=epsilon),
    "Reshape": reshape, "Transpose": lambda a, perm=None, **_: a.permute(perm or list(reversed(range(a.dim())))), "Concat": lambda *a, axis, **_: torch.cat(a, axis), "Split": split, "Slice": sliced, "Gather": gather,
    "Squeeze": lambda a, axes=None, **_: a.squeeze() if axes is None else a.squeeze(tuple(ints(axes))), "Unsqueeze": lambda a, axes, **_: [a := a.unsqueeze(i) for i in sorted(ints(axes))][-1], "Expand": lambda a, s, **_: a.expand(torch.broadcast_shapes(a.shape, ints(s))), "Identity": lambda a, **_: a,
    "ReduceSum": reduced(lambda x, d, k: x.sum(d, k)), "ReduceMean": reduced(lambda x, d, k: x.mean(d, k)), "ReduceMax": reduced(lambda x, d, k: x.amax(d, k)), "Min": several(torch.minimum), "Max": several(torch.maximum), "Clip": clip,
    "Cast": lambda a, to, **_: a.to({1: torch.float32, 6: torch.int32, 7: torch.int64, 9: torch.bool}[to]), "Where": lambda c, a, b, **_: torch.where(c, a, b), "Equal": lambda a, b, **_: a == b,
    "Greater": lambda a, b, **_: a > b, "GreaterOrEqual": lambda a, b, **_: a >= b, "Less": lambda a, b, **_: a < b, "Not": lambda a, **_: ~a,
    "Resize": lambda x, roi=None, scales=None, sizes=None, **_: F.interpolate(x, size=ints(sizes)[2:] if sizes is not None else [int(n * s) for n, s in zip(x.shape[2:], scales.tolist()[2:])], mode="nearest"),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    o = parser.parse_args()
    torch.set_num_threads(o.threads)
    step = json.load(open(os.path.join(o.folder, "step.json")))
    graph = onnx.load(os.path.join(o.folder, "model.onnx")).graph
    weights = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    inputs = {v["name"]: torch.from_numpy(np.fromfile(os.path.join(o.folder, v["name"] + ".bin"), DTYPES[v["dtype"]]).reshape(v["dims"])) for v in step["inputs"]}
    trained = {p["name"]: weights[p["name"]].requires_grad_() for p in step["trained"] if p["name"] in weights}
    groups = [{"params": [trained[p["name"]] for p in step["trained"] if p["name"] in trained and p["decays"] == d], "weight_decay": 0.02 if d else 0.0} for d in (True, False)]
    optimizer = torch.optim.AdamW([g for g in groups if g["params"]], lr=1e-5, betas=(0.9, 0.98), fused=True)
    nodes = [(OPERATORS[n.op_type], list(n.input), list(n.output), {a.name: onnx.helper.get_attribute_value(a) for a in n.attribute}) for n in graph.node]
    last = {name: i for i, (_, used, _, _) in enumerate(nodes) for name in used}

    def forward():
        values = {**weights, **inputs}
        for i, (f, used, made, attributes) in enumerate(nodes):
            out = f(*[values[u] if u else None for u in used], **attributes)
            values.update(zip(made, out if isinstance(out, (tuple, list)) else (out,)))
            # As in a module: what nobody reads again is let go.
            for u in used:
                if last.get(u) == i and u not in weights and u not in inputs and u != step["output"]:
                    values.pop(u, None)
        return values[step["output"]]

    times, first = [], None
    for n in range(o.steps + 2):
        began = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = forward()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(trained.values()), 2.0)
        optimizer.step()
        if n == 0:
            first = loss.item()
        if n >= 2:
            times.append(1000 * (time.perf_counter() - began))
    print(json.dumps({"loss": first, "times": times, "peak": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, "torch": torch.__version__}))


main()
