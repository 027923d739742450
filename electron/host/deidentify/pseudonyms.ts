// What stands in the place of identifiers: HMAC-SHA256 of the identifier under the project's key. The same identifier
// gives the same answer in every file, run and site of the project, so that follow-up studies line up; without the key
// nothing leads back, nor can a guess be tried.
import { createHash, createHmac } from 'node:crypto';

export interface Person {
  /** In the place of name and id. */
  readonly pseudonym: string;
  /** Days that are added to every date, 366 to 3652 into the past: intervals stay, dates do not. */
  readonly shift: number;
}

const letters = '0123456789BCDFGHJKMNPQRSTVWXYZ';
const day = 86_400_000;

export class Pseudonyms {
  readonly #key: Uint8Array;
  readonly #uids = new Map<string, string>();
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new Error('a project key has 32 bytes');
    this.#key = key;
  }

  /** Tells keys apart without telling the key. */
  get fingerprint(): string { return createHash('sha256').update('regionmed project key ').update(this.#key).digest('hex').slice(0, 16); }

  #keyed(kind: string, text: string): Buffer { return createHmac('sha256', this.#key).update(`${kind}\0${text}`).digest(); }

  /** 2.25. and a UUID as a decimal number (PS3.5 B.2). */
  uid(original: string): string {
    let made = this.#uids.get(original);
    if (made === undefined) {
      const b = this.#keyed('uid', original).subarray(0, 16);
      b[6] = ((b[6] ?? 0) & 0x0f) | 0x80;
      b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
      made = `2.25.${BigInt(`0x${b.toString('hex')}`)}`;
      if (this.#uids.size > 200_000) this.#uids.clear();
      this.#uids.set(original, made);
    }
    return made;
  }

  /** @param identity PatientID, else the name, else what is unique to the study */
  person(identity: string): Person {
    const b = this.#keyed('patient', identity);
    return { pseudonym: `P${[...b.subarray(0, 13)].map((v) => letters[v % letters.length]).join('')}`, shift: -366 - (this.#keyed('dates', identity).readUInt32BE(0) % 3287) };
  }

  /** An application entity, told apart from others and no more; 16 characters at most. */
  station(title: string): string { return `AE${this.#keyed('station', title).toString('hex').slice(0, 10).toUpperCase()}`; }
}

/** DA and DT values (several between backslashes) with their date moved by whole days; null where one is no date. Times stay. */
export function shifted(text: string, days: number): string | null {
  const parts = text.split('\\').map((part) => {
    const t = part.trim();
    if (t === '') return part;
    const found = /^(\d{4})(\.?)(\d{2})?(?:\.?)(\d{2})?(\d.*|[+-]\d{4})?$/.exec(t);
    if (found === null) return null;
    const [, year = '', dot = '', month, date, rest = ''] = found;
    // A year or month alone is moved from its middle.
    const from = Date.UTC(Number(year), month === undefined ? 6 : Number(month) - 1, date === undefined ? (month === undefined ? 1 : 15) : Number(date));
    if (month !== undefined && (Number(month) < 1 || Number(month) > 12) || date !== undefined && new Date(from).getUTCDate() !== Number(date)) return null;
    const to = new Date(from + days * day).toISOString().slice(0, 10).split('-');
    return to.slice(0, date !== undefined ? 3 : month !== undefined ? 2 : 1).join(dot) + rest;
  });
  return parts.includes(null) ? null : parts.join('\\');
}
