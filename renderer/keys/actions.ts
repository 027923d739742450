// Every action of the program that a key can reach: what it is called, its usual keys, and where it can be asked for.
// The key handler, the palette, the chips on buttons, the sheet of keys and the settings read this table, so that a key
// that works is a key that is shown, and one that was changed is shown changed.
import { measurementKinds, type MeasurementKind } from '../../shared/domain/measurement.ts';
import type { Strategy } from '../../shared/domain/priority.ts';
import { languageNames, type useTranslations } from '../words/language.tsx';

export type Words = ReturnType<typeof useTranslations<never>>;

/** Where an action can be asked for. `unchosen` is the case while no region is chosen that arrows would move; `hand` is the case while a drawing tool is in hand: its keys come before the case's own. */
type Scope = 'everywhere' | 'worklist' | 'review' | 'image' | 'case' | 'unchosen' | 'hand' | 'decision' | 'training' | 'models' | 'comparison' | 'work';
/** The scopes whose actions can be asked for at one time: within one line a chord has one meaning. */
const together: readonly (readonly Scope[])[] = [
  ['everywhere', 'worklist'], ['everywhere', 'review', 'image', 'case'], ['everywhere', 'review', 'image', 'hand'], ['everywhere', 'review', 'image', 'unchosen'], ['everywhere', 'review', 'image', 'decision'],
  ['everywhere', 'training'], ['everywhere', 'models', 'image', 'comparison'], ['everywhere', 'work'],
];
export const canMeet = (a: ActionId, b: ActionId): boolean => together.some((line) => line.includes(actions[a].scope) && line.includes(actions[b].scope));

interface ActionKind {
  readonly group: Group;
  readonly scope: Scope;
  readonly keys: readonly string[];
  readonly name: (t: Words) => string;
  /** Works while one types in a field, too. */
  readonly whileTyping: boolean;
}

/** The headings under which actions are listed, in this order. */
const groupNames = ['program', 'worklist', 'review', 'slices', 'case', 'region', 'shape', 'tools', 'hand', 'image', 'why', 'decision', 'models', 'training', 'work', 'language'] as const;
export type Group = (typeof groupNames)[number];
export const groups: readonly Group[] = groupNames;
export const groupTitles: Readonly<Record<Group, (t: Words) => string>> = {
  program: (t) => t('shell.everywhere'), worklist: (t) => t('shell.room.worklist'), review: (t) => t('shell.room.review'), slices: (t) => t('slices.title'), case: (t) => t('review.thisCase'), region: (t) => t('keys.theRegion'), shape: (t) => t('keys.itsPlace'), tools: (t) => t('review.tools'),
  hand: (t) => t('keys.inHand'), image: (t) => t('keys.onTheImage'), why: (t) => t('why.title'), decision: (t) => t('blinded.title'), models: (t) => t('shell.room.models'), training: (t) => t('shell.room.training'), work: (t) => t('shell.room.work'), language: (t) => t('shell.language'),
};

