import Devices

/// A path with its names as bytes, as they are compared.
struct CompiledPath: Sendable {
  enum Step: Hashable {
    case name([UInt8])
    case index(Int)
    case element(where: [UInt8], equals: [UInt8])
  }

  /// A path that begins by choosing among the elements of a list, as many paths of the same mapping do.
  struct List: Sendable {
    /// The same for all paths of a mapping that choose among the same elements by the same name.
    let number: Int
    /// The way to the list.
    let prefix: CompiledPath
    let name: [UInt8]
    let text: String
    /// The way on from the element.
    let rest: CompiledPath
  }

  let steps: [Step]
  private let lists: [List]

  /// Nil: each step is looked for by itself.
  var list: List? { lists.first }

  init(_ path: JSONPath) {
    self.init(
      path.steps.map { step in
        switch step {
        case .name(let name): .name(Array(name.utf8))
        case .index(let index): .index(index)
        case .element(let name, let text): .element(where: Array(name.utf8), equals: Array(text.utf8))
        }
      })
  }

  private init(_ steps: [Step], list: List? = nil) {
    self.steps = steps
    lists = list.map { [$0] } ?? []
  }

  /// Numbers the lists of one mapping.
  struct Numbers {
    private struct Key: Hashable {
      var prefix: [Step]
      var name: [UInt8]
    }

    private var numbers: [Key: Int] = [:]

    /// The path, with its list where it has one.
    mutating func numbered(_ path: CompiledPath) -> CompiledPath {
      for (place, step) in path.steps.enumerated() {
        guard case .element(let name, let text) = step else { continue }
        let prefix = Array(path.steps[..<place])
        let key = Key(prefix: prefix, name: name)
        let number = numbers[key] ?? numbers.count
        numbers[key] = number
        return CompiledPath(
          path.steps,
          list: List(
            number: number, prefix: CompiledPath(prefix), name: name, text: String(decoding: text, as: UTF8.self),
            rest: CompiledPath(Array(path.steps[(place + 1)...]))))
      }
      return path
    }
  }
}

/// What stands at a path.
enum JSONLookup {
  case found(JSONItem)
  case missing
  /// A name on the way stands twice, or two elements answer to it: nobody can say which one the sensor meant.
  case ambiguous

  var item: JSONItem? {
    if case .found(let item) = self { return item }
    return nil
  }
}

extension JSONItem {
  func lookup(_ path: CompiledPath) -> JSONLookup {
    var here = self
    for step in path.steps {
      let found = here.child(step)
      guard case .found(let item) = found else { return found }
      here = item
    }
    return .found(here)
  }

  func child(_ step: CompiledPath.Step) -> JSONLookup {
    switch step {
    case .name(let name): return kind == .object ? document.member(name, of: index) : .missing
    case .index(let wanted):
      guard kind == .array else { return .missing }
      return document.element(wanted, of: index)
    case .element(let name, let text):
      guard kind == .array else { return .missing }
      return document.element(where: name, equals: text, of: index)
    }
  }
}

extension JSONDocument {
  fileprivate func member(_ name: [UInt8], of object: Int) -> JSONLookup {
    var found = 0
    var index = object + 1
    let end = Int(tokens[object].next)
    while index < end {
      if isName(index, name) {
        if found != 0 { return .ambiguous }
        found = index + 1
      }
      index = Int(tokens[index + 1].next)
    }
    return found == 0 ? .missing : .found(JSONItem(document: self, index: found))
  }

  @inline(__always) private func isName(_ index: Int, _ name: [UInt8]) -> Bool {
    let token = tokens[index]
    if token.hasEscapes { return JSONItem(document: self, index: index).isPlainText(name) }
    guard Int(token.end - token.start) == name.count else { return false }
    let start = Int(token.start)
    for place in 0..<name.count where bytes[start + place] != name[place] { return false }
    return true
  }

  fileprivate func element(_ wanted: Int, of array: Int) -> JSONLookup {
    var index = array + 1
    let end = Int(tokens[array].next)
    var place = 0
    while index < end {
      if place == wanted { return .found(JSONItem(document: self, index: index)) }
      place += 1
      index = Int(tokens[index].next)
    }
    return .missing
  }

  fileprivate func element(where name: [UInt8], equals text: [UInt8], of array: Int) -> JSONLookup {
    var found = 0
    var index = array + 1
    let end = Int(tokens[array].next)
    while index < end {
      if tokens[index].kind == .object, hasMember(name, text, index) {
        if found != 0 { return .ambiguous }
        found = index
      }
      index = Int(tokens[index].next)
    }
    return found == 0 ? .missing : .found(JSONItem(document: self, index: found))
  }

  private func hasMember(_ name: [UInt8], _ text: [UInt8], _ object: Int) -> Bool {
    var index = object + 1
    let end = Int(tokens[object].next)
    while index < end {
      if isName(index, name), JSONItem(document: self, index: index + 1).isPlainText(text) { return true }
      index = Int(tokens[index + 1].next)
    }
    return false
  }
}
