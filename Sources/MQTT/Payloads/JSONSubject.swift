/// What is read as one message: a value of a document, and below it what the messages before have said.
struct JSONSubject {
  let item: JSONItem
  private let overlay: JSONOverlay?
  private var lists = ElementLists()

  init(item: JSONItem, overlay: JSONOverlay? = nil) {
    self.item = item
    self.overlay = overlay
  }

  /// What stands at the path in this message.
  mutating func ownLookup(_ path: CompiledPath) -> JSONLookup {
    path.list == nil ? item.lookup(path) : lists.lookup(path, in: item)
  }

  /// What stands at the path in the merged object: in this message, and where it is silent in those before.
  mutating func lookup(_ path: CompiledPath) -> JSONLookup {
    let own = ownLookup(path)
    guard let overlay else { return own }
    if case .found = own { return own }
    return Self.lookup(path, item, overlay)
  }

  private static func lookup(_ path: CompiledPath, _ item: JSONItem, _ overlay: JSONOverlay) -> JSONLookup {
    var here: JSONItem? = item
    var below = overlay.root
    var names = overlay.names
    for step in path.steps {
      if here == nil, case .leaf(let document) = below {
        here = document.root
        below = .missing
      }
      guard case .name(let name) = step, here == nil || here?.kind == .object else {
        guard let item = here else { return .missing }
        let found = item.child(step)
        guard case .found(let child) = found else { return found }
        here = child
        below = .missing
        continue
      }
      if let place = names.children.firstIndex(where: { $0.name == name }) {
        names = names.children[place].below
        if case .object(let children) = below { below = children[place] } else { below = .missing }
      } else {
        below = .missing
      }
      switch here?.child(step) ?? .missing {
      case .found(let child): here = child
      case .ambiguous: return .ambiguous
      case .missing: here = nil
      }
    }
    if let here { return .found(here) }
    switch below {
    case .leaf(let document): return .found(document.root)
    case .object: return .found(JSONDocument.emptyObject.root)
    case .ambiguous: return .ambiguous
    case .missing: return .missing
    }
  }
}

/// Which elements of its lists answer to which text, found out once for many points of a message.
struct ElementLists {
  /// From the text of the named member to the element's token; nil: two elements answer to it.
  private typealias Places = [String: Int?]

  private var known: [Int: Places] = [:]

  /// - Precondition: the path has a ``CompiledPath/List``.
  mutating func lookup(_ path: CompiledPath, in item: JSONItem) -> JSONLookup {
    guard let list = path.list else { preconditionFailure("a path without a list") }
    let places: Places
    if let found = known[list.number] {
      places = found
    } else {
      places = Self.places(item.lookup(list.prefix).item, list.name)
      known[list.number] = places
    }
    guard let place = places[list.text] else { return .missing }
    guard let place else { return .ambiguous }
    return JSONItem(document: item.document, index: place).lookup(list.rest)
  }

  private static func places(_ list: JSONItem?, _ name: [UInt8]) -> Places {
    var places: Places = [:]
    for element in list?.elements ?? [] {
      for member in element.members where member.name.isPlainText(name) {
        guard let text = member.value.plainText else { continue }
        if let former = places[text] {
          if former != element.index { places[text] = .some(nil) }
        } else {
          places[text] = element.index
        }
      }
    }
    return places
  }
}
