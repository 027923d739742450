// What the page may ask the inference engine itself: questions about an image. Which model answers is the host's
// choice, so loading is not passed on.
import { inferenceContract, type InferenceContract } from '../../shared/contracts/inference.ts';
import type { Service } from '../../shared/rpc/contract.ts';
import { serve } from '../../shared/rpc/serve.ts';
import type { Pipe } from '../../shared/rpc/pipe.ts';
import { AppError } from '../../shared/errors.ts';
import type { Host } from './open.ts';

export function serveInference(host: Host, pipe: Pipe): void {
  const engine = () => host.engines.inference(host.registry.folderOf(host.registry.champion));
  const service: Service<InferenceContract> = {
    load: async () => { throw new AppError('unauthorised', 'The host chooses the model.'); },
    propose: async (input) => (await engine()).propose({ findings: await host.runs.findings(), ...input }),
    describe: async (input) => (await engine()).describe({ findings: await host.runs.findings(), ...input }),
    explain: async (input) => (await engine()).explain({ findings: await host.runs.findings(), ...input }),
    outline: async (input) => (await engine()).outline(input),
    answer: async (input) => (await engine()).answer(input),
    embedImage: async (input) => (await engine()).embedImage(input),
    embedRegions: async (input) => (await engine()).embedRegions(input),
    embedTexts: async (input) => (await engine()).embedTexts(input),
  };
  serve(inferenceContract, service, pipe);
}
