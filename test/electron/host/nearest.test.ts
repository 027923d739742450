// The search against its definition, written as slowly and plainly as it can be.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '../../../electron/host/nearest.ts';

const width = 4;
const unit = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: width, maxLength: width }).filter((v) => v.some((x) => x !== 0)).map((v) => Float32Array.from(v, (x) => x / Math.hypot(...v)));
const candidates = fc.array(fc.record({ caseId: fc.constantFrom('a', 'b', 'c', 'd', 'e'), embedding: unit }), { maxLength: 24 });
const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

test('the nearest of each case come first, then the nearest of the rest; all are given nearest first', () => {
  fc.assert(fc.property(unit, candidates, fc.integer({ min: 1, max: 8 }), (query, all, limit) => {
    const found = nearest(query, all, limit), similarities = found.map((f) => f.similarity);
    const ranked = all.map((c) => ({ ...c, similarity: cosine(query, c.embedding) })).sort((a, b) => b.similarity - a.similarity);
    const firsts = ranked.filter((c, i) => ranked.findIndex((o) => o.caseId === c.caseId) === i).slice(0, limit), others = ranked.filter((c) => !firsts.includes(c)).slice(0, limit - firsts.length);
    expect(similarities.length).toBe(Math.min(limit, all.length));
    expect(similarities).toEqual([...firsts, ...others].map((c) => c.similarity).sort((a, b) => b - a));
    expect(new Set(found.map((f) => f.candidate)).size).toBe(found.length);
    expect(new Set(found.map((f) => f.candidate.caseId)).size).toBe(Math.min(limit, new Set(all.map((c) => c.caseId)).size));
    for (const f of found) expect(f.similarity).toBe(cosine(query, f.candidate.embedding));
  }));
});

test('what is asked for is the nearest to itself', () => {
  fc.assert(fc.property(fc.array(fc.record({ caseId: fc.uuid(), embedding: unit }), { minLength: 1, maxLength: 12 }), (all) => {
    for (const c of all) expect(nearest(c.embedding, all, 1)[0]?.similarity).toBeCloseTo(1, 5);
  }));
});
