// The main job on a page that speaks Japanese, by keyboard alone; what an input method composes is left alone; nothing
// is clipped, and everybody can use it. The switch is made in the middle of the work and loses nothing.
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { importFiles, press } from './as-a-person.ts';
import { expect, test } from './program.ts';
import { phantomFiles } from './studies.ts';

test.use({ salt: 'e2e-2' });

const rooms = ['症例一覧', '読影', '学習', 'モデル', '設定'] as const;
const inFront = (page: Page, name: (typeof rooms)[number]): Promise<void> => expect(page).toHaveTitle(`${name} · RegionMed Studio`);
/** Parts whose words do not fit into them, or that the window cuts off. Run in the page: text, because the tests have no DOM types. */
const clipped = (page: Page): Promise<unknown> => page.evaluate(`[...document.querySelectorAll('button:not(.change, .case-entry, .case-open, .region-line), .badge, .chip, th, dt, summary')].filter((e) => e.offsetParent !== null && (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline' || e.getBoundingClientRect().right > innerWidth + 1)).map((e) => e.textContent)`);

test('a case is read in Japanese without a mouse: the switch loses nothing, the input method keeps its keys, nothing is clipped', async ({ program }) => {
  const page = await program.start();
  await importFiles(page, await phantomFiles(path.join(program.workspace, '..', 'phantoms'), 1, 500), 'Proposals');
  await expect(page.getByText('1 case imported')).toBeVisible({ timeout: 60_000 });
  const [study] = program.stored().cases, before = program.stored().regions, [second] = before.slice(1);
  if (study === undefined || second === undefined || before.length < 3) throw new Error('the phantom has no three findings');

  await test.step('the page speaks Japanese at once', async () => {
    await page.evaluate('window.sameDocument = true');
    await press(page, '/');
    await page.keyboard.type(study.title.slice(0, 12));
    await press(page, 'ControlOrMeta+k');
    await page.keyboard.type('日本語');
    await press(page, 'Enter');
    await inFront(page, '症例一覧');
    await expect(page.locator('html')).toHaveAttribute('lang', 'ja');
    await expect(page.getByRole('searchbox', { name: '症例の検索' })).toHaveValue(study.title.slice(0, 12));
    expect(await page.evaluate('window.sameDocument')).toBe(true);
    await expect(page.getByText('1症例を取り込みました')).toBeVisible();
  });

  await test.step('correct', async () => {
    await expect(page.getByRole('listitem').filter({ hasText: study.title })).toBeVisible();
    await page.getByRole('searchbox', { name: '症例の検索' }).blur();
    await press(page, 'Enter');
    await expect(page.getByRole('application', { name: `${study.title} の画像` })).toHaveAttribute('data-ready', 'true');
    await expect(page.getByText('アノテーション支援であり、診断ではありません')).toBeVisible();
    await press(page, 'a');
    await expect(page.getByText(`${before.length}件中1件判定済み`, { exact: true })).toBeVisible();
  });

  await test.step('an input method composes: its Enter, Escape and letters do nothing else', async () => {
    const devtools = await page.context().newCDPSession(page);
    const caption = page.getByRole('textbox', { name: '所見文', exact: true });
    const compose = (text: string): Promise<unknown> => devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    await press(page, 'e');
    await press(page, 'ControlOrMeta+a');
    await compose('けっせつ');
    await press(page, 'Enter');
    await expect(caption).toBeFocused();
    await compose('けっせつ');
    await press(page, 'Escape');
    await expect(caption).toBeFocused();
    // As Windows reports the keys that a method takes: no letter, only the code 229.
    for (const key of ['Process', 'Enter']) await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: 'KeyA', windowsVirtualKeyCode: 229 });
    await expect(caption).toBeFocused();
    await devtools.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
    await caption.fill('');
    await devtools.send('Input.insertText', { text: '結節、右上葉' });
    expect(program.stored().regions.find((r) => r.id === second.id)?.caption).toBe(second.caption);
    await press(page, 'Enter');
    await expect.poll(() => program.stored().regions.find((r) => r.id === second.id)?.caption).toBe('結節、右上葉');
    await expect(page.getByRole('group', { name: '領域2、選択中' })).toContainText('修正：所見文');
  });

  await test.step('sign off: what is missing is said in Japanese, then it is done', async () => {
    await press(page, 'ControlOrMeta+Enter');
    await expect(page.getByRole('alert')).toContainText('この症例は署名確定されていません');
    await press(page, 'Tab');
    for (let open = before.length - 2; open > 0; open--) await press(page, 'a');
    await expect(page.getByText(`${before.length}件中${before.length}件判定済み`, { exact: true })).toBeVisible();
    await press(page, 'ControlOrMeta+Enter');
    await expect.poll(() => program.stored().cases[0]?.status).toBe('signed-off');
    await inFront(page, '学習');
  });

  await test.step('every room, also after a reload: accessible, and its words fit', async () => {
    await page.reload();
    await inFront(page, '学習');
    for (const [i, name] of rooms.entries()) {
      await press(page, `Alt+${i + 1}`);
      await inFront(page, name);
      if (name === '読影') await expect(page.getByRole('application')).toHaveAttribute('data-ready', 'true');
      await expect(page.getByRole('heading').first()).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      expect(violations.map((v) => `${name}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')}`)).toEqual([]);
      expect(await clipped(page), name).toEqual([]);
    }
  });

  await test.step('and English again', async () => {
    await page.getByRole('group', { name: '言語' }).getByRole('button', { name: 'English' }).click();
    await expect(page).toHaveTitle('Settings · RegionMed Studio');
    await expect(page.getByRole('heading', { name: 'Keys' })).toBeVisible();
    await expect(page.getByText('Everywhere')).toBeVisible();
  });
});
