// a mod b = a - b n with a whole n, so d = da - n db. Of floats (fmod).
import type { Rule } from '../rule.ts';

export const Mod: Rule = ({ g, grad, input, output: y, needs }) => [grad, needs[1] === true ? g.neg(g.mul(grad, g.div(g.sub(input(0), y), input(1)))) : null];
