/** A menu on a native popover: opens under its button, arrows move, Esc and a press outside close. */
import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export interface MenuProps {
  /** What the button is called, unless its own words say it. */
  label?: string;
  button: ComponentChildren;
  buttonClass?: string | undefined;
  /** MenuItem, MenuLink, or a <div class="menu-row"> with other controls. */
  children: ComponentChildren;
}

const GAP_PX = 6;

export function Menu({ label, button, buttonClass = 'btn icon', children }: MenuProps) {
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const popover = useRef<HTMLDivElement>(null);
  return (
    <>
      <button
        ref={anchor}
        type="button"
        class={buttonClass}
        aria-label={label}
        aria-haspopup="true"
        popovertarget={id}
        data-tip={buttonClass.includes('icon') ? label : undefined}
      >
        {button}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys only move between the items, which are real controls */}
      <div
        ref={popover}
        id={id}
        class="menu"
        popover="auto"
        onToggle={(event) => {
          if (event.newState === 'open' && anchor.current !== null && popover.current !== null) {
            placeUnder(popover.current, anchor.current);
            itemsOf(popover.current)[0]?.focus();
          }
        }}
        onKeyDown={(event) => {
          if (popover.current !== null && moveFocus(popover.current, event.key)) event.preventDefault();
        }}
        onClick={(event) => {
          if (event.target instanceof Element && event.target.closest('.menu-item') !== null) {
            popover.current?.hidePopover();
          }
        }}
      >
        {children}
      </div>
    </>
  );
}

export function MenuItem({
  icon,
  children,
  onClick,
  danger = false,
}: {
  icon?: IconName | undefined;
  children: ComponentChildren;
  onClick: () => void;
  danger?: boolean | undefined;
}) {
  return (
    <button type="button" class={danger ? 'menu-item danger' : 'menu-item'} onClick={onClick}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function MenuLink({ icon, href, children }: { icon?: IconName; href: string; children: ComponentChildren }) {
  return (
    <a class="menu-item" href={href}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </a>
  );
}

/** Under the button, or above it where there is no room; never outside the window. */
function placeUnder(menu: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = at.left + width > innerWidth - GAP_PX ? at.right - width : at.left;
  const below = at.bottom + GAP_PX;
  const top = below + height > innerHeight - GAP_PX ? at.top - height - GAP_PX : below;
  menu.style.left = `${Math.max(GAP_PX, left)}px`;
  menu.style.top = `${Math.max(GAP_PX, top)}px`;
}

function moveFocus(menu: HTMLElement, key: string): boolean {
  const items = itemsOf(menu);
  const at = items.findIndex((item) => item.matches(':focus'));
  const target =
    key === 'ArrowDown'
      ? items[(at + 1) % items.length]
      : key === 'ArrowUp'
        ? items.at(at <= 0 ? -1 : at - 1)
        : key === 'Home'
          ? items[0]
          : key === 'End'
            ? items.at(-1)
            : undefined;
  target?.focus();
  return target !== undefined;
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('a, button:not(:disabled), select, input')];
}
