// A contract is one object a service: each method's input and output, and the events it may send while it works, as
// zod schemas. Both ends derive their types from it, so a wrong call does not compile and a wrong message is refused.
import type { z } from 'zod';

export interface Method<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, E extends z.ZodType = z.ZodType> { readonly input: I; readonly output: O; readonly event?: E }
export type Contract = Readonly<Record<string, Method>>;

type EventOf<M extends Method> = M extends { event: infer E extends z.ZodType } ? z.infer<E> : never;
export interface CallOptions<E> { readonly signal?: AbortSignal; readonly onEvent?: (event: E) => void }
export interface CallContext<E> { readonly signal: AbortSignal; readonly emit: (event: E) => void }

export type Client<C extends Contract> = { readonly [K in keyof C]: (input: z.infer<C[K]['input']>, options?: CallOptions<EventOf<C[K]>>) => Promise<z.infer<C[K]['output']>> };
export type Service<C extends Contract> = { readonly [K in keyof C]: (input: z.infer<C[K]['input']>, context: CallContext<EventOf<C[K]>>) => Promise<z.infer<C[K]['output']>> };