type Name = ActionKind['name'];
const of = (group: Group, scope: Scope) => (name: Name, ...keys: string[]): ActionKind => ({ group, scope, keys, name, whileTyping: false });
const typing = (kind: ActionKind): ActionKind => ({ ...kind, whileTyping: true });
const program = of('program', 'everywhere'), tongue = of('language', 'everywhere'), worklist = of('worklist', 'worklist'), review = of('review', 'review'), slice = of('slices', 'case'), series = of('slices', 'review'), scroll = of('slices', 'unchosen'), study = of('case', 'case'), region = of('region', 'case'), shape = of('shape', 'case'), tool = of('tools', 'case');
const hand = of('hand', 'hand'), image = of('image', 'image'), levels = of('image', 'case'), why = of('why', 'case'), decision = of('decision', 'decision'), models = of('models', 'models'), comparison = of('models', 'comparison'), training = of('training', 'training'), work = of('work', 'work');
const order = (by: Strategy): ActionKind => worklist((t) => t('worklist.action.order', { order: t(`queue.strategy.${by}`) }));
const preset = (number: number): ActionKind => levels((t) => t('keys.windowNumber', { number }), String(number));
/** With the measuring tool in hand, a number says what is measured. */
const measuring = (kind: MeasurementKind): ActionKind => hand((t) => t(`measure.kind.${kind}`), String(measurementKinds.indexOf(kind) + 1)), measure = (kind: MeasurementKind): ActionKind => tool((t) => t(`measure.action.${kind}`));
const take = (number: number): ActionKind => decision((t) => t('blinded.action.take', { reader: t('blinded.reader', { number }) }), String(number));
/** An arrow moves the region and, with Ctrl, sizes it; with Shift by ten pixels. */
const moving = (to: 'Left' | 'Right' | 'Up' | 'Down') => ({ one: shape((t) => t(`review.action.move.${to}`), to), ten: shape((t) => t(`review.action.moveTen.${to}`), `Shift ${to}`), size: shape((t) => t(`review.action.size.${to}`), `Ctrl ${to}`), sizeTen: shape((t) => t(`review.action.sizeTen.${to}`), `Ctrl Shift ${to}`) });
const left = moving('Left'), right = moving('Right'), up = moving('Up'), down = moving('Down');

