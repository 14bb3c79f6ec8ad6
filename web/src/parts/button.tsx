/** Buttons and links that look like buttons. */
import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.tsx';

type Press = (event: MouseEvent) => void;

interface Look {
  kind?: 'plain' | 'primary' | 'ghost' | 'danger' | undefined;
  size?: 'md' | 'sm' | 'lg' | undefined;
  icon?: IconName | undefined;
}

export interface ButtonProps extends Look {
  children: ComponentChildren;
  onClick?: Press | undefined;
  type?: 'button' | 'submit' | undefined;
  disabled?: boolean | undefined;
  /** Work is going on: the button stays in place, turns, and takes no second press. */
  busy?: boolean | undefined;
  class?: string | undefined;
  /** Ids and ARIA the button needs in its place (popovertarget, aria-expanded, …). */
  more?: JSX.IntrinsicElements['button'] | undefined;
}

export function Button({ children, kind, size, icon, busy = false, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      {...rest.more}
      type={type}
      class={`${lookOf({ kind, size })} ${rest.class ?? ''}`}
      disabled={rest.disabled}
      aria-busy={busy ? 'true' : undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    >
      {busy ? <Icon name="loader-circle" class="spin" /> : icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

export function LinkButton({ href, children, kind, size, icon }: Look & { href: string; children: ComponentChildren }) {
  return (
    <a class={lookOf({ kind, size })} href={href}>
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

export interface IconButtonProps extends Look {
  icon: IconName;
  /** The accessible name, also shown as a tooltip. */
  label: string;
  onClick?: Press | undefined;
  disabled?: boolean | undefined;
  pressed?: boolean | undefined;
  more?: JSX.IntrinsicElements['button'] | undefined;
}

export function IconButton({ icon, label, kind, size, onClick, disabled, pressed, more }: IconButtonProps) {
  return (
    <button
      {...more}
      type="button"
      class={`${lookOf({ kind, size })} icon`}
      aria-label={label}
      data-tip={label}
      disabled={disabled}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function lookOf({ kind = 'plain', size = 'md' }: Look): string {
  return `btn ${kind} ${size}`;
}
