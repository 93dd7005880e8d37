// The basket: what lies in it stays in this browser.

const key = 'harbour-lamps-basket';

function basket() {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}');
  } catch {
    return {}; // storage is blocked, or holds something else: an empty basket
  }
}

function change(id, by) {
  const items = basket();
  const count = Math.max(0, (items[id] ?? 0) + by);
  if (count > 0) items[id] = count;
  else delete items[id];
  try {
    localStorage.setItem(key, JSON.stringify(items));
  } catch {
    // Storage is blocked: the basket stays empty, the shop goes on.
  }
  show();
}

function show() {
  const items = basket();
  const count = Object.values(items).reduce((sum, n) => sum + n, 0);
  const badge = document.querySelector('#basket-count');
  if (badge) badge.textContent = count > 0 ? `(${count})` : '';
  const list = document.querySelector('#basket');
  if (list) list.replaceChildren(table(items, JSON.parse(list.dataset.products)));
}

function table(items, products) {
  const chosen = products.filter(({ id }) => items[id] > 0);
  if (chosen.length === 0) return element('p', 'Nothing in it yet.');
  const rows = chosen.map(({ id, name, price }) => {
    const fewer = element('button', 'one less');
    fewer.className = 'plain';
    fewer.setAttribute('aria-label', `one ${name} less`);
    fewer.addEventListener('click', () => change(id, -1));
    const link = element('a', name);
    link.href = `/lamps/${id}`;
    return row(link, number(items[id]), number(`${items[id] * price} €`), fewer);
  });
  const total = chosen.reduce((sum, { id, price }) => sum + items[id] * price, 0);
  const whole = document.createElement('table');
  whole.append(...rows, row('Together', '', number(`${total} €`), ''));
  return whole;
}

function row(...cells) {
  const line = document.createElement('tr');
  for (const cell of cells) {
    if (cell instanceof HTMLTableCellElement) line.append(cell);
    else {
      const data = document.createElement('td');
      data.append(cell);
      line.append(data);
    }
  }
  return line;
}

function number(text) {
  const cell = element('td', String(text));
  cell.className = 'number';
  return cell;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

for (const button of document.querySelectorAll('[data-add]')) {
  button.addEventListener('click', () => {
    change(button.dataset.add, 1);
    const said = document.querySelector('.added');
    if (said) said.textContent = 'It is in your basket.';
  });
}
addEventListener('storage', show); // another tab
show();
