// Starts the engines when they are first needed, hands out clients, and starts them again when they die. An engine's
// death fails its open calls with a word; it never takes the host along.
import type { Pipe } from '../../shared/rpc/pipe.ts';
import { connect } from '../../shared/rpc/connect.ts';
import type { Client } from '../../shared/rpc/contract.ts';
import { inferenceContract, type Device, type InferenceContract } from '../../shared/contracts/inference.ts';
import { trainingContract, type TrainingContract } from '../../shared/contracts/training.ts';
import type { HostEvent } from '../../shared/contracts/host.ts';

export type EngineName = 'inference' | 'training';
export interface EngineProcess { readonly pipe: Pipe; readonly pid: number | undefined; readonly kill: () => void; readonly onExit: (listener: (reason: string) => void) => void }
/** How this host starts an engine: a utility process on the desktop, a fork elsewhere. */
export type StartEngine = (engine: EngineName, workspace: string) => EngineProcess;

type Told = Extract<HostEvent, { kind: 'engine' }>;

export class Engines {
  readonly #start: StartEngine;
  readonly #workspace: string;
  readonly #tell: (event: Told) => void;
  readonly #running = new Map<EngineName, { process: EngineProcess; client: { close(): void } }>();
  #loaded: string | null = null;
  #device: Device | null = null;
  #closing = false;

  constructor(start: StartEngine, workspace: string, tell: (event: Told) => void) {
    this.#start = start;
    this.#workspace = workspace;
    this.#tell = tell;
  }

  /** The device the inference engine found, once it has loaded a model. */
  get device(): Device | null { return this.#device; }
  pids(): Record<string, number | undefined> { return Object.fromEntries([...this.#running].map(([name, { process }]) => [name, process.pid])); }

  training(): Client<TrainingContract> { return this.#client('training', (pipe) => connect(trainingContract, pipe)); }

  /** The inference engine with `bundle` loaded. */
  async inference(bundle: string): Promise<Client<InferenceContract>> {
    const client = this.#client('inference', (pipe) => connect(inferenceContract, pipe));
    if (this.#loaded !== bundle) {
      this.#device = (await client.load({ bundle })).device;
      this.#loaded = bundle;
      this.#tell({ kind: 'engine', engine: 'inference', state: 'ready', message: '' });
    }
    return client;
  }

  #client<C extends { close(): void }>(name: EngineName, connectTo: (pipe: Pipe) => C): C {
    const known = this.#running.get(name);
    // The map is filled by this function alone, with what the same call made.
    if (known !== undefined) return known.client as C;
    this.#tell({ kind: 'engine', engine: name, state: 'starting', message: '' });
    const process = this.#start(name, this.#workspace);
    const client = connectTo(process.pipe);
    this.#running.set(name, { process, client });
    process.onExit((reason) => {
      this.#running.delete(name);
      if (name === 'inference') this.#loaded = null;
      if (!this.#closing) this.#tell({ kind: 'engine', engine: name, state: 'failed', message: reason });
    });
    // The inference engine is ready when it has loaded a model.
    if (name === 'training') this.#tell({ kind: 'engine', engine: name, state: 'ready', message: '' });
    return client;
  }

  close(): void {
    this.#closing = true;
    for (const { process, client } of this.#running.values()) { client.close(); process.kill(); }
    this.#running.clear();
  }
}
