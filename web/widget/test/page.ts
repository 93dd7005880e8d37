// As much of a document as drawing needs, in memory; it counts what is moved.

export class FakeNode extends EventTarget {
  parentNode: FakeNode | null = null;
  childNodes: FakeNode[] = [];
  readonly ownerDocument = fakeDocument;

  get firstChild(): FakeNode | null {
    return this.childNodes[0] ?? null;
  }
  get nextSibling(): FakeNode | null {
    const siblings = this.parentNode?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }
  get isConnected(): boolean {
    return true;
  }
  insertBefore(node: FakeNode, before: FakeNode | null): FakeNode {
    if (before !== null && before.parentNode !== this) throw new Error('not a child of this node');
    if (node.parentNode !== null) moves.count += 1;
    node.remove();
    const at = before === null ? this.childNodes.length : this.childNodes.indexOf(before);
    this.childNodes.splice(at, 0, node);
    node.parentNode = this;
    return node;
  }
  appendChild(node: FakeNode): FakeNode {
    return this.insertBefore(node, null);
  }
  removeChild(node: FakeNode): FakeNode {
    node.remove();
    return node;
  }
  remove(): void {
    if (this.parentNode === null) return;
    this.parentNode.childNodes = this.parentNode.childNodes.filter((node) => node !== this);
    this.parentNode = null;
  }
  /** As HTML, attributes in the order of their names. */
  get inner(): string {
    return this.childNodes.map(String).join('');
  }
}

class FakeText extends FakeNode {
  readonly nodeType = 3;
  data: string;
  constructor(text: string) {
    super();
    this.data = text;
  }
  override toString(): string {
    return this.data;
  }
}

export class FakeElement extends FakeNode {
  readonly nodeType = 1;
  readonly localName: string;
  readonly namespaceURI: string;
  readonly attributes = new Map<string, string>();
  value = '';
  constructor(namespace: string, name: string) {
    super();
    this.namespaceURI = namespace;
    this.localName = name;
  }
  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value));
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }
  override toString(): string {
    const attributes = [...this.attributes].sort().map(([name, value]) => ` ${name}="${value}"`);
    return `<${this.localName}${attributes.join('')}>${this.inner}</${this.localName}>`;
  }
}

/** How often a node that stood somewhere was put somewhere else. */
export const moves = { count: 0 };

export const fakeDocument = {
  createElement: (name: string) => new FakeElement('http://www.w3.org/1999/xhtml', name),
  createElementNS: (namespace: string, name: string) => new FakeElement(namespace, name),
  createTextNode: (text: string) => new FakeText(text),
};
