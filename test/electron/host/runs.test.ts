// Training runs in a real engine: paused, stopped, killed and gone on with, always to the candidate that an undisturbed
// run makes; and engines that die take nobody along.
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../../../electron/host/open.ts';
import type { HostEvent } from '../../../shared/contracts/host.ts';
import { usualSettings, type Run, type RunSettings } from '../../../shared/domain/run.ts';
import { temporaryFolder } from '../temporary.ts';
import { close, never, openHost, silent } from './open-host.ts';
import { annotatedSquares, signedOffWorkspace } from './signed-off.ts';

const settings: RunSettings = { steps: 5, learningRate: 1e-3, replay: 0, seed: 5, ...usualSettings };
let prepared = '', workspace = '', host: Host;

beforeAll(async () => { prepared = await signedOffWorkspace(); });
beforeEach(async () => {
  workspace = path.join(await temporaryFolder(), 'workspace');
  await cp(prepared, workspace, { recursive: true });
  host = await openHost(workspace);
});

const run = (id: string): Run => { const found = host.runs.list().find((r) => r.id === id); if (found === undefined) throw new Error('the run is gone'); return found; };
/** Resolves with the first event that is asked for. */
function when(wanted: (event: HostEvent) => boolean): Promise<HostEvent> {
  const stop = new AbortController();
  return new Promise((resolve) => { void host.service.watch({}, { signal: stop.signal, emit: (event) => { if (wanted(event)) { stop.abort(); resolve(event); } } }); });
}
const step = (n: number) => (e: HostEvent): boolean => e.kind === 'run' && e.run.status === 'training' && e.run.step >= n;
function killEngine(name: 'training' | 'inference'): void { const pid = host.engines.pids()[name]; if (pid === undefined) throw new Error(`no ${name} engine`); process.kill(pid, 'SIGKILL'); }

/** Hashes of a version's networks, from its manifest. */
async function networks(version: string | null): Promise<(string | undefined)[]> {
  const { files } = await host.registry.manifest(version ?? '');
  return ['image.onnx', 'region.onnx', 'text.onnx'].map((f) => files[f]?.sha256);
}

