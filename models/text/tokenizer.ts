// Text to tokens: WordPiece (Wu et al. 2016, arXiv 1609.08144) as a standard tokenizer.json, read and run by
// @huggingface/tokenizers. The base bundle's vocabulary is built here; other bundles bring their own file.
import { Tokenizer as Engine } from '@huggingface/tokenizers';
import { AppError } from '../../shared/errors.ts';
import { words } from './words.ts';

export interface Tokenizer {
  readonly vocabulary: number;
  /** [CLS] text [SEP], cut or padded to `length` tokens; mask is 1 for real ones. Any Unicode string has an encoding. */
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

/** AppError('bundle-damaged') when `json` is no tokenizer. */
export function readTokenizer(json: string): Tokenizer {
  let engine: Engine;
  let size: number;
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== 'object' || parsed === null) throw new Error('not an object');
    engine = new Engine(parsed, { unk_token: '[UNK]', pad_token: '[PAD]', cls_token: '[CLS]', sep_token: '[SEP]' });
    size = engine.get_vocab().size;
  } catch (cause) {
    throw new AppError('bundle-damaged', 'The tokenizer of this model cannot be read.', { cause });
  }
  const end = engine.token_to_id('[SEP]') ?? 0;
  return {
    vocabulary: size,
    encode(text, length) {
      const found = engine.encode(text).ids;
      const ids = new Int32Array(length), mask = new Float32Array(length);
      const used = Math.min(found.length, length);
      for (let i = 0; i < used; i++) { ids[i] = found[i] ?? 0; mask[i] = 1; }
      if (found.length > length) ids[length - 1] = end;
      return { ids, mask };
    },
  };
}
