// The five messages of the protocol. `id` numbers the calls of one pipe from 1.
import { z } from 'zod';
import { wireError } from '../errors.ts';

export const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id: z.number().int(), method: z.string(), input: z.unknown() }),
  z.object({ kind: z.literal('cancel'), id: z.number().int() }),
  z.object({ kind: z.literal('event'), id: z.number().int(), event: z.unknown() }),
  z.object({ kind: z.literal('done'), id: z.number().int(), output: z.unknown() }),
  z.object({ kind: z.literal('failed'), id: z.number().int(), error: wireError }),
]);
export type Message = z.infer<typeof message>;