describe('a run', () => {
  it('makes a candidate that is judged and can be promoted; paused or its engine killed on the way, it makes the same', async () => {
    const straight = await host.runs.start(settings);
    expect(straight).toMatchObject({ status: 'preparing', base: '0.1.0', cases: 3, candidate: null });
    await host.runs.idle();
    expect(run(straight.id)).toMatchObject({ status: 'done', candidate: '0.2.0', step: 5, error: null });
    expect(run(straight.id).losses.map((l) => l.step)).toEqual([1, 2, 3, 4, 5]);
    expect((await host.registry.report('0.2.0'))?.report).toMatchObject({ champion: '0.1.0', candidate: '0.2.0', holdout: { images: 2, patients: 2 } });
    expect(await readdir(path.join(workspace, 'runs', straight.id))).not.toContain('checkpoint.safetensors');
    const expected = await networks('0.2.0');
    expect(expected).not.toEqual(await networks('0.1.0'));

    // The same again, paused after the second step, with the program ended in between, then with its engine killed.
    const broken = await host.runs.start(settings);
    await when(step(2));
    expect(await host.runs.pause(broken.id)).toMatchObject({ status: 'paused', candidate: null });
    const pausedAt = run(broken.id).step;
    expect(pausedAt).toBeLessThan(5);
    await close(host);
    host = await openHost(workspace);
    expect(run(broken.id)).toMatchObject({ status: 'paused', step: pausedAt });
    const steps: number[] = [];
    const watched = when((e) => { if (e.kind === 'run') steps.push(e.run.step); return step(pausedAt + 1)(e); });
    await host.runs.resume(broken.id);
    await watched;
    killEngine('training');
    // It went on where it was, not from the beginning.
    expect(Math.min(...steps)).toBe(pausedAt);
    await host.runs.idle();
    expect(run(broken.id)).toMatchObject({ status: 'failed', candidate: null, error: { code: 'engine-failed', message: 'The training engine stopped in the middle of its work.' } });
    // The host goes on.
    expect(await host.service.queue({}, { signal: never, emit: silent })).toMatchObject({ signedOff: 3 });
    await host.runs.resume(broken.id);
    await host.runs.idle();
    expect(run(broken.id)).toMatchObject({ status: 'done', candidate: '0.3.0', error: null });
    expect(await networks('0.3.0')).toEqual(expected);

    await host.registry.promote('0.3.0', '');
    const id = host.journal.cases().find((c) => c.status === 'new')?.id ?? '';
    expect(await host.propose([id], silent, never)).toEqual({ proposed: 1, failed: [] });
    expect((await host.verify(silent)).damaged).toEqual([]);
  });

  it('waits for nobody: a second start is refused at once, also before the first has begun', async () => {
    const [first, second] = await Promise.allSettled([host.runs.start(settings), host.runs.start(settings)]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'run-in-progress' } });
    await expect(host.runs.start(settings)).rejects.toMatchObject({ code: 'run-in-progress' });
    const [only] = host.runs.list();
    expect(host.runs.list()).toHaveLength(1);
    await when(step(1));
    const stopped = await host.runs.stop(only?.id ?? '');
    expect(stopped).toMatchObject({ status: 'stopped', candidate: null });
    expect(stopped.endedAt).not.toBeNull();
    expect(await readdir(path.join(workspace, 'runs', stopped.id))).not.toContain('checkpoint.safetensors');
    await expect(host.runs.resume(stopped.id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(host.runs.stop(stopped.id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(host.runs.pause(stopped.id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(host.runs.resume('no such run')).rejects.toMatchObject({ code: 'not-found' });
    expect(await host.registry.versions()).toEqual(['0.1.0']);
  });

  it('that waits keeps its version from a run that comes after it', async () => {
    const first = await host.runs.start({ ...settings, steps: 2 });
    await when(step(1));
    await host.runs.pause(first.id);
    const second = await host.runs.start({ ...settings, steps: 1 });
    await host.runs.idle();
    expect(run(second.id)).toMatchObject({ status: 'done', candidate: '0.3.0' });
    await host.runs.resume(first.id);
    await host.runs.idle();
    expect(run(first.id)).toMatchObject({ status: 'done', candidate: '0.2.0' });
    expect((await host.registry.manifest('0.2.0')).madeBy.steps).toBe(2);
    expect((await host.registry.manifest('0.3.0')).madeBy.steps).toBe(1);

    // A crash after the candidate was taken in, before the run was written down as done; and a state that cannot be read.
    await close(host);
    const file = path.join(workspace, 'runs', first.id, 'run.json'), text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"status":"done","', '"status":"evaluating","').replace('"candidate":"0.2.0"', '"candidate":null'));
    await writeFile(path.join(workspace, 'runs', second.id, 'run.json'), text.slice(0, 100));
    await writeFile(path.join(workspace, 'runs', first.id, 'checkpoint.safetensors.123.tmp'), 'half');
    host = await openHost(workspace);
    expect(host.runs.list()).toMatchObject([{ id: first.id, status: 'done', candidate: '0.2.0' }]);
    expect(await readdir(path.join(workspace, 'runs', first.id))).not.toContain('checkpoint.safetensors.123.tmp');
  });

  it('with nothing signed off does not begin', async () => {
    const empty = await openHost(path.join(await temporaryFolder(), 'empty'));
    await expect(empty.runs.start(settings)).rejects.toMatchObject({ code: 'nothing-to-train' });
    expect(empty.runs.list()).toEqual([]);
  });
});

it('the inference engine killed in the middle of proposing costs one case, and the next is proposed', async () => {
  const own = await openHost(path.join(await temporaryFolder(), 'workspace'));
  await own.import({ paths: [await annotatedSquares(4)], annotations: null, as: 'truth' }, silent, never);
  const told: string[] = [];
  const stop = new AbortController();
  void own.service.watch({}, { signal: stop.signal, emit: (e) => { if (e.kind === 'engine') told.push(`${e.engine} ${e.state}`); } });
  const result = await own.propose(null, ({ done }) => { const pid = own.engines.pids()['inference']; if (done === 2 && pid !== undefined) process.kill(pid, 'SIGKILL'); }, never);
  expect(result).toMatchObject({ proposed: 3, failed: [{ error: { code: 'engine-failed', message: 'The inference engine stopped in the middle of its work.' } }] });
  expect(own.journal.cases().map((c) => c.status)).toEqual(['proposed', 'proposed', 'new', 'proposed']);
  expect(told).toEqual(['inference starting', 'inference ready', 'inference failed', 'inference starting', 'inference ready']);
  expect(await own.propose(null, silent, never)).toEqual({ proposed: 1, failed: [] });
  stop.abort();
});