const table = {
  'program.palette': typing(program((t) => t('shell.commands'), 'Ctrl K')),
  'program.keys': typing(program((t) => t('keys.sheet'), 'F1', '?')),
  'program.saved': typing(program((t) => t('keys.saved'), 'Ctrl S')),
  'room.worklist': typing(program((t) => t('shell.goTo.worklist'), 'Alt 1')),
  'room.review': typing(program((t) => t('shell.goTo.review'), 'Alt 2')),
  'room.training': typing(program((t) => t('shell.goTo.training'), 'Alt 3')),
  'room.models': typing(program((t) => t('shell.goTo.models'), 'Alt 4')),
  'room.settings': typing(program((t) => t('shell.goTo.settings'), 'Alt 5')),
  'room.work': typing(program((t) => t('shell.goTo.work'), 'Alt 6')),
  'program.reader': program((t) => t('shell.changeReader')),
  'language.en': tongue(() => languageNames.en),
  'language.ja': tongue(() => languageNames.ja),

  'worklist.next': worklist((t) => t('worklist.action.next'), 'Down', 'J'),
  'worklist.previous': worklist((t) => t('worklist.action.previous'), 'Up', 'K'),
  'worklist.open': worklist((t) => t('worklist.action.open'), 'Enter'),
  'worklist.why': worklist((t) => t('worklist.action.why'), 'Y'),
  'worklist.find': worklist((t) => t('worklist.find'), '/'),
  'worklist.filters': worklist((t) => t('worklist.filters'), 'F'),
  'worklist.choose': worklist((t) => t('worklist.action.choose'), 'X'),
  'worklist.chooseDown': worklist((t) => t('worklist.action.chooseDown'), 'Shift Down'),
  'worklist.chooseUp': worklist((t) => t('worklist.action.chooseUp'), 'Shift Up'),
  'worklist.chooseAll': worklist((t) => t('worklist.action.chooseAll'), 'Ctrl A'),
  'worklist.chooseNone': worklist((t) => t('worklist.action.chooseNone'), 'Escape'),
  'worklist.import': worklist((t) => t('worklist.importFiles'), 'Ctrl O'),
  'worklist.importFolder': worklist((t) => t('worklist.action.importFolder'), 'Ctrl Shift O'),
  'worklist.proposeAll': worklist((t) => t('worklist.action.proposeAll'), 'P'),
  'worklist.phantoms': worklist((t) => t('worklist.tryPhantoms')),
  'worklist.order.expectedValue': order('expectedValue'), 'worklist.order.uncertainty': order('uncertainty'), 'worklist.order.disagreement': order('disagreement'),
  'worklist.order.diversity': order('diversity'), 'worklist.order.random': order('random'), 'worklist.order.oldest': order('oldest'),

  'review.nextCase': review((t) => t('review.nextCase'), 'PageDown'),
  'review.previousCase': review((t) => t('review.previousCase'), 'PageUp'),
  'slice.next': typing(series((t) => t('slices.action.next'), 'Alt PageDown')),
  'slice.previous': typing(series((t) => t('slices.action.previous'), 'Alt PageUp')),
  'prior.beside': series((t) => t('prior.action.open'), 'Shift P'),
  'prior.link': series((t) => t('prior.action.link'), 'Alt P'),
  'prior.next': series((t) => t('prior.action.next'), 'Shift PageDown'),
  'prior.previous': series((t) => t('prior.action.previous'), 'Shift PageUp'),
  'prior.nextSlice': series((t) => t('prior.action.nextSlice'), 'Alt Shift PageDown'),
  'prior.previousSlice': series((t) => t('prior.action.previousSlice'), 'Alt Shift PageUp'),
  'slice.down': scroll((t) => t('slices.action.down'), 'Down'),
  'slice.up': scroll((t) => t('slices.action.up'), 'Up'),
  'slice.first': series((t) => t('slices.action.first'), 'Home'),
  'slice.last': series((t) => t('slices.action.last'), 'End'),
  'cine.play': series((t) => t('slices.action.play'), 'Alt Y'),
  'cine.slower': series((t) => t('slices.action.slower'), '<'),
  'cine.faster': series((t) => t('slices.action.faster'), '>'),
  'cine.bounce': series((t) => t('slices.action.bounce')),
  'slice.copyNext': slice((t) => t('slices.action.copyNext'), 'J'),
  'slice.copyPrevious': slice((t) => t('slices.action.copyPrevious'), 'Shift J'),
  'slice.fill': slice((t) => t('slices.action.fill'), 'Alt J'),
  'slice.same': typing(slice((t) => t('slices.action.same'), 'Alt K')),

  'review.list': review((t) => t('keys.caseList'), 'L'),

  'case.signOff': typing(study((t) => t('review.action.signOff'), 'Ctrl Enter')),
  'case.acceptRemaining': study((t) => t('flow.action.acceptRemaining'), 'Shift A'),
  'case.undo': study((t) => t('review.undo'), 'Ctrl Z'),
  'case.redo': study((t) => t('review.redo'), 'Ctrl Y', 'Ctrl Shift Z'),
  'case.hide': study((t) => t('keys.hideOrShow'), 'H'),
  'case.propose': study((t) => t('review.propose'), 'P'),
  'case.reveal': study((t) => t('flow.action.reveal'), 'K'),
  'case.caption': study((t) => t('captions.action.image'), 'Shift E'),
  'case.comment': study((t) => t('flow.action.commentCase'), 'Shift C'),
  'case.history': study((t) => t('flow.action.history'), 'Shift H'),
  'case.regions': study((t) => t('flow.action.regions'), 'R'),
  'case.follow': study((t) => t('flow.action.follow'), 'Shift Z'),
  'case.assign': study((t) => t('blinded.action.assign')),
  'case.reopen': study((t) => t('review.action.reopen')),

  'region.accept': region((t) => t('review.action.accept'), 'A'),
  'region.reject': region((t) => t('review.action.reject'), 'X', 'Delete'),
  'region.rejectBecause': region((t) => t('flow.action.rejectBecause'), 'Shift X'),
  'region.ignore': region((t) => t('flow.action.ignore'), 'U'),
  'region.ignoreBecause': region((t) => t('flow.action.ignoreBecause'), 'Shift U'),
  'region.name': region((t) => t('review.action.name'), 'F'),
  'region.caption': region((t) => t('review.action.caption'), 'E'),
  'caption.fix': typing(region((t) => t('captions.action.fix'), 'Alt G')),
  'region.flag': region((t) => t('flow.action.flag'), 'Shift F'),
  'region.comment': region((t) => t('flow.action.comment'), 'C'),
  'region.nextUndecided': region((t) => t('review.action.nextUndecided'), 'Tab'),
  'region.previousUndecided': region((t) => t('review.action.previousUndecided'), 'Shift Tab'),
  'region.next': region((t) => t('review.action.next'), ']'),
  'region.previous': region((t) => t('review.action.previous'), '['),
  'region.lookAt': region((t) => t('review.action.lookAt'), 'Z'),
  'region.hide': region((t) => t('drawing.action.hideOne'), 'Alt H'),
  'region.lock': region((t) => t('drawing.action.lockOne'), 'Alt L'),
  'region.solo': region((t) => t('drawing.action.soloOne'), 'Alt S'),

  'region.left': left.one, 'region.right': right.one, 'region.up': up.one, 'region.down': down.one,
  'region.leftTen': left.ten, 'region.rightTen': right.ten, 'region.upTen': up.ten, 'region.downTen': down.ten,
  'region.narrower': left.size, 'region.wider': right.size, 'region.flatter': up.size, 'region.taller': down.size,
  'region.narrowerTen': left.sizeTen, 'region.widerTen': right.sizeTen, 'region.flatterTen': up.sizeTen, 'region.tallerTen': down.sizeTen,
  'region.size': shape((t) => t('drawing.action.size'), 'S'),
  'region.vertices': shape((t) => t('drawing.action.vertices'), 'Shift G'),
  'region.front': shape((t) => t('drawing.front'), 'Alt Up'),
  'region.back': shape((t) => t('drawing.back'), 'Alt Down'),

  'tool.select': tool((t) => t('review.action.select'), 'V', 'Escape'),
  'tool.window': tool((t) => t('review.action.window'), 'W'),
  'tool.pan': tool((t) => t('review.action.pan'), 'M'),
  'tool.measure': tool((t) => t('measure.action.tool'), 'Shift M'),
  'measure.length': measure('length'), 'measure.angle': measure('angle'), 'measure.cobb': measure('cobb'), 'measure.ellipse': measure('ellipse'), 'measure.rectangle': measure('rectangle'), 'measure.probe': measure('probe'),
  'measure.next': tool((t) => t('measure.action.next'), 'Alt M'),
  'measure.copy': study((t) => t('measure.action.copy')),
  'tool.box': tool((t) => t('review.action.add'), 'N'),
  'tool.ellipse': tool((t) => t('drawing.action.ellipse'), 'O'),
  'tool.polygon': tool((t) => t('drawing.action.polygon'), 'G'),
  'tool.freehand': tool((t) => t('drawing.action.freehand'), 'D'),
  'tool.brush': tool((t) => t('drawing.action.brush'), 'B'),
  'tool.eraser': tool((t) => t('drawing.action.eraser'), 'Shift B'),
  'tool.point': tool((t) => t('drawing.action.point'), 'T'),
  'tool.outline': tool((t) => t('drawing.action.outline'), 'Q'),

  'hand.inMiddle': hand((t) => t('review.action.addInMiddle'), 'Enter'),
  'hand.length': measuring('length'), 'hand.angle': measuring('angle'), 'hand.cobb': measuring('cobb'), 'hand.ellipse': measuring('ellipse'), 'hand.rectangle': measuring('rectangle'), 'hand.probe': measuring('probe'),
  'hand.larger': hand((t) => t('drawing.action.larger'), ']'),
  'hand.smaller': hand((t) => t('drawing.action.smaller'), '['),

  'image.fit': image((t) => t('stage.fit'), '='),
  'image.zoomIn': image((t) => t('stage.zoomIn'), '+'),
  'image.zoomOut': image((t) => t('stage.zoomOut'), '-'),
  'image.hold': image((t) => t('keys.hold'), 'Space'),
  'image.invert': levels((t) => t('stage.invert'), 'I'),
  'image.fileWindow': levels((t) => t('review.action.fileWindow'), '0'),
  'image.window1': preset(1), 'image.window2': preset(2), 'image.window3': preset(3), 'image.window4': preset(4),
  'image.words': levels((t) => t('corners.action.either'), 'Shift W'),
  'image.crosshair': levels((t) => t('prior.action.crosshair'), 'Shift T'),
  'image.window5': preset(5), 'image.window6': preset(6), 'image.window7': preset(7), 'image.window8': preset(8), 'image.window9': preset(9),
  'image.autoWindow': levels((t) => t('stage.autoWindow'), 'Alt W'),
  'image.nextMap': levels((t) => t('stage.nextMap'), 'Shift I'),
  'image.turnRight': levels((t) => t('stage.turn.right'), 'Shift R'),
  'image.turnLeft': levels((t) => t('stage.turn.left'), 'Alt R'),
  'image.flipAcross': levels((t) => t('stage.turn.across'), 'Shift V'),
  'image.flipDown': levels((t) => t('stage.turn.down'), 'Alt V'),
  'image.actual': levels((t) => t('stage.actual'), 'Alt 0'),
  'image.fitWidth': levels((t) => t('stage.fitWidth'), 'Alt ='),
  'image.magnify': levels((t) => t('stage.magnify'), 'Shift Q'),
  'image.overlays': levels((t) => t('stage.overlays'), 'Alt I'),
  'image.more': levels((t) => t('stage.more'), 'Alt U'),
  'image.reset': levels((t) => t('keys.reset')),

  'why.open': why((t) => t('why.action.open'), 'Y'),
  'why.heat': why((t) => t('why.action.show'), 'Shift Y'),
  'why.surroundings': why((t) => t('why.action.surroundings')),
  'why.pin': why((t) => t('why.action.pin')),
  'why.less': why((t) => t('why.action.less'), ','),
  'why.more': why((t) => t('why.action.more'), '.'),

  'decision.take1': take(1), 'decision.take2': take(2), 'decision.take3': take(3), 'decision.take4': take(4),
  'decision.nothing': decision((t) => t('blinded.action.nothing'), '0', 'X'),
  'decision.nextOpen': decision((t) => t('blinded.action.next'), 'Tab'),
  'decision.previousOpen': decision((t) => t('blinded.action.previous'), 'Shift Tab'),
  'decision.next': decision((t) => t('blinded.action.down'), ']'),
  'decision.previous': decision((t) => t('blinded.action.up'), '['),
  'decision.finish': decision((t) => t('blinded.action.finish'), 'Ctrl Enter'),

  'models.next': models((t) => t('models.action.next'), 'Down', ']'),
  'models.previous': models((t) => t('models.action.previous'), 'Up', '['),
  'models.promote': models((t) => t('models.action.promote', { version: '…' })),
  'models.refuse': models((t) => t('models.action.refuse', { version: '…' })),
  'models.rollBack': models((t) => t('models.action.rollBack')),
  'comparison.beside': comparison((t) => t('models.beside'), '1'),
  'comparison.swipe': comparison((t) => t('models.swipe'), '2'),
  'comparison.turns': comparison((t) => t('models.action.turns'), '3'),
  'comparison.lookAt': comparison((t) => t('models.action.lookAt'), 'Z'),

  'training.start': training((t) => t('training.action.start')),
  'training.pause': training((t) => t('training.action.pause')),
  'training.resume': training((t) => t('training.action.resume')),
  'work.mine': work((t) => t('work.action.mine')),
  'work.department': work((t) => t('work.action.department')),
  'work.again': work((t) => t('work.action.again'), 'R'),
} as const satisfies Readonly<Record<string, ActionKind>>;

export type ActionId = keyof typeof table;
export const actions: Readonly<Record<ActionId, ActionKind>> = table;
export const isActionId = (text: string): text is ActionId => Object.hasOwn(actions, text);
export const actionIds: readonly ActionId[] = Object.keys(actions).filter(isActionId);
