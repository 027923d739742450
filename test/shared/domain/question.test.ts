// What a question lets one choose from, and when two answers are the same.
import { describe, expect, test } from 'vitest';
import { answerKey, choicesOf, kindOf } from '../../../shared/domain/question.ts';

describe('questions', () => {
  test.each<[string, readonly string[] | null]>([
    ['Is this a PA or AP film?', ['PA', 'AP', 'yes', 'no']], ['Is the mass solid or cystic?', ['solid', 'cystic', 'yes', 'no']], ['Was this an MRI or a CT scan?', ['MRI', 'CT', 'yes', 'no']], ['Is there a mass or a lesion?', ['mass', 'lesion', 'yes', 'no']], ['Is there a mass?', ['yes', 'no']], ['Does the heart look enlarged?', ['yes', 'no']],
    ['Which side is it on, left or right?', ['left', 'right']], ['Where is the lesion?', null], ['What is seen?', null], ['Or', null], ['Is it or not?', ['yes', 'no']],
  ])('%s', (text, choices) => { expect(choicesOf(text)).toEqual(choices); });
  test('closed when the answer is among the choices, or is yes or no', () => {
    expect([kindOf('Is this a PA or AP film?', 'pa'), kindOf('Is this a PA or AP film?', 'lateral'), kindOf('What?', 'Yes.'), kindOf('Where is it?', 'left')]).toEqual(['closed', 'open', 'closed', 'open']);
  });
});

describe('answers', () => {
  test('case, punctuation and filler do not matter', () => {
    expect(['The right side.', ' RIGHT', 'right-sided'].map(answerKey)).toEqual(['right', 'right', 'right-sided']);
    expect(answerKey('5.6cm focal, predominantly hypodense')).toBe('5.6cm focal predominantly hypodense');
    expect(answerKey('The')).toBe('the');
    expect(answerKey('Ödem')).not.toBe(answerKey('Odem'));
  });
});
