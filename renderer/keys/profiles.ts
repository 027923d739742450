// Keys for who comes from another program: what its people press most means the same here. Only what differs from the
// usual keys is said. The conventions are those of OHIF Viewer 3 (hotkeys and mouse bindings of its basic mode), CVAT
// (annotation view), Prodigy (annotation interface) and Label Studio (labelling view); where one of them has no
// equivalent here, the usual key stays, or gives way to another that is free.
import type { ActionId } from './actions.ts';

export const profileNames = ['regionmed', 'ohif', 'cvat', 'prodigy', 'labelStudio'] as const;
export type ProfileName = (typeof profileNames)[number];
export interface Profile {
  readonly keys: Readonly<Partial<Record<ActionId, readonly string[]>>>;
  /** What the left button does when it is dragged beside all regions with the select tool. */
  readonly leftDrag: 'pan' | 'window';
}

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  regionmed: { keys: {}, leftDrag: 'pan' },
  // Space resets the viewport, Enter accepts a preview, Backspace deletes, E is the eraser; the left button windows. R and
  // L turn, H and V flip, C plays; what had these keys here has others.
  ohif: { leftDrag: 'window', keys: {
    'image.reset': ['Space'], 'image.hold': [], 'region.accept': ['A', 'Enter'], 'region.reject': ['X', 'Backspace', 'Delete'], 'tool.eraser': ['E', 'Shift B'], 'region.caption': ['F2'],
    'image.turnRight': ['R', 'Shift R'], 'image.turnLeft': ['L', 'Alt R'], 'image.flipAcross': ['H', 'Shift V'], 'image.flipDown': ['V', 'Alt V'], 'cine.play': ['C', 'Alt Y'],
    'case.regions': ['Alt Shift R'], 'review.list': ['Shift L'], 'case.hide': ['Ctrl H'], 'tool.select': ['Escape', 'Shift S'], 'region.comment': ['Alt C'],
  } },
  // F and D are the next and the previous image, Tab the next object, L and H lock and hide it, Ctrl B propagates it.
  cvat: { leftDrag: 'pan', keys: {
    'review.nextCase': ['F', 'PageDown'], 'review.previousCase': ['D', 'PageUp'], 'region.name': ['Shift N'], 'tool.freehand': ['Shift D'], 'region.lock': ['L', 'Alt L'], 'review.list': ['Shift L'], 'region.hide': ['H', 'Alt H'], 'case.hide': ['Ctrl H'],
    'region.next': ['Tab', ']'], 'region.previous': ['Shift Tab', '['], 'region.nextUndecided': ['J'], 'region.previousUndecided': ['Shift J'], 'case.redo': ['Ctrl Shift Z', 'Ctrl Y'], 'slice.copyNext': ['Ctrl B'], 'slice.copyPrevious': ['Ctrl Shift B'],
  } },
  // A accepts, X rejects, Space ignores, Backspace and Delete undo, F flags, H helps.
  prodigy: { leftDrag: 'pan', keys: {
    'region.reject': ['X'], 'region.ignore': ['Space', 'U'], 'image.hold': [], 'case.undo': ['Backspace', 'Delete', 'Ctrl Z'], 'region.flag': ['F', 'Shift F'], 'region.name': ['Shift N'], 'program.keys': ['H', 'F1', '?'], 'case.hide': ['Ctrl H'],
  } },
  // Ctrl Space skips the task.
  labelStudio: { leftDrag: 'pan', keys: { 'review.nextCase': ['Ctrl Space', 'PageDown'] } },
};
