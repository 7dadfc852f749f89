// Items → the rows of a table's body. A row whose item is as it was stays as it is: whoever presses one of its buttons, or
// stands on it with the keyboard, is not disturbed by a refresh.

/** `compose`: item → row. `none`: the row that is shown when there are no items. */
export function fillRows(body, items, readKey, compose, none) {
  const known = new Map([...body.children].map((row) => [row.dataset.key, row]));
  const rows = items.map((item) => {
    const key = String(readKey(item));
    const shown = JSON.stringify(item);
    const before = known.get(key);
    if (before?.dataset.shown === shown) return before;
    const row = compose(item);
    Object.assign(row.dataset, { key, shown });
    if (before) replaceRow(before, row);
    return row;
  });
  const wanted = rows.length > 0 ? rows : [none];
  const left = [...body.children].filter((row) => !wanted.includes(row));
  for (const row of left) row.remove();
  // Only what is not in its place is moved: a row that is moved loses the focus.
  for (const [at, row] of wanted.entries()) {
    if (body.children[at] !== row) body.insertBefore(row, body.children[at] ?? null);
  }
}

function replaceRow(before, row) {
  const focused = [...before.querySelectorAll('button, a')].find((one) => one === document.activeElement);
  before.replaceWith(row);
  if (focused) find(row, focused.textContent)?.focus();
}

function find(row, label) {
  return [...row.querySelectorAll('button, a')].find(({ textContent }) => textContent === label);
}
