// A button that saves a text as a file.
import type { ReactNode } from 'react';

export function Download({ name, text, small = false, children }: { name: string; text: () => string; small?: boolean; children: ReactNode }): ReactNode {
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([text()], { type: 'text/plain;charset=utf-8' })), link = document.createElement('a');
    link.href = url; link.download = name; link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return <button type="button" className={small ? 'btn small' : 'btn'} onClick={save}>{children}</button>;
}
