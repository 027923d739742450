// Text to tokens, by a standard tokenizer.json that @huggingface/tokenizers reads and runs: WordPiece (Wu et al. 2016,
// arXiv 1609.08144) and byte-level BPE (Radford et al. 2019) alike. The base bundle's vocabulary is built here; other
// bundles bring their own file, which says what its special tokens are.
import { Tokenizer as Engine } from '@huggingface/tokenizers';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { words } from './words.ts';

export interface Tokenizer {
  /** One more than the highest token id. */
  readonly vocabulary: number;
  /** How it cuts words, as the file names it: WordPiece, BPE, Unigram, WordLevel. */
  readonly kind: string;
  /** The longest text in tokens, where the file says so. */
  readonly contextLength: number | null;
  /** Special tokens around the text (such as [CLS] text [SEP] or <s> text </s>), cut or padded to `length` tokens; mask is 1 for real ones. Any Unicode string has an encoding of at least one token. */
  encode(text: string, length: number): { readonly ids: Int32Array; readonly mask: Float32Array };
}

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'] as const;
const pieces = `ed ing s es er est ly al ic ous ive ion tion sion ation ment ness ity ia is itis oma osis ectomy graphy gram logy path pathy genic emia uria plasia trophy cyte
blast vaso cardio pulmo hepato nephro neuro derm osteo hyper hypo intra inter sub supra infra peri epi endo trans post pre anti de un re in en an ar at or on ur th st nd rd ch sh ph ck le el il ul`.trim().split(/\s+/);

/** The base vocabulary as tokenizer.json. Every letter, digit and sign has a piece; all else is [UNK]. */
export function baseTokenizerJson(): string {
  const characters = [...Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((ch) => !/[A-Z]/.test(ch)), ...'ä ö ü ß é è ê ç ñ å ø æ œ ° µ × ± ² ³ ½ – — ’ “ ” …'.split(' ')];
  const tokens = [...new Set([...special, ...characters, ...characters.map((ch) => `##${ch}`), ...pieces.map((p) => `##${p}`), ...[...new Set(words)].sort()])];
  return JSON.stringify({
    version: '1.0', truncation: null, padding: null,
    added_tokens: special.map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: false, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }], pair: [], special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] } } },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 60, vocab: Object.fromEntries(tokens.map((t, i) => [t, i])) },
  }, null, 1);
}

const file = z.looseObject({
  model: z.looseObject({ type: z.string().optional(), unk_token: z.string().nullish() }),
  truncation: z.looseObject({ max_length: z.number().int().positive() }).nullish(),
  padding: z.looseObject({ pad_id: z.number().int().nonnegative() }).nullish(),
  added_tokens: z.array(z.looseObject({ id: z.number().int(), content: z.string() })).default([]),
});

/** AppError('bundle-damaged') when `json` is no tokenizer. */
export function readTokenizer(json: string): Tokenizer {
  try {
    const parsed: unknown = JSON.parse(json);
    const said = file.parse(parsed);
    // Files made before the type was written out are told apart by their merges.
    return tokenizer(new Engine(said, { unk_token: said.model.unk_token ?? null }), said.model.type ?? ('merges' in said.model ? 'BPE' : 'WordPiece'), said.truncation?.max_length ?? null, said.padding?.pad_id ?? null);
  } catch (cause) {
    throw new AppError('bundle-damaged', 'The tokenizer of this model cannot be read.', { cause });
  }
}

function tokenizer(engine: Engine, kind: string, contextLength: number | null, padding: number | null): Tokenizer {
  const vocabulary = [...engine.get_vocab().values()].reduce((highest, id) => Math.max(highest, id), -1) + 1;
  if (vocabulary === 0) throw new Error('a tokenizer without tokens');
  // What stands around nothing ends with the end token, if there is one: a text that is cut ends with it, too.
  const end = engine.encode('').ids.at(-1);
  // CLIP pads with its end token (the first one counts), and has no other.
  const pad = padding ?? engine.token_to_id('[PAD]') ?? engine.token_to_id('<pad>') ?? end ?? 0;
  return {
    vocabulary, kind, contextLength,
    encode(text, length) {
      const found = engine.encode(text).ids;
      const ids = new Int32Array(length).fill(pad), mask = new Float32Array(length);
      const used = Math.min(found.length, length);
      for (let i = 0; i < used; i++) { ids[i] = found[i] ?? pad; mask[i] = 1; }
      if (found.length > length && end !== undefined) ids[length - 1] = end;
      // A mean over no tokens would be no number.
      if (used === 0) mask[0] = 1;
      return { ids, mask };
    },
  };
}
