// Whether a candidate may replace the champion. On the frozen holdout the two are compared patient by patient, by a
// paired bootstrap; on earlier corrections, region by region. The verdict is advice: a person decides.
import type { Difference, GateReport, Ground } from '../../shared/domain/gate.ts';
import type { Measure, MetricName } from '../../shared/domain/model.ts';
import { bootstrap } from './bootstrap.ts';
import { differences } from './differences.ts';
import { metricNames, metricsOf, statistics, type Evaluated, type Pair } from './measure.ts';

/** Metrics whose fall refuses and whose rise recommends. */
const decisive: ReadonlySet<MetricName> = new Set<MetricName>(['recallAt50', 'recallSmall', 'ap50', 'regionTextRecall1']);
const fewestPatients = 5;
const words: Readonly<Record<MetricName, string>> = {
  recallAt50: 'Findings found', recallAt2Fp: 'Findings found at two false regions an image', recallSmall: 'Small findings found', ap50: 'Average precision',
  regionTextRecall1: 'Right caption for a region', imageTextRecall1: 'Right text for an image', labelAccuracy: 'Right label', calibrationError: 'Calibration',
};

export function judge(holdout: Pair, corrections: Pair, versions: { champion: string; candidate: string; at: string }): { report: GateReport; differences: Difference[] } {
  const pairs = holdout.champion.map((a, i) => ({ a, b: holdout.candidate[i] ?? a }));
  const measured = metricNames.map((name): { name: MetricName; difference: Measure | null } => ({
    name,
    difference: bootstrap(pairs, (p) => p.a.example.patient, (drawn) => {
      const before = statistics[name](drawn.map((p) => p.a)), after = statistics[name](drawn.map((p) => p.b));
      if (before === null || after === null) return null;
      return name === 'calibrationError' ? before - after : after - before;
    }),
  }));
  const found = [...differences(holdout, 'holdout'), ...differences(corrections, 'corrections')];
  const right = (images: readonly Evaluated[]): boolean[] => images.flatMap((image) => image.example.findings.map((_, k) => image.detection.matches.some((m) => m.truth === k && m.score >= image.threshold)));
  const before = right(corrections.champion), after = right(corrections.candidate);
  const newlyWrong = before.filter((was, i) => was && after[i] !== true).length, newlyRight = after.filter((is, i) => is && before[i] !== true).length;

  const patients = new Set(holdout.champion.map((e) => e.example.patient)).size;
  const worse = measured.filter(({ name, difference: d }) => decisive.has(name) && d !== null && d.high < 0);
  const better = measured.filter(({ name, difference: d }) => decisive.has(name) && d !== null && d.low > 0);
  const grounds: Ground[] = [...worse, ...better].flatMap(({ name, difference }) => (difference === null ? [] : [{ kind: 'metric', name, difference }]));
  const forgets = newlyWrong > newlyRight && signTest(newlyWrong, newlyRight) < 0.05;
  if (forgets) grounds.push({ kind: 'forgets', missed: newlyWrong, found: newlyRight });
  let verdict: GateReport['verdict'];
  if (worse.length > 0 || forgets) verdict = 'worse';
  else if (patients < fewestPatients) { verdict = 'needs-a-person'; grounds.unshift({ kind: 'few-patients', patients }); }
  else if (better.length > 0) verdict = 'better';
  else { verdict = 'needs-a-person'; grounds.push({ kind: 'no-change' }); }

  const fixed = found.filter((d) => d.effect === 'fixed').length;
  return {
    differences: found.sort((a, b) => harm(b) - harm(a)),
    report: {
      ...versions,
      holdout: { patients, images: holdout.champion.length, regions: holdout.champion.reduce((n, e) => n + e.example.findings.length, 0), championMetrics: metricsOf(holdout.champion), candidateMetrics: metricsOf(holdout.candidate) },
      differences: measured,
      corrections: { regions: before.length, championRight: before.filter(Boolean).length, candidateRight: after.filter(Boolean).length, newlyWrong },
      fixed, broken: found.length - fixed, verdict, reasons: grounds.map(sentenceOf), grounds,
    },
  };
}

function sentenceOf(g: Ground): string {
  switch (g.kind) {
    case 'metric': return `${words[g.name]}: ${signed(g.difference.value)} points, ${signed(g.difference.low)} to ${signed(g.difference.high)}.`;
    case 'forgets': return `Of regions that people corrected, ${g.missed} are newly missed and ${g.found} newly found.`;
    case 'few-patients': return g.patients === 0 ? 'No holdout patient is signed off: nothing can be compared yet.' : `Only ${g.patients} holdout ${g.patients === 1 ? 'patient is' : 'patients are'} signed off: too few to tell.`;
    case 'no-change': return 'No measure changed by more than chance could explain.';
  }
}

/** "+3.1"; a second digit where one would say zero with a sign. */
function signed(v: number): string {
  const points = Math.abs(100 * v), digits = points > 0 && points < 0.05 ? 2 : 1;
  return `${v < 0 ? '−' : '+'}${points.toFixed(digits)}`;
}

/** Order of what to look at first: a lost region is worse than a false one, a false one than a wrong word. */
const harm = (d: Difference): number => ({
  'region-lost': 8, 'false-region-gained': 7, 'label-broken': 6, 'box-worse': 5, 'region-found': 4, 'false-region-gone': 3, 'label-fixed': 2, 'box-better': 1,
})[d.kind] + (d.reference?.score ?? d.after?.score ?? d.before?.score ?? 0) / 10;

/** One-sided exact sign test: the chance of at least `a` of a + b by coin tosses. Summed in logarithms: 0.5^n is 0 beyond n = 1074. */
export function signTest(a: number, b: number): number {
  const n = a + b;
  let term = n * Math.log(0.5), sum = 0;
  for (let k = 0; k <= n; k++) { if (k >= a) sum += Math.exp(term); term += Math.log(n - k) - Math.log(k + 1); }
  return Math.min(1, sum);
}
