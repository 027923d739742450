// Starts the engines when they are first needed, hands out clients, and starts them again when they die. An engine's
// death fails its open calls with a word; it never takes the host along.
import { AppError } from '../../shared/errors.ts';
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

const stopped = (engine: EngineName) => () => new AppError('engine-failed', `The ${engine} engine stopped in the middle of its work.`);

export class Engines {
  readonly #start: StartEngine;
  readonly #workspace: string;
  readonly #tell: (event: Told) => void;
  readonly #processes = new Map<EngineName, EngineProcess>();
  #training: (Client<TrainingContract> & { close(): void }) | null = null;
  #inference: (Client<InferenceContract> & { close(): void }) | null = null;
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
  pids(): Record<string, number | undefined> { return Object.fromEntries([...this.#processes].map(([name, { pid }]) => [name, pid])); }

  training(): Client<TrainingContract> {
    if (this.#training === null) {
      this.#training = connect(trainingContract, this.#launch('training', () => { this.#training = null; }), stopped('training'));
      this.#tell({ kind: 'engine', engine: 'training', state: 'ready', message: '' });
    }
    return this.#training;
  }

  /** The inference engine with `bundle` loaded. */
  async inference(bundle: string): Promise<Client<InferenceContract>> {
    this.#inference ??= connect(inferenceContract, this.#launch('inference', () => { this.#inference = null; this.#loaded = null; }), stopped('inference'));
    const client = this.#inference;
    if (this.#loaded !== bundle) {
      this.#device = (await client.load({ bundle })).device;
      this.#loaded = bundle;
      this.#tell({ kind: 'engine', engine: 'inference', state: 'ready', message: '' });
    }
    return client;
  }

  #launch(name: EngineName, gone: () => void): Pipe {
    this.#tell({ kind: 'engine', engine: name, state: 'starting', message: '' });
    const started = this.#start(name, this.#workspace);
    this.#processes.set(name, started);
    started.onExit((reason) => {
      this.#processes.delete(name);
      gone();
      if (!this.#closing) this.#tell({ kind: 'engine', engine: name, state: 'failed', message: reason });
    });
    return started.pipe;
  }

  close(): void {
    this.#closing = true;
    this.#training?.close();
    this.#inference?.close();
    for (const { kill } of this.#processes.values()) kill();
    this.#processes.clear();
  }
}
