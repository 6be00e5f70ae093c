/** Creates an element with properties, `on…` listeners and attributes. Children are text, elements, lists or null. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  set(element, props);
  add(element, children);
  return element;
}

/** Creates an SVG element. */
export function svg(tag, props = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(props)) {
    if (value != null) element.setAttribute(name, value);
  }
  add(element, children);
  return element;
}

function set(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value == null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child != null && child !== false) element.append(child);
  }
}

/**
 * Replaces the children. Keeps the focus, the scroll position, the open state of elements with a
 * data-key, and a text selection.
 */
export function replace(container, ...children) {
  const selection = document.getSelection();
  if (selection && !selection.isCollapsed && container.contains(selection.anchorNode)) return;
  const active = document.activeElement;
  const key = container.contains(active) ? active.dataset.key : null;
  const open = [...container.querySelectorAll('details[open][data-key]')].map(d => d.dataset.key);
  const scrolled = new Map([...container.querySelectorAll('.scroll[data-key]')].map(e => [e.dataset.key, e.scrollLeft]));
  container.replaceChildren();
  add(container, children);
  for (const element of container.querySelectorAll('.scroll[data-key]')) {
    element.scrollLeft = scrolled.get(element.dataset.key) ?? 0;
  }
  for (const details of container.querySelectorAll('details[data-key]')) {
    if (open.includes(details.dataset.key)) details.open = true;
  }
  if (key) container.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({preventScroll: true});
}

/** Creates a table. Columns are {name, number, title}, rows are lists of cells. */
export function table(columns, rows, {caption, shown, empty} = {}) {
  return h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption, 'data-key': `region ${caption}`},
    h('table', {},
      caption ? h('caption', {class: shown ? null : 'unseen'}, caption) : null,
      h('thead', {}, h('tr', {}, columns.map(column =>
        h('th', {scope: 'col', class: column.number ? 'number' : null, title: column.title}, column.name)))),
      h('tbody', {}, rows.length
        ? rows.map(cells => h('tr', {class: cells.className}, cells.map((cell, i) =>
          h(i === 0 ? 'th' : 'td', {scope: i === 0 ? 'row' : null, class: columns[i].number ? 'number' : null}, cell))))
        : h('tr', {}, h('td', {colspan: columns.length, class: 'empty'}, empty ?? 'None')))));
}

/** Shows how far a job is. */
export function progressView(what, status) {
  const percent = /(\d+) %/.exec(status.progress ?? '')?.[1];
  return h('p', {class: 'busy'}, h('progress', percent ? {max: 100, value: percent, 'aria-label': what} : {'aria-label': what}),
    ` ${what}: ${status.seconds} s${status.progress ? ` · ${status.progress}` : ''}`);
}

/** Asks in a dialog. Returns whether the action was chosen; Escape cancels. */
export function confirmed(question, action, ...content) {
  return new Promise(resolve => {
    const dialog = h('dialog', {class: 'wide', id: 'confirm', 'aria-labelledby': 'confirm-title'},
      h('form', {method: 'dialog'},
        h('h2', {id: 'confirm-title'}, question),
        content,
        h('div', {class: 'bar actions'},
          h('button', {value: 'yes', class: 'primary', id: 'confirm-yes', autofocus: true}, action),
          h('button', {value: 'no'}, 'Cancel'))));
    const before = document.activeElement;
    dialog.addEventListener('close', () => {
      dialog.remove();
      before?.focus?.({preventScroll: true});
      resolve(dialog.returnValue === 'yes');
    }, {once: true});
    document.body.append(dialog);
    dialog.showModal();
  });
}
