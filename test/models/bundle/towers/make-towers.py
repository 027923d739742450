"""Makes the small encoders and tokenizers that the tests of `regionmed bundle create` adopt: published architectures
from transformers with random weights and tiny widths, exported as people export them. Not part of the product and not
run by the tests; see README.md for how it was run."""
import json
from pathlib import Path

import onnx
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers, Regex
from transformers import BertConfig, BertModel, CLIPTextConfig, CLIPTextModelWithProjection, CLIPVisionConfig, CLIPVisionModelWithProjection

here = Path(__file__).parent
torch.manual_seed(1)

corpus = [f"{size} {finding} in the {place} part of the image." for size in ("Small", "Large", "Medium-sized") for finding in
          ("nodule", "mass", "haemorrhage", "calcification", "bright opacity", "dark cyst", "ring", "clip") for place in ("upper left", "upper right", "lower left", "lower right", "middle")]
texts = corpus[:6] + ["", "  two  spaces ", "Größe 3 mm, naïve café", "日本語 🙂", "it's isn't we'll", "nodule" * 40, "A\tB\nC", "x_1-2.5%"]


def save(name: str, tokenizer: Tokenizer) -> None:
    data = json.loads(tokenizer.to_str())
    (here / f"{name}.tokenizer.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf8")
    encoded = [{"text": t, "ids": tokenizer.encode(t).ids} for t in texts]
    (here / f"{name}.expected.json").write_text(json.dumps(encoded, ensure_ascii=False, indent=0), encoding="utf8")


