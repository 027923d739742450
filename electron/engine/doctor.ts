// The doctor's engine: tries devices in a process of its own, since one that fails may end it.
import os from 'node:os';
import { doctorContract, type DoctorContract } from '../../shared/contracts/doctor.ts';
import type { Service } from '../../shared/rpc/contract.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { selfTest } from '../../models/runtime/device.ts';
import { agrees, operatorTable } from '../../models/runtime/operator-table.ts';
import { candidateDevices, runtimeVersion } from '../../models/runtime/session.ts';
import { hostPipe, reportBug } from './parent.ts';

const service: Service<DoctorContract> = {
  async machine() {
    const [first] = os.cpus();
    return { runtime: runtimeVersion, node: process.version, platform: `${os.platform()} ${os.arch()} ${os.release()}`, processor: first?.model.trim() ?? 'unknown', threads: os.availableParallelism(), memory: os.totalmem(), freeMemory: os.freemem(), devices: candidateDevices() };
  },
  selfTest: ({ device }) => selfTest(device),
  async operators({ device }, { emit }) {
    const table = await operatorTable(device, undefined, (answer, done, of) => { emit({ done, of, name: answer.operator }); });
    return { operators: table.map((a) => ({ ...a, agrees: agrees(a) })) };
  },
};

serve(doctorContract, service, hostPipe(), { onBug: reportBug });
