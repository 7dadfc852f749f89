// The repository of the demo, and a pull request in two steps: vouchers at the checkout, with mistakes that people
// do make.
import { readFileSync } from 'node:fs';
import type { CommitInput } from '../github/local-github.ts';

type Files = CommitInput['files'];

/** The workflow as users are told to add it. */
export const WORKFLOW: Files = {
  '.github/workflows/nectr.yml': readFileSync(
    new URL('../../docs/samples/nectr.yml', import.meta.url),
    'utf8',
  ),
};

const DATABASE = `import { connect } from './driver.js';

const database = connect(process.env.DATABASE_URL);

/** Rows of a statement; values for its placeholders come second. */
export function query(sql, values = []) {
  return database.all(sql, values);
}
`;

const CHECKOUT = `import { findOrder, saveOrder } from './orders.js';

/** Total in cents. */
export function total(items) {
  return items.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0);
}

export async function checkout(orderId) {
  const order = await findOrder(orderId);
  if (!order) throw new Error(\`no order \${orderId}\`);
  order.totalCents = total(order.items);
  await saveOrder(order);
  return order;
}
`;

export const SHOP: Files = {
  'README.md': '# shop\n\nSells things.\n',
  'src/checkout.js': CHECKOUT,
  'src/database.js': DATABASE,
  ...WORKFLOW,
};

const WITH_VOUCHERS = CHECKOUT.replace(
  "from './orders.js';\n",
  "from './orders.js';\nimport { findVoucher } from './vouchers.js';\n",
)
  .replace('checkout(orderId)', 'checkout(orderId, voucherCode)')
  .replace(
    '  await saveOrder(order);\n',
    `  if (voucherCode) {
    const voucher = await findVoucher(voucherCode);
    order.totalCents -= voucher.amountCents;
  }
  saveOrder(order);
`,
  );

const VOUCHERS = `import { query } from './database.js';

export async function findVoucher(code) {
  const rows = await query(\`SELECT * FROM vouchers WHERE code = '\${code}'\`);
  return rows[0];
}
`;

export const FIRST_COMMIT: CommitInput = {
  message: 'Take vouchers at the checkout',
  author: 'mona',
  files: { 'src/checkout.js': WITH_VOUCHERS, 'src/vouchers.js': VOUCHERS },
};

export const SECOND_COMMIT: CommitInput = {
  message: 'Bind the voucher code, and mark it as used',
  author: 'mona',
  files: {
    'src/checkout.js': WITH_VOUCHERS.replace('findVoucher }', 'findVoucher, markUsed }')
      .replace(
        'order.totalCents -= voucher.amountCents;\n',
        `order.totalCents -= voucher.amountCents;
    await markUsed(voucher).catch(() => {});
`,
      )
      .replace('  saveOrder(order)', '  await saveOrder(order)'),
    'src/vouchers.js': `import { query } from './database.js';

export async function findVoucher(code) {
  const rows = await query('SELECT * FROM vouchers WHERE code = ?', [code]);
  return rows[0];
}

export async function markUsed({ id }) {
  await query('UPDATE vouchers SET used = 1 WHERE id = ?', [id]);
}
`,
  },
};

export const PULL_REQUEST = {
  title: 'Take vouchers at the checkout',
  body: 'Customers can enter a voucher code. Its amount is taken off the total.',
};