def clip_bpe() -> Tokenizer:
    """As openai/clip: lower case, byte-level alphabet, </w> at the end of words, <|startoftext|> and <|endoftext|>."""
    t = Tokenizer(models.BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>", continuing_subword_prefix=""))
    t.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    split = Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(split, "removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    t.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=640, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), end_of_word_suffix="</w>", special_tokens=["<|startoftext|>", "<|endoftext|>"], show_progress=False))
    t.post_processor = processors.RobertaProcessing(("<|endoftext|>", 1), ("<|startoftext|>", 0), add_prefix_space=False, trim_offsets=False)
    t.decoder = decoders.ByteLevel()
    return t


def roberta_bpe() -> Tokenizer:
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"], show_progress=False))
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    t.enable_truncation(max_length=24)
    return t


def word_piece() -> Tokenizer:
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.train_from_iterator(corpus, trainers.WordPieceTrainer(vocab_size=200, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False))
    t.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    t.decoder = decoders.WordPiece()
    return t


class Outputs(torch.nn.Module):
    """Only the named outputs of a transformers model, in order, positional inputs."""

    def __init__(self, model: torch.nn.Module, inputs: list[str], outputs: list[str]) -> None:
        super().__init__()
        self.model, self.inputs, self.outputs = model.eval(), inputs, outputs

    def forward(self, first, second=None, third=None):
        made = self.model(**dict(zip(self.inputs, [v for v in (first, second, third) if v is not None])))
        return tuple(made[o] for o in self.outputs)


class ConvolutionalTower(torch.nn.Module):
    """A residual network that ends in a feature map [B, 24, 4, 4]."""

    class Block(torch.nn.Module):
        def __init__(self, inside: int, outside: int, stride: int) -> None:
            super().__init__()
            self.conv1, self.bn1 = torch.nn.Conv2d(inside, outside, 3, stride, 1, bias=False), torch.nn.BatchNorm2d(outside)
            self.conv2, self.bn2 = torch.nn.Conv2d(outside, outside, 3, 1, 1, bias=False), torch.nn.BatchNorm2d(outside)
            self.downsample = torch.nn.Sequential(torch.nn.Conv2d(inside, outside, 1, stride, bias=False), torch.nn.BatchNorm2d(outside))

        def forward(self, x):
            y = torch.relu(self.bn1(self.conv1(x)))
            return torch.relu(self.bn2(self.conv2(y)) + self.downsample(x))

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = torch.nn.Conv2d(3, 8, 3, 2, 1, bias=False), torch.nn.BatchNorm2d(8)
        self.layer1, self.layer2 = self.Block(8, 16, 2), self.Block(16, 24, 2)
        for m in self.modules():
            if isinstance(m, torch.nn.BatchNorm2d):
                m.running_mean.normal_(0, 0.1), m.running_var.uniform_(0.5, 1.5)

    def forward(self, x):
        return self.layer2(self.layer1(torch.relu(self.bn1(self.conv1(x)))))


def as_trained(model: torch.nn.Module) -> torch.nn.Module:
    """Nothing is exactly zero or one, which exporters would merge."""
    for p in model.parameters():
        p.data += 0.02 * torch.randn_like(p)
    return model.eval()


def export(name: str, model: torch.nn.Module, arguments: tuple, inputs: list[str], outputs: list[str], axes: dict, dynamo: bool, opset: int) -> None:
    file = here / f"{name}.onnx"
    if dynamo:
        sizes = {"batch": torch.export.Dim("batch", min=2, max=64), "sequence": torch.export.Dim("sequence", min=2, max=32)}
        shapes = tuple({i: sizes[n] for i, n in axes[k].items()} for k in inputs)
        torch.onnx.export(model, arguments, str(file), input_names=inputs, output_names=outputs, dynamic_shapes=shapes, opset_version=opset, dynamo=True, external_data=False, verbose=False)
        made = onnx.load(str(file))
        # Half of the file would be notes of the exporter.
        del made.graph.value_info[:]
        for node in made.graph.node:
            del node.metadata_props[:]
        (here / f"{name}.onnx.data").unlink(missing_ok=True)
        onnx.save_model(made, str(file), save_as_external_data=True, location=f"{name}.onnx.data", size_threshold=0)
    else:
        torch.onnx.export(model, arguments, str(file), input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=opset, dynamo=False)
    print(name, file.stat().st_size)


def main() -> None:
    clip, roberta, bert = clip_bpe(), roberta_bpe(), word_piece()
    save("clip", clip), save("roberta", roberta), save("bert", bert)

    vision = as_trained(CLIPVisionModelWithProjection(CLIPVisionConfig(hidden_size=16, intermediate_size=32, projection_dim=12, num_hidden_layers=3, num_attention_heads=2, image_size=32, patch_size=8, attn_implementation="eager")))
    image = torch.randn(2, 3, 32, 32)
    batch = {0: "batch"}
    export("clip-image", Outputs(vision, ["pixel_values"], ["image_embeds", "last_hidden_state"]), (image,), ["pixel_values"], ["image_embeds", "last_hidden_state"], {"pixel_values": batch, "image_embeds": batch, "last_hidden_state": batch}, False, 17)

    text = as_trained(CLIPTextModelWithProjection(CLIPTextConfig(vocab_size=clip.get_vocab_size(), hidden_size=16, intermediate_size=32, projection_dim=12, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=32, bos_token_id=0, eos_token_id=1, pad_token_id=1, attn_implementation="eager")))
    ids = torch.tensor([[0, 5, 9, 20, 1, 1, 1, 1], [0, 7, 1, 1, 1, 1, 1, 1]])
    mask = torch.tensor([[1, 1, 1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0, 0]])
    tokens = {0: "batch", 1: "sequence"}
    export("clip-text", Outputs(text, ["input_ids", "attention_mask"], ["text_embeds"]), (ids, mask), ["input_ids", "attention_mask"], ["text_embeds"], {"input_ids": tokens, "attention_mask": tokens, "text_embeds": batch}, False, 17)

    # The newer exporter, with numbers in a file beside the model, turns matrices over and gives them numbers for names.
    export("clip-text-new", Outputs(text, ["input_ids", "attention_mask"], ["text_embeds"]), (ids, mask), ["input_ids", "attention_mask"], ["text_embeds"], {"input_ids": tokens, "attention_mask": tokens}, True, 20)

    model = as_trained(BertModel(BertConfig(vocab_size=bert.get_vocab_size(), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=40, attn_implementation="eager")))
    ids = torch.tensor([[2, 15, 29, 40, 3, 0, 0, 0], [2, 7, 3, 0, 0, 0, 0, 0]])
    export("bert-text", Outputs(model, ["input_ids", "attention_mask", "token_type_ids"], ["last_hidden_state"]), (ids, mask, torch.zeros_like(ids)), ["input_ids", "attention_mask", "token_type_ids"], ["last_hidden_state"],
           {"input_ids": tokens, "attention_mask": tokens, "token_type_ids": tokens, "last_hidden_state": tokens}, False, 14)

    export("convolutions", as_trained(ConvolutionalTower()), (image,), ["image"], ["features"], {"image": {0: "n"}, "features": {0: "n"}}, False, 13)


main()
