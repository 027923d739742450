// A run in a process of its own, to be killed: `node barrier-child.ts CHECKPOINT`.
import { runBarrier } from './barrier.ts';

const [file = ''] = process.argv.slice(2);
await runBarrier(file);
