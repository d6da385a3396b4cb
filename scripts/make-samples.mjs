// Makes the PDFs of data/samples from their texts in scripts/samples. The same text gives the same bytes: run it after
// changing a text, and commit both. `npm run demo` reads the PDFs as they are and needs none of this.
//
//     node scripts/make-samples.mjs [another folder]
//
// A text is a small part of Markdown: `# ` the title, `## ` a heading, `- ` and `1. ` lists, `|` tables, `---` a new page.
import { createWriteStream, readFileSync, readdirSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import path from 'node:path';
import PDFDocument from 'pdfkit';

const sources = path.join(import.meta.dirname, 'samples');
const target = process.argv[2] ?? path.join(import.meta.dirname, '../data/samples');
const margin = 62;
// a fixed date, since the date of the run would make other bytes each time
const madeAt = new Date('2026-06-01T09:00:00Z');

for (const name of readdirSync(sources).filter((file) => file.endsWith('.md'))) {
  await make(path.join(sources, name), path.join(target, name.replace(/\.md$/, '.pdf')));
}

async function make(source, pdfPath) {
  const text = readFileSync(source, 'utf8').trim();
  const foreign = /[^\n\x20-\x7e\u00a1-\u00ff€–‘’“”…]/.exec(text);
  if (foreign) throw new Error(`${source}: the PDF's standard fonts have no ${JSON.stringify(foreign[0])}`);
  const title = /^# (.+)$/m.exec(text)[1];
  const pages = text.split(/\n---\n/);
  const pdf = new PDFDocument({
    size: 'A4',
    margin,
    lang: 'en',
    compress: false, // zlib's output is another one from version to version
    info: { Title: title, Author: 'Tarnbeck Coffee Systems', Subject: 'Alder office coffee machines', CreationDate: madeAt },
  });
  const written = finished(pdf.pipe(createWriteStream(pdfPath)));
  pages.forEach((page, index) => {
    if (index > 0) pdf.addPage();
    for (const block of page.trim().split(/\n\n+/)) draw(pdf, block);
    if (pdf.bufferedPageRange().start + 1 !== 1 + index) throw new Error(`${source}: page ${index + 1} does not fit on one sheet`);
    drawFooter(pdf, `${title}   ·   Page ${index + 1} of ${pages.length}`);
  });
  pdf.end();
  await written;
  console.log(`${path.relative(process.cwd(), pdfPath)}: ${pages.length} pages`);
}

function draw(pdf, block) {
  if (block.startsWith('# ')) {
    pdf.font('Helvetica-Bold').fontSize(19).text(block.slice(2)).moveDown(0.8);
  } else if (block.startsWith('## ')) {
    pdf.moveDown(0.3).font('Helvetica-Bold').fontSize(15).text(block.slice(3)).moveDown(0.4);
  } else if (block.startsWith('|')) {
    drawTable(pdf, block);
  } else if (/^(- |\d+\. )/.test(block)) {
    for (const line of block.split('\n')) {
      const [, mark, item] = /^(-|\d+\.) (.*)$/.exec(line);
      const y = pdf.y;
      body(pdf).text(mark === '-' ? '•' : mark, margin, y, { width: 16, lineBreak: false });
      body(pdf).text(item, margin + 18, y, { lineGap: 2 });
      pdf.x = margin;
      pdf.moveDown(0.25);
    }
    pdf.moveDown(0.4);
  } else {
    body(pdf).text(block.replaceAll('\n', ' '), { lineGap: 2 }).moveDown(0.7);
  }
}

function drawTable(pdf, block) {
  const rows = block
    .split('\n')
    .filter((line) => !/^\|[ -]+\|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const width = (pdf.page.width - 2 * margin) / rows[0].length;
  rows.forEach((cells, row) => {
    const y = pdf.y;
    cells.forEach((cell, column) => {
      body(pdf).font(row === 0 ? 'Helvetica-Bold' : 'Helvetica');
      pdf.text(cell, margin + column * width, y, { width: width - 8, lineBreak: false });
    });
    pdf.x = margin;
    pdf.y = y + 17;
  });
  pdf.moveDown(0.7);
}

function drawFooter(pdf, text) {
  const bottom = pdf.page.margins.bottom;
  pdf.page.margins.bottom = 0; // else pdfkit takes a footer for a reason to begin a new page
  pdf
    .font('Helvetica')
    .fontSize(8)
    .text(text, margin, pdf.page.height - 40, { align: 'center', lineBreak: false });
  pdf.page.margins.bottom = bottom;
  pdf.x = margin;
}

function body(pdf) {
  return pdf.font('Helvetica').fontSize(10.5);
}
