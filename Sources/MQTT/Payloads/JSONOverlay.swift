/// What the delta messages of one topic said so far, merged: objects merge member by member, everything else replaces
/// what was there. A null replaces too: Shelly sends it as a value, so nothing is removed (unlike RFC 7396).
struct JSONOverlay {
  /// Largest merged object, in bytes of its names and values, and ``nodeBytes`` for each of them.
  static let maximumBytes = 256 * 1024
  /// What an entry costs beside its text, in bytes.
  static let nodeBytes = 32

  indirect enum Node {
    case object([String: Node])
    case leaf(JSONDocument)
    /// The name stood twice in the message.
    case ambiguous
  }

  private(set) var root: Node = .object([:])
  private(set) var bytes = 0

  /// - Returns: false where the merged object would be larger than the bound; then nothing is remembered any more.
  mutating func merge(_ message: JSONItem) -> Bool {
    Self.merge(message, into: &root, &bytes)
    guard bytes > Self.maximumBytes else { return true }
    root = .object([:])
    bytes = 0
    return false
  }

  /// The depth is that of the message, which the scanner bounds.
  private static func merge(_ item: JSONItem, into node: inout Node, _ bytes: inout Int) {
    guard item.kind == .object else {
      bytes -= size(of: node)
      node = .leaf(item.copied)
      bytes += size(of: node)
      return
    }
    var members: [String: Node] = [:]
    if case .object(let former) = node {
      members = former
    } else {
      bytes -= size(of: node)
    }
    // Releases the dictionary that is about to change, so that it is changed in place.
    node = .ambiguous
    var names: Set<String> = []
    for (nameItem, value) in item.members {
      let name = nameItem.plainText ?? ""
      if members[name] == nil { bytes += name.utf8.count + nodeBytes }
      if names.insert(name).inserted {
        merge(value, into: &members[name, default: .ambiguous], &bytes)
      } else {
        bytes -= size(of: members[name] ?? .ambiguous)
        members[name] = .ambiguous
      }
    }
    node = .object(members)
  }

  private static func size(of node: Node) -> Int {
    switch node {
    case .ambiguous: 0
    case .leaf(let document): document.bytes.count
    case .object(let members): members.reduce(0) { $0 + $1.key.utf8.count + nodeBytes + size(of: $1.value) }
    }
  }
}

extension JSONItem {
  /// The value as a document of its own, so that it keeps no larger one alive.
  fileprivate var copied: JSONDocument {
    let quotes: UInt32 = kind == .string ? 1 : 0
    let start = token.start - quotes
    let own = document.tokens[index..<Int(token.next)].map { token in
      var moved = token
      moved.start -= start
      moved.end -= start
      moved.next -= UInt32(index)
      return moved
    }
    return JSONDocument(bytes: Array(document.bytes[Int(start)..<Int(token.end + quotes)]), tokens: own)
  }
}

/// What is read as one message: a value of a document, and below it what the messages before have said.
struct JSONSubject {
  var item: JSONItem
  var overlay: JSONOverlay.Node?

  /// What stands at the path in the merged object: in this message, and where it is silent in those before.
  func lookup(_ path: CompiledPath) -> JSONLookup {
    guard let overlay else { return item.lookup(path) }
    var here: JSONItem? = item
    var below: JSONOverlay.Node? = overlay
    for step in path.steps {
      if case .leaf(let document)? = below, here == nil {
        here = document.root
        below = nil
      }
      guard case .name(let name) = step, here == nil || here?.kind == .object else {
        guard let item = here, case .found(let child) = item.child(step) else { return here?.child(step) ?? .missing }
        here = child
        below = nil
        continue
      }
      if case .object(let members)? = below {
        below = members[String(decoding: name, as: UTF8.self)]
      } else {
        below = nil
      }
      switch here?.child(step) ?? .missing {
      case .found(let child): here = child
      case .ambiguous: return .ambiguous
      case .missing:
        here = nil
        if below == nil { return .missing }
      }
    }
    if let here { return .found(here) }
    switch below {
    case .leaf(let document)?: return .found(document.root)
    case .object?: return .found(JSONDocument.emptyObject.root)
    case .ambiguous?: return .ambiguous
    case nil: return .missing
    }
  }
}
