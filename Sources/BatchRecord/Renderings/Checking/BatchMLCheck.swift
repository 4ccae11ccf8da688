import Shopfloor

/// Our own check of a BatchML rendering, stricter than the public schema: the words of the standard's lists, times in UTC
/// with a day that exists, values that are of their type, indexes and references that lead somewhere, orders, and counts.
///
/// A pure function that reads the document as a stream; it needs no schema and no other program.
public enum BatchMLCheck {
  /// Empty where everything is as it should be. At most ``FindingList/maximumCount`` are named.
  public static func findings(in document: [UInt8]) -> [RenderingFinding] {
    var findings = FindingList()
    do throws(XMLReader.Fault) {
      var reader = try XMLReader(document)
      var walk = BatchMLWalk()
      while let event = try reader.next() {
        switch event {
        case .start(let name, let attributes): walk.start(name, attributes, &findings)
        case .end(_, let text): walk.end(text, &findings)
        }
      }
      walk.finish(&findings)
    } catch {
      findings.add("byte \(error.offset)", expected: error.expected, found: excerpt(document, at: error.offset))
    }
    return findings.all
  }

  private static func excerpt(_ document: [UInt8], at offset: Int) -> String {
    String(decoding: document.dropFirst(offset).prefix(40), as: UTF8.self)
  }
}

/// An element whose end has not come yet.
struct BatchMLFrame {
  var name: String
  /// "Events/Event[3]".
  var path: String
  /// The model of its children; nil for a leaf, or where nothing is known of it.
  var model: String?
  var leaf: BatchMLModel.Leaf?
  /// The place of the last child among those of the model, and how many of it there were.
  var place = 0
  var count = 0
  var counts: [String: Int] = [:]
  var attributes: [String: String] = [:]
  /// What its children said, by their name, in their order; leaves alone.
  var texts: [String: [String]] = [:]
  /// The children that have children, as they said it: values, and the tags and data of a data set.
  var parts: [BatchMLPart] = []
}

/// What an element said after its end.
struct BatchMLPart {
  var name: String
  var path: String
  var attributes: [String: String]
  var texts: [String: [String]]
  var parts: [BatchMLPart]

  func text(_ name: String) -> String? { texts[name]?.first }
  func parts(_ name: String) -> [BatchMLPart] { parts.filter { $0.name == name } }
}

/// Goes through a document by its model: order and number of elements, and what stands in each.
struct BatchMLWalk {
  private var open = [BatchMLFrame(name: "", path: "", model: "")]
  private var rules = BatchMLRules()

  mutating func start(_ name: String, _ attributes: [String: String], _ findings: inout FindingList) {
    let parent = open.count - 1
    open[parent].counts[name, default: 0] += 1
    let number = open[parent].counts[name] ?? 1
    let isMany = open[parent].model.flatMap { BatchMLModel.models[$0] }?.first { $0.name == name }?.maximum != 1
    let base = open[parent].path.isEmpty || parent == 1 ? "" : open[parent].path + "/"
    var frame = BatchMLFrame(name: name, path: base + name + (isMany ? "[\(number)]" : ""))
    frame.attributes = attributes
    let allowed = BatchMLModel.attributes[name] ?? []
    for attribute in attributes.keys.sorted() where !allowed.contains(attribute) {
      findings.add(frame.path, expected: "no attribute of this name", found: attribute)
    }
    switch step(to: name, in: parent, path: frame.path, &findings) {
    case .element(let model): frame.model = model
    case .leaf(let leaf): frame.leaf = leaf
    case nil: break
    }
    open.append(frame)
  }

  /// The content that the model gives the element at this place.
  private mutating func step(
    to name: String, in parent: Int, path: String, _ findings: inout FindingList
  ) -> BatchMLModel.Content? {
    // Inside something unknown nothing is said again.
    guard let model = open[parent].model, let children = BatchMLModel.models[model] else { return nil }
    guard let place = children.indices.first(where: { children[$0].name == name && $0 >= open[parent].place }) else {
      let known = children.contains { $0.name == name }
      findings.add(
        path,
        expected: known
          ? "an element that may follow \(children[open[parent].place].name)" : "an element of the standard",
        found: name)
      return children.first { $0.name == name }?.content
    }
    for skipped in children[open[parent].place..<place]
    where skipped.minimum > 0 && (open[parent].counts[skipped.name] ?? 0) == 0 {
      findings.add(path, expected: "\(skipped.name) before it", found: name)
    }
    if open[parent].counts[name] ?? 0 > children[place].maximum {
      findings.add(path, expected: "\(name) only once", found: name)
    }
    open[parent].place = place
    return children[place].content
  }

  mutating func end(_ text: String, _ findings: inout FindingList) {
    let frame = open.removeLast()
    let parent = open.count - 1
    if let leaf = frame.leaf {
      BatchMLRules.check(leaf, text, at: frame.path, &findings)
      open[parent].texts[frame.name, default: []].append(text)
      if !frame.attributes.isEmpty {
        open[parent].parts.append(
          BatchMLPart(
            name: frame.name, path: frame.path, attributes: frame.attributes, texts: ["": [text]], parts: []))
      }
      return
    }
    guard let model = frame.model, let children = BatchMLModel.models[model] else { return }
    for child in children.dropFirst(frame.place) where child.minimum > 0 && (frame.counts[child.name] ?? 0) == 0 {
      findings.add(frame.path.isEmpty ? frame.name : frame.path, expected: child.name, found: "")
    }
    if !text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
      findings.add(frame.path, expected: "elements only", found: text)
    }
    let part = BatchMLPart(
      name: frame.name, path: frame.path, attributes: frame.attributes, texts: frame.texts, parts: frame.parts)
    rules.ended(part, model: model, &findings)
    if BatchMLRules.isKept(model) { open[parent].parts.append(part) }
  }

  mutating func finish(_ findings: inout FindingList) { rules.finish(&findings) }
}
