/* A piece of a page as the service rendered and escaped it; scripts in it never run. */

export const rendered = (html) => {
  const piece = document.createDocumentFragment();
  piece.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  return piece;
};
