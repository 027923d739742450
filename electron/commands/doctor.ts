// What this computer can do for the program, said to whoever looks after it: versions, memory, each device with what its
// self-test said in the runtime's own words and, operator by operator, where a device's numbers differ from the
// processor's. Every device is tried in a process of its own.
import os from 'node:os';
import type { Progress } from '../../shared/contracts/host.ts';
import { doctorContract, type DoctorContract, type OperatorAnswer, type SelfTest } from '../../shared/contracts/doctor.ts';
import type { Device } from '../../shared/contracts/inference.ts';
import { AppError } from '../../shared/errors.ts';
import { connect } from '../../shared/rpc/connect.ts';
import type { Client } from '../../shared/rpc/contract.ts';
import type { forkEngine } from '../host/fork-engine.ts';

interface DeviceFound extends SelfTest { readonly operators: readonly OperatorAnswer[] | null }
type Machine = Awaited<ReturnType<Client<DoctorContract>['machine']>>;
export interface Found { readonly program: string; readonly machine: Machine; readonly devices: readonly DeviceFound[] }

/** @param device only this one. @param operators whether the table of operators is made, for every device that opens. */
export async function examine(start: typeof forkEngine, o: { readonly program: string; readonly device?: Device['name']; readonly operators: boolean }, onProgress: (p: Progress) => void): Promise<Found> {
  const asked = async <T>(ask: (engine: Client<DoctorContract>) => Promise<T>): Promise<T> => {
    const engine = connect(doctorContract, start('doctor', os.tmpdir()).pipe, () => new AppError('engine-failed', 'The process ended while it tried the device.'));
    try { return await ask(engine); } finally { engine.close(); }
  };
  const machine = await asked((e) => e.machine({}));
  const devices: DeviceFound[] = [];
  for (const name of o.device === undefined ? machine.devices : [o.device]) {
    const fails = (error: unknown): SelfTest => ({ name, state: 'fails', worst: null, problem: error instanceof Error ? error.message : String(error) });
    const test = await asked((e) => e.selfTest({ device: name })).catch(fails);
    const table = o.operators && test.state !== 'fails'
      ? await asked((e) => e.operators({ device: name }, { onEvent: ({ done, of, name: operator }) => { onProgress({ done, of, name: `${name}: ${operator}`, secondsLeft: null }); } })).catch((error: unknown) => fails(error).problem) : null;
    devices.push(typeof table === 'string' || table === null ? { ...test, problem: test.problem ?? table, operators: null } : { ...test, operators: table.operators });
  }
  return { program: o.program, machine, devices };
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;
const exponent = (v: number): string => v.toExponential(1);
const states: Readonly<Record<SelfTest['state'], string>> = { agrees: 'gives the processor\'s numbers', differs: 'GIVES OTHER NUMBERS and is not used', fails: 'does not work here' };
const places = { device: 'device', processor: 'processor', refused: 'refused' } as const;

/** One line an operator: forward and gradient run on the device, on the processor instead, or not at all. */
function tableWords(operators: readonly OperatorAnswer[]): string[] {
  const line = (a: OperatorAnswer): string => `    ${a.operator.padEnd(26)}${places[a.forward].padEnd(11)}${(a.gradient === null ? '-' : places[a.gradient]).padEnd(11)}${(a.worst === null ? '-' : exponent(a.worst)).padEnd(9)}${a.agrees ? '' : a.problem ?? 'DIFFERS'}`.trimEnd();
  const wrong = operators.filter((a) => !a.agrees).length, moved = operators.filter((a) => a.forward === 'processor' || a.gradient === 'processor').length;
  return [`    ${'operator'.padEnd(26)}${'forward'.padEnd(11)}${'gradient'.padEnd(11)}${'differs'.padEnd(9)}`, ...operators.map(line), `    ${operators.length} operators: ${operators.length - wrong} agree, ${wrong} do not, ${moved} run on the processor instead`];
}

export function words({ program, machine, devices }: Found): string {
  return [
    `RegionMed Studio ${program}, onnxruntime ${machine.runtime}, Node ${machine.node}`, `${machine.platform}: ${machine.processor}, ${machine.threads} threads, ${gigabytes(machine.memory)} memory, ${gigabytes(machine.freeMemory)} free`,
    'Devices, best first:',
    ...devices.flatMap((d) => [`  ${d.name.padEnd(8)}${states[d.state]}${d.worst === null ? '' : ` (differs by ${exponent(d.worst)})`}${d.problem === null ? '' : `\n          ${d.problem}`}`, ...(d.operators === null ? [] : tableWords(d.operators))]),
  ].join('\n');
}
