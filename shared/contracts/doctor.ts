// What the doctor asks an engine of its own: what this computer has, whether a device gives the processor's numbers, and
// operator by operator where it does not. A device that brings the process down takes this engine along and nothing else.
import { z } from 'zod';
import { device } from './inference.ts';

const place = z.enum(['device', 'processor', 'refused']);
export const operatorAnswer = z.object({ operator: z.string(), cases: z.number().int(), forward: place, gradient: place.nullable(), worst: z.number().nullable(), agrees: z.boolean(), problem: z.string().nullable() });
export type OperatorAnswer = z.infer<typeof operatorAnswer>;
export const selfTest = z.object({ name: device.shape.name, state: z.enum(['agrees', 'differs', 'fails']), worst: z.number().nullable(), problem: z.string().nullable() });
export type SelfTest = z.infer<typeof selfTest>;

export const doctorContract = {
  /** The devices that this platform's runtime may have, best first, and what else is at hand. */
  machine: { input: z.object({}), output: z.object({ runtime: z.string(), node: z.string(), platform: z.string(), processor: z.string(), threads: z.number().int(), memory: z.number(), freeMemory: z.number(), devices: z.array(device.shape.name) }) },
  /** A small network and its gradients on the device against the processor. */
  selfTest: { input: z.object({ device: device.shape.name }), output: selfTest },
  /** Every operator of the table; minutes on a slow device. */
  operators: { input: z.object({ device: device.shape.name }), event: z.object({ done: z.number().int(), of: z.number().int(), name: z.string() }), output: z.object({ operators: z.array(operatorAnswer) }) },
};
export type DoctorContract = typeof doctorContract;
