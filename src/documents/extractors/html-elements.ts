/** Elements whose content is no text of the document. */
export const leftOut = new Set(
  'script style nav noscript template svg math iframe object canvas audio video map select option datalist button dialog'.split(' '),
);

/** Elements that stand on lines of their own with an empty line around them. */
export const blocks = new Set(
  'address article aside blockquote body details dl fieldset figure footer form header hgroup hr html main ol p pre section table ul'.split(
    ' ',
  ),
);

/** Elements that stand on a line of their own. */
export const lines = new Set('caption dd div dt figcaption legend option summary tbody tfoot thead'.split(' '));

export const headingLevels: Readonly<Record<string, number>> = { h1: 1, h2: 2, h3: 3, h4: 4, h5: 5, h6: 6 };

/** Elements that never have an end tag. */
export const empties = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
