// Elements of the page. Text from anywhere becomes text nodes and never markup.

export const find = (id) => document.getElementById(id);
export const text = (value) => document.createTextNode(value ?? '');

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function time(value) {
  if (!value) return text('—');
  return element('time', { dateTime: value, title: value }, new Date(value).toLocaleString());
}

export function status(label, kind) {
  return element('span', { className: `status ${kind}` }, label);
}

export function reason(message) {
  return element('span', { className: 'reason' }, text(message));
}

export function composeEmpty(columns, message) {
  return element('tr', {}, element('td', { colSpan: columns, className: 'empty' }, message));
}
