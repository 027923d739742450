"""A CLIP-like pair as people export it: ViT-T/16 (Dosovitskiy et al. 2021) and a small text tower, random weights, symbolic batch; without constant folding, so that weights keep their names.
Usage: python export_pair.py DIR   (writes image.onnx and text.onnx)"""
import os, sys
import torch, torch.nn as nn, torch.nn.functional as F

WIDTH, HEADS, WORDS, LENGTH, EMBEDDING = 192, 3, 8000, 32, 256


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.qkv, self.out = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.norm2, self.wide, self.narrow = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, n, 3, HEADS, d // HEADS).permute(2, 0, 3, 1, 4)
        x = x + self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, d))
        return x + self.narrow(F.gelu(self.wide(self.norm2(x))))


class Image(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, WIDTH, 16, 16)
        self.token, self.position = nn.Parameter(0.02 * torch.randn(1, 1, WIDTH)), nn.Parameter(0.02 * torch.randn(1, 197, WIDTH))
        self.blocks = nn.ModuleList([Block() for _ in range(12)])
        self.norm, self.project = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, EMBEDDING, bias=False)

    def forward(self, pixels):
        x = self.patch(pixels).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.position
        for block in self.blocks:
            x = block(x)
        return self.project(self.norm(x)[:, 0])


class Text(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.position = nn.Parameter(0.01 * torch.randn(1, LENGTH, WIDTH))
        self.blocks = nn.ModuleList([Block() for _ in range(4)])
        self.norm, self.project = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, EMBEDDING, bias=False)

    def forward(self, ids):
        x = self.words(ids) + self.position
        for block in self.blocks:
            x = block(x)
        return self.project(self.norm(x).mean(1))


folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
torch.manual_seed(1)
for model, given, name, shown in ((Image().eval(), torch.zeros(2, 3, 224, 224), "image", "pixels"), (Text().eval(), torch.zeros(2, LENGTH, dtype=torch.long), "text", "ids")):
    torch.onnx.export(model, (given,), os.path.join(folder, f"{name}.onnx"), input_names=[shown], output_names=["embedding"], dynamic_axes={shown: {0: "batch"}, "embedding": {0: "batch"}}, opset_version=17, dynamo=False, do_constant_folding=False)
