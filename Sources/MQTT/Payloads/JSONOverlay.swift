/// The names on the way to what a mapping must remember of the messages before: of a delta message only units and
/// the like are wanted later, not its values.
struct RememberedNames: Sendable {
  private(set) var children: [(name: [UInt8], below: RememberedNames)] = []

  init(_ paths: [CompiledPath]) {
    for path in paths { add(path.steps[...]) }
  }

  private init() {}

  /// An element of a list is remembered with its whole list.
  private mutating func add(_ steps: ArraySlice<CompiledPath.Step>) {
    guard case .name(let name)? = steps.first else { return }
    if let known = children.firstIndex(where: { $0.name == name }) {
      children[known].below.add(steps.dropFirst())
    } else {
      var below = RememberedNames()
      below.add(steps.dropFirst())
      children.append((name, below))
    }
  }
}

/// What the delta messages of one topic said so far, merged: objects merge member by member, everything else replaces
/// what was there. A null replaces too: Shelly sends it as a value, so nothing is removed (unlike RFC 7396).
struct JSONOverlay {
  /// Largest merged object, in bytes of its values.
  static let maximumBytes = 256 * 1024

  indirect enum Node {
    case missing
    /// In the order of ``RememberedNames/children``.
    case object([Node])
    case leaf(JSONDocument)
    /// The name stood twice in the message.
    case ambiguous
  }

  let names: RememberedNames
  private(set) var root: Node = .missing
  private(set) var bytes = 0

  init(_ names: RememberedNames) { self.names = names }

  /// - Returns: false where the merged object would be larger than the bound; then nothing is remembered any more.
  mutating func merge(_ message: JSONItem) -> Bool {
    Self.merge(message, names, into: &root, &bytes)
    guard bytes > Self.maximumBytes else { return true }
    root = .missing
    bytes = 0
    return false
  }

  /// The depth is that of the paths.
  private static func merge(_ item: JSONItem, _ names: RememberedNames, into node: inout Node, _ bytes: inout Int) {
    guard item.kind == .object else {
      if case .leaf(let former) = node, item.isWritten(as: former) { return }
      replace(&node, with: .leaf(item.copied), &bytes)
      return
    }
    var children: [Node]
    if case .object(let former) = node {
      children = former
      // Releases the list that is about to change, so that it is changed in place.
      node = .missing
    } else {
      children = Array(repeating: .missing, count: names.children.count)
      replace(&node, with: .missing, &bytes)
    }
    for (place, child) in names.children.enumerated() {
      switch item.child(.name(child.name)) {
      case .found(let value): merge(value, child.below, into: &children[place], &bytes)
      case .ambiguous: replace(&children[place], with: .ambiguous, &bytes)
      case .missing: break
      }
    }
    node = .object(children)
  }

  private static func replace(_ node: inout Node, with new: Node, _ bytes: inout Int) {
    bytes += size(of: new) - size(of: node)
    node = new
  }

  private static func size(of node: Node) -> Int {
    switch node {
    case .missing, .ambiguous: 0
    case .leaf(let document): document.bytes.count
    case .object(let children): children.reduce(0) { $0 + size(of: $1) }
    }
  }
}

extension JSONItem {
  private var quotes: Int { kind == .string ? 1 : 0 }

  fileprivate func isWritten(as document: JSONDocument) -> Bool {
    let (start, end) = (Int(token.start) - quotes, Int(token.end) + quotes)
    return end - start == document.bytes.count && self.document.bytes[start..<end].elementsEqual(document.bytes)
  }

  /// The value as a document of its own, so that it keeps no larger one alive.
  fileprivate var copied: JSONDocument {
    let start = Int(token.start) - quotes
    let own = document.tokens[index..<Int(token.next)].map { token in
      var moved = token
      moved.start -= UInt32(start)
      moved.end -= UInt32(start)
      moved.next -= UInt32(index)
      return moved
    }
    return JSONDocument(bytes: Array(document.bytes[start..<(Int(token.end) + quotes)]), tokens: own)
  }
}
