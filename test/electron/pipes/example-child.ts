// The example service as a child process. Its exit code says how many calls were aborted when its parent went away.
import { serve } from '../../../shared/rpc/serve.ts';
import { parentPipe } from '../../../electron/pipes/child-process.ts';
import { exampleContract, exampleService } from './example-service.ts';

process.exitCode = 0;
serve(exampleContract, exampleService(() => { process.exitCode = Number(process.exitCode) + 1; }), parentPipe());
