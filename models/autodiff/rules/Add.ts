// d(a + b) = da + db.
import type { Rule } from '../rule.ts';

export const Add: Rule = ({ grad }) => [grad, grad];
